import Addressing
import DNS
import Director
import Testing

/// A lookup in simulated time among scripted name servers.
struct LookupWorld {
    /// What a server gets.
    struct Question {
        var server: String
        var transport: Lookup.Transport
        /// Without a length in front.
        var octets: [UInt8]
        var timeout: Duration
        var time: Duration

        var message: Message { (try? Message(decoding: octets)) ?? Message(MessageHead(id: 0)) }
        var name: String { message.head.questions.first.map { "\($0.name)".lowercased() } ?? "" }
        var type: RecordType { message.head.questions.first?.type ?? .opt }
    }

    /// What it does.
    enum Reaction {
        case silence
        case reply([UInt8], after: Duration = .milliseconds(10))
        case several([[UInt8]])
        case error(Int32)
    }

    private struct Event {
        var time: Duration
        var input: Lookup.Input
    }

    var configuration: ResolverConfiguration
    var hosts = HostsTable()
    var kind = Lookup.Kind.addresses()
    var deadline = Duration.seconds(60)
    /// What was asked, in order.
    private(set) var asked: [Question] = []
    /// What was not ended at the end.
    private(set) var open: Set<Int> = []
    /// How long it took.
    private(set) var time = Duration.zero
    private let react: (Question) -> Reaction
    private var random = SplitMix64(seed: 1)

    init(_ servers: [String], _ react: @escaping (Question) -> Reaction) {
        configuration = ResolverConfiguration(servers: servers.map { Endpoint(address: address($0), port: 53) })
        self.react = react
    }

    /// Names and servers that were asked, `api.example.com AAAA @10.0.0.53`, `/tcp` behind streams.
    var log: [String] {
        asked.map { "\($0.name) \($0.type) @\($0.server)" + ($0.transport == .stream ? "/tcp" : "") }
    }

    mutating func run(_ name: String) -> Result<Answer, LookupError> {
        (asked, open, time) = ([], [], .zero)
        var lookup = Lookup(name, kind, configuration: configuration, hosts: hosts, within: deadline)
        var events = [Event(time: .zero, input: .start), Event(time: deadline, input: .outOfTime)]
        while !events.isEmpty {
            let index = events.indices.min { events[$0].time < events[$1].time } ?? 0
            let event = events.remove(at: index)
            time = event.time
            for directive in lookup.handle(event.input, using: &random) {
                switch directive {
                case .ask(let exchange):
                    open.insert(exchange.number)
                    events.append(Event(time: time + exchange.timeout, input: .timedOut(exchange.number)))
                    events += inputs(of: exchange)
                case .end(let number):
                    if open.remove(number) == nil { Issue.record("\(number) was not open") }
                    events.removeAll { $0.input == .timedOut(number) }
                case .grace(let wait): events.append(Event(time: time + wait, input: .graceOver))
                case .finish(let result): return result
                }
            }
        }
        Issue.record("the lookup has no end")
        return .failure(LookupError(name: name, problem: .notAName))
    }

    private mutating func inputs(of exchange: Lookup.Exchange) -> [Event] {
        let octets = exchange.transport == .stream ? Array(exchange.octets.dropFirst(2)) : exchange.octets
        let question = Question(
            server: "\(exchange.server.address)", transport: exchange.transport, octets: octets,
            timeout: exchange.timeout, time: time)
        asked.append(question)
        switch react(question) {
        case .silence: return []
        case .reply(let octets, let delay):
            return [Event(time: time + delay, input: .received(exchange.number, octets))]
        case .several(let all):
            return all.enumerated().map { index, octets in
                Event(time: time + .milliseconds(10 + index), input: .received(exchange.number, octets))
            }
        case .error(let errno):
            return [Event(time: time + .milliseconds(1), input: .failed(exchange.number, errno: errno))]
        }
    }
}

extension LookupWorld.Question {
    /// An answer of these records, a line each: `NAME TTL TYPE DATA`.
    func answer(
        _ lines: String..., code: ResponseCode = .noError,
        flags: MessageHead.Flags = [.recursionDesired, .recursionAvailable], id: UInt16? = nil,
        questions: [DNS.Question]? = nil
    ) -> [UInt8] {
        let head = MessageHead(
            id: id ?? message.head.id, flags: flags.union(.response), code: code,
            questions: questions ?? message.head.questions)
        return Message(head, answers: lines.map(Self.record)).encoded
    }

    private static func record(_ line: String) -> Record {
        let words = line.split(separator: " ").map(String.init)
        let data: RecordData =
            switch words[2] {
            case "CNAME": .alias(DNSTests.name(words[3]))
            case "SRV":
                .service(
                    ServiceRecord(
                        priority: UInt16(words[3]) ?? 0, weight: UInt16(words[4]) ?? 0, port: UInt16(words[5]) ?? 0,
                        target: DNSTests.name(words[6])))
            default: .address(DNSTests.address(words[3]))
            }
        return Record(name: DNSTests.name(words[0]), timeToLive: UInt32(words[1]) ?? 0, data: data)
    }
}
