import Addressing

/// One lookup of a name: decides whom to ask what and when it is over; somebody else sends, receives and measures
/// time.
///
///     var lookup = Lookup("api.example.com", configuration: configuration, hosts: hosts, within: .seconds(5))
///     for directive in lookup.handle(.start, using: &random) { … }
///
/// Like `getaddrinfo(3)` with the modules `files` and `dns`, but for these: `localhost` is this host and nothing below
/// `invalid` exists without asking anybody (RFC 6761); both families are asked for at the same time; a server that
/// answers badly is not asked the same twice; a server has less time than `resolv.conf` says where the whole lookup
/// has little.
public struct Lookup: Sendable {
    /// Time that the answer for one family is still waited for when that for the other has come.
    public static let grace = Duration.milliseconds(500)
    /// The least time that a server has for an answer.
    static let leastTimeout = Duration.milliseconds(200)

    private let text: String
    private let kind: Kind
    private let configuration: ResolverConfiguration
    private let hosts: HostsTable
    private let timeout: Duration
    private var servers: [Endpoint] = []
    /// The names that are still to be asked for.
    private var candidates: ArraySlice<DomainName> = []
    private var inquiries: [Inquiry] = []
    private var exchanges = 0
    private var isGraced = false
    private var isOver = false
    /// The weightiest reason so far why there is no answer.
    private var problem: LookupError.Problem?

    /// A lookup of `name`, which may be the text of an address, that has not begun. `time` is what it has as a whole,
    /// and is told of by whoever runs it.
    public init(
        _ name: String, _ kind: Kind = .addresses(), configuration: ResolverConfiguration, hosts: HostsTable,
        within time: Duration
    ) {
        text = name
        self.kind = kind
        self.configuration = configuration
        self.hosts = hosts
        // So that each server has its chance, and a lost datagram another.
        timeout = min(configuration.timeout, max(Self.leastTimeout, time / (configuration.servers.count + 1)))
    }

    /// Takes in what has happened and says what to do about it. Numbers of messages are drawn from `random`, which has
    /// to be one that nobody can guess.
    public mutating func handle(_ input: Input, using random: inout some RandomNumberGenerator) -> [Directive] {
        guard !isOver else { return [] }
        var directives: [Directive] = []
        switch input {
        case .start:
            begin(&directives, &random)
        case .received(let number, let octets):
            update(number, &directives, &random) { $0.receive(octets, number: $1, id: $2) }
        case .failed(let number, let errno):
            update(number, &directives, &random) {
                $0.complain(.unreachable(errno: errno), number: $1, id: $2)
                return true
            }
        case .timedOut(let number):
            update(number, &directives, &random) {
                $0.complain(.silent, number: $1, id: $2)
                return true
            }
        case .graceOver:
            giveUp(&directives)
            advance(&directives, &random)
        case .outOfTime:
            giveUp(&directives)
            let found = wholeAnswer
            finish(found.map { .success($0) } ?? .failure(.outOfTime(complaints)), &directives)
        }
        return directives
    }

    // MARK: Asking

    private mutating func begin(_ directives: inout [Directive], _ random: inout some RandomNumberGenerator) {
        if let result = resultWithoutAsking { return finish(result, &directives) }
        guard let name = DomainName(text) else { return finish(.failure(.notAName), &directives) }
        candidates = configuration.candidates(for: name, written: text)[...]
        servers = configuration.servers
        if configuration.rotates {
            let first = Int.random(in: 0..<servers.count, using: &random)
            servers = Array(servers[first...] + servers[..<first])
        }
        askForNext(&directives, &random)
    }

    private mutating func askForNext(_ directives: inout [Directive], _ random: inout some RandomNumberGenerator) {
        guard let name = candidates.popFirst() else {
            return finish(.failure(problem ?? .notAName), &directives)
        }
        isGraced = false
        inquiries = types.map {
            Inquiry(
                Question(name, $0), to: servers, rounds: configuration.attempts,
                by: configuration.usesStreams ? .stream : .datagram)
        }
        for index in inquiries.indices {
            inquiries[index].askNext(number: nextNumber(), id: random.next())
            send(inquiries[index].sent, &directives)
        }
    }

    private var types: [RecordType] {
        switch kind {
        case .services: [.srv]
        case .addresses(let families): families.sorted { $0.rawValue > $1.rawValue }.map { RecordType(of: $0) }
        }
    }

    private mutating func nextNumber() -> Int {
        exchanges += 1
        return exchanges
    }

    private func send(_ sent: Inquiry.Sent?, _ directives: inout [Directive]) {
        guard let sent else { return }
        let octets = sent.query.encoded
        directives.append(
            .ask(
                Exchange(
                    number: sent.number, server: sent.server, transport: sent.transport,
                    octets: sent.transport == .stream ? StreamedMessage.framed(octets) : octets, timeout: timeout)))
    }

    /// Tells the inquiry that the exchange belongs to; `body` says whether that ends the exchange.
    private mutating func update<Random: RandomNumberGenerator>(
        _ number: Int, _ directives: inout [Directive], _ random: inout Random,
        _ body: (inout Inquiry, _ number: Int, _ id: UInt16) -> Bool
    ) {
        guard let index = inquiries.firstIndex(where: { $0.sent?.number == number }) else { return }
        guard body(&inquiries[index], nextNumber(), random.next()) else { return }
        directives.append(.end(number))
        send(inquiries[index].sent, &directives)
        advance(&directives, &random)
    }

    // MARK: Finishing

    /// Goes on when all is known of a name.
    private mutating func advance(_ directives: inout [Directive], _ random: inout some RandomNumberGenerator) {
        guard inquiries.allSatisfy({ $0.verdict != nil }) else {
            if !isGraced, wholeAnswer != nil {
                isGraced = true
                directives.append(.grace(Self.grace))
            }
            return
        }
        if let wholeAnswer { return finish(.success(wholeAnswer), &directives) }
        let problem = problemOfName
        if problem.weight >= self.problem?.weight ?? -1 { self.problem = problem }
        // Who does not get any answer need not ask for further names, but for that which was meant, perhaps.
        if case .unanswered(let complaints) = problem,
            !complaints.contains(where: { $0.fault == .failed(.serverFailure) })
        {
            let meant = DomainName(text)
            candidates = candidates.filter { $0 == meant }[...]
        }
        askForNext(&directives, &random)
    }

    /// What was found so far for the name at hand.
    private var wholeAnswer: Answer? {
        var (addresses, services): ([IPAddress], [ServiceRecord]) = ([], [])
        var timeToLive = UInt32.max
        for case .found(let found, let time)? in inquiries.map(\.verdict) {
            timeToLive = min(timeToLive, time)
            switch found {
            case .addresses(let found): addresses += found
            case .services(let found): services += found
            }
        }
        guard !addresses.isEmpty || !services.isEmpty else { return nil }
        let failed = inquiries.filter { $0.verdict == .failed }.map(\.question.type)
        return Answer(
            services.isEmpty ? .addresses(addresses) : .services(services), timeToLive: .seconds(Int64(timeToLive)),
            unanswered: Set(IPAddress.Family.allCases.filter { failed.contains(RecordType(of: $0)) }))
    }

    private var complaints: [LookupError.Complaint] {
        var latest: [LookupError.Complaint] = []
        for complaint in inquiries.flatMap(\.complaints) {
            latest.removeAll { $0.server == complaint.server }
            latest.append(complaint)
        }
        return latest
    }

    /// Why the name at hand has nothing.
    private var problemOfName: LookupError.Problem {
        let problems = inquiries.map { inquiry -> LookupError.Problem in
            switch inquiry.verdict {
            case .noRecords(let server)?: .noRecords(server)
            case .notOffered(let server)?: .notOffered(server)
            case .noSuchName(let server)?: .noSuchName(server)
            case .found?, .failed?, nil: .unanswered(complaints)
            }
        }
        return problems.max { $0.weight < $1.weight } ?? .notAName
    }

    private mutating func giveUp(_ directives: inout [Directive]) {
        for index in inquiries.indices where inquiries[index].verdict == nil {
            if let number = inquiries[index].sent?.number { directives.append(.end(number)) }
            inquiries[index].giveUp()
        }
    }

    private mutating func finish(
        _ result: Result<Answer, LookupError.Problem>, _ directives: inout [Directive]
    ) {
        isOver = true
        directives.append(.finish(result.mapError { LookupError(name: text, problem: $0) }))
    }
}

// MARK: What nobody has to be asked for

extension Lookup {
    private static let localhost = DomainName(checked: [9] + Array("localhost".utf8) + [0])
    private static let invalid = DomainName(checked: [7] + Array("invalid".utf8) + [0])

    /// What is known without a server; `nil` where one has to be asked.
    private var resultWithoutAsking: Result<Answer, LookupError.Problem>? {
        let literal = IPAddress(text)
        guard let name = DomainName(text), literal != nil || name.isHostName else { return .failure(.notAName) }
        guard case .addresses(let families) = kind else { return literal == nil ? nil : .failure(.notAName) }
        func known(_ addresses: [IPAddress]) -> Result<Answer, LookupError.Problem>? {
            // Those of a family keep their order.
            let wanted = families.sorted { $0.rawValue > $1.rawValue }.flatMap { family in
                addresses.filter { $0.family == family }
            }
            return wanted.isEmpty ? nil : .success(Answer(.addresses(wanted), timeToLive: .zero))
        }
        if let literal { return known([literal]) ?? .failure(.notAName) }
        if let result = known(hosts.addresses(of: "\(name)")) { return result }
        if name.isWithin(Self.localhost) { return known([.loopback(.ipv6), .loopback(.ipv4)]) }
        return name.isWithin(Self.invalid) ? .failure(.noSuchName(nil)) : nil
    }
}

extension LookupError.Problem: Error {
    /// What is said where several names have several problems: that which may be over soon, then that which is nearest
    /// to an answer.
    fileprivate var weight: Int {
        switch self {
        case .notAName: 0
        case .noSuchName: 1
        case .noRecords: 2
        case .notOffered: 3
        case .unanswered, .outOfTime: 4
        }
    }
}
