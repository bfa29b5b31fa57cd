import Addressing

/// What octets from a server mean for a question.
enum Reply: Hashable, Sendable {
    /// Nothing: they answer something else, whoever sent them.
    case ignored
    /// The answer did not fit into a datagram.
    case cut
    /// The server does not know what RFC 6891 added.
    case withoutOptions
    /// Records, and the least of the times that they and the aliases in front of them may be kept, in seconds.
    case found(Answer.Found, timeToLive: UInt32)
    /// The name has no records of the type.
    case noRecords
    /// The service is not offered.
    case notOffered
    /// There is no such name.
    case noSuchName
    /// The server does not answer the question.
    case fault(LookupError.Fault)

    /// Most aliases that lead from a name to its records.
    static let mostAliases = 16

    /// What `octets` mean for `query`, which went to the server that they came from, in a datagram unless `isStreamed`.
    init(to query: Message, isStreamed: Bool, _ octets: [UInt8]) {
        guard let question = query.head.questions.first, let head = try? MessageHead(decoding: octets),
            head.id == query.head.id, head.flags.contains(.response), head.operation == query.head.operation,
            // Servers that do not understand a question may not repeat it.
            head.questions == [question] || head.questions.isEmpty && ![.noError, .noSuchName].contains(head.code)
        else {
            self = .ignored
            return
        }
        if head.flags.contains(.truncated), !isStreamed {
            self = .cut
            return
        }
        do throws(MessageDecodingError) {
            let message = try Message(decoding: octets)
            let isPlain = query.datagramSize == nil
            switch message.head.code {
            case .noError: self = Self.judge(message, question)
            case .noSuchName: self = .noSuchName
            case .formatError where !isPlain, .notImplemented where !isPlain, .badVersion where !isPlain:
                self = .withoutOptions
            case let code: self = .fault(.failed(code))
            }
        } catch {
            self = .fault(.malformed(error))
        }
    }

    /// Follows the aliases of the name to its records.
    private static func judge(_ message: Message, _ question: Question) -> Reply {
        var name = question.name
        var timeToLive = UInt32.max
        // There may be thousands, and the loop waits.
        let answers = Dictionary(grouping: message.answers, by: \.name)
        for _ in 0...mostAliases {
            let records = answers[name] ?? []
            let wanted = records.filter { $0.data.type == question.type }
            if !wanted.isEmpty {
                return found(wanted, timeToLive: min(timeToLive, wanted.map(\.timeToLive).min() ?? 0))
            }
            let alias = records.lazy.compactMap { record -> (DomainName, UInt32)? in
                if case .alias(let name) = record.data { (name, record.timeToLive) } else { nil }
            }.first
            guard let alias else { return nothing(message, isAlias: name != question.name) }
            name = alias.0
            timeToLive = min(timeToLive, alias.1)
        }
        return .fault(.aliases)
    }

    private static func found(_ records: [Record], timeToLive: UInt32) -> Reply {
        var (addresses, services): ([IPAddress], [ServiceRecord]) = ([], [])
        var known: Set<IPAddress> = []
        for record in records {
            switch record.data {
            case .address(let address): if known.insert(address).inserted { addresses.append(address) }
            case .service(let service) where service.target != .root: services.append(service)
            default: continue
            }
        }
        if !addresses.isEmpty { return .found(.addresses(addresses), timeToLive: timeToLive) }
        return services.isEmpty ? .notOffered : .found(.services(services), timeToLive: timeToLive)
    }

    /// An answer without records. A server that is responsible for nothing and asks nobody does not know.
    private static func nothing(_ message: Message, isAlias: Bool) -> Reply {
        let isTold = isAlias || !message.head.flags.isDisjoint(with: [.authoritative, .recursionAvailable])
        let endsHere = message.authorities.contains { $0.data.type == .soa }
        return isTold || endsHere ? .noRecords : .fault(.lame)
    }
}
