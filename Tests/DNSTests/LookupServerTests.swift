import Addressing
import DNS
import Testing

/// Servers that are silent, broken, wrong, or somebody else.
@Suite struct LookupServerTests {
    private static let (first, second) = (LookupTests.first, LookupTests.second)

    private static func api(_ question: LookupWorld.Question) -> [UInt8] {
        question.answer(question.type == .a ? "a.b 9 A 10.0.0.1" : "a.b 9 AAAA fd00::1")
    }

    /// What the first server does; the second knows everything.
    private static func world(_ first: @escaping (LookupWorld.Question) -> LookupWorld.Reaction) -> LookupWorld {
        var world = LookupWorld(["10.0.0.53", "10.0.0.54"]) { question in
            question.server == "10.0.0.53" ? first(question) : .reply(api(question))
        }
        world.kind = .addresses([.ipv4])
        return world
    }

    @Test func `a silent server is followed by the next after its time`() throws {
        var world = Self.world { _ in .silence }
        world.configuration.timeout = .seconds(3)
        #expect(try world.run("a.b").get().addresses == [address("10.0.0.1")])
        #expect(world.asked.map(\.time) == [.zero, .seconds(3)])
        #expect(world.open.isEmpty)
    }

    @Test func `a lookup with little time gives its servers less`() throws {
        var world = Self.world { _ in .silence }
        world.deadline = .seconds(3)
        #expect(try world.run("a.b").get().addresses == [address("10.0.0.1")])
        #expect(world.asked.map(\.time) == [.zero, .seconds(1)])
    }

    @Test func `a lost datagram is sent again, with another number`() throws {
        var count = 0
        var world = LookupWorld(["10.0.0.53"]) { question in
            count += 1
            return count == 1 ? .silence : .reply(Self.api(question))
        }
        world.kind = .addresses([.ipv4])
        #expect(try world.run("a.b").get().addresses.count == 1)
        #expect(world.asked.count == 2)
        #expect(world.asked[0].message.head.id != world.asked[1].message.head.id)
    }

    @Test func `nobody answers`() {
        var world = LookupWorld(["10.0.0.53", "10.0.0.54"]) { _ in .silence }
        let silent = LookupError(
            name: "a.b", problem: .unanswered([.init(Self.first, .silent), .init(Self.second, .silent)]))
        #expect(world.run("a.b") == .failure(silent))
        #expect(world.time == .seconds(20))
        #expect(
            "\(silent)" == "a.b: no name server can tell: 10.0.0.53 does not answer, 10.0.0.54 does not answer")
    }

    @Test func `the time of the whole lookup passes`() {
        var world = LookupWorld(["10.0.0.53"]) { _ in .silence }
        world.deadline = .milliseconds(250)
        let result = world.run("a.b")
        #expect(result == .failure(.init(name: "a.b", problem: .outOfTime([.init(Self.first, .silent)]))))
        #expect(world.time == .milliseconds(250))
        #expect(world.open.isEmpty)
    }

    static let bad: [(String, @Sendable (LookupWorld.Question) -> LookupWorld.Reaction, LookupError.Fault)] = [
        ("SERVFAIL", { .reply($0.answer(code: .serverFailure)) }, .failed(.serverFailure)),
        ("REFUSED", { .reply($0.answer(code: .refused)) }, .failed(.refused)),
        (
            "SERVFAIL without the question", { .reply($0.answer(code: .serverFailure, questions: [])) },
            .failed(.serverFailure)
        ),
        ("lame", { .reply($0.answer(flags: [])) }, .lame),
        ("cut in the middle", { .reply(Array($0.answer("a.b 9 A 10.0.0.9").dropLast())) }, .malformed(.truncated)),
        ("refused by its host", { _ in .error(111) }, .unreachable(errno: 111)),
    ]

    @Test(arguments: bad.indices)
    func `a server that fails is followed by the next at once, and not asked again`(index: Int) throws {
        let (what, reaction, fault) = Self.bad[index]
        var world = Self.world(reaction)
        #expect(try world.run("a.b").get().addresses == [address("10.0.0.1")], "\(what)")
        #expect(world.time < .milliseconds(100))
        var alone = LookupWorld(["10.0.0.53"], reaction)
        alone.kind = .addresses([.ipv4])
        #expect(alone.run("a.b") == .failure(.init(name: "a.b", problem: .unanswered([.init(Self.first, fault)]))))
        #expect(alone.asked.count == 1)
    }

    @Test(arguments: [ResponseCode.noSuchName, .noError])
    func `no such name, and no records, are answers`(code: ResponseCode) {
        var world = Self.world { .reply($0.answer(code: code)) }
        let problem: LookupError.Problem = code == .noError ? .noRecords(Self.first) : .noSuchName(Self.first)
        #expect(world.run("a.b") == .failure(.init(name: "a.b", problem: problem)))
        #expect(world.asked.count == 1)
    }

    @Test func `what answers something else is nobody's answer`() throws {
        var world = Self.world { question in
            let forged = ["a.b 9 A 6.6.6.6"]
            return .several([
                [], Array(repeating: 0xff, count: 30), Array(question.octets.prefix(5)), question.octets,
                question.answer(forged[0], id: question.message.head.id &+ 1),
                question.answer(forged[0], questions: [DNS.Question(name("a.c"), .a)]),
                question.answer(forged[0], questions: [DNS.Question(name("a.b"), .aaaa)]),
                question.answer(forged[0], questions: []),
                question.answer(
                    forged[0], questions: [DNS.Question(name("a.b"), .a), DNS.Question(name("a.c"), .a)]),
                Self.api(question),
            ])
        }
        #expect(try world.run("a.b").get().addresses == [address("10.0.0.1")])
        #expect(world.asked.map(\.server) == ["10.0.0.53"])
    }

    @Test func `the question is compared without case`() throws {
        var world = Self.world { .reply($0.answer("A.B 9 A 10.0.0.3", questions: [DNS.Question(name("A.b"), .a)])) }
        #expect(try world.run("a.B").get().addresses == [address("10.0.0.3")])
    }

    @Test func `an answer that was cut is asked for on a stream`() throws {
        var world = Self.world { question in
            question.transport == .datagram
                ? .reply(question.answer("a.b 9 A 10.0.0.5", flags: .truncated))
                : .reply(question.answer("a.b 9 A 10.0.0.5", "a.b 9 A 10.0.0.6"))
        }
        #expect(try world.run("a.b").get().addresses.count == 2)
        #expect(world.log == ["a.b A @10.0.0.53", "a.b A @10.0.0.53/tcp"])
    }

    @Test func `a server that cuts and takes no stream is followed by the next`() throws {
        var world = Self.world { question in
            question.transport == .datagram
                ? .reply(question.answer("a.b 9 A 10.0.0.5", flags: .truncated)) : .error(0)
        }
        #expect(try world.run("a.b").get().addresses == [address("10.0.0.1")])
        #expect(world.log == ["a.b A @10.0.0.53", "a.b A @10.0.0.53/tcp", "a.b A @10.0.0.54"])
    }

    @Test func `streams alone where the configuration says so`() throws {
        var world = Self.world { .reply(Self.api($0)) }
        world.configuration.usesStreams = true
        #expect(try world.run("a.b").get().addresses.count == 1)
        #expect(world.log == ["a.b A @10.0.0.53/tcp"])
    }

    @Test(arguments: [ResponseCode.formatError, .notImplemented])
    func `a server that does not know RFC 6891 is asked without`(code: ResponseCode) throws {
        var world = Self.world { question in
            question.message.datagramSize == nil
                ? .reply(Self.api(question)) : .reply(question.answer(code: code, questions: []))
        }
        #expect(try world.run("a.b").get().addresses.count == 1)
        #expect(world.asked.map(\.message.datagramSize) == [1232, nil])
    }

    @Test func `one family is enough where the other stays without an answer`() throws {
        var world = LookupWorld(["10.0.0.53"]) { $0.type == .a ? .reply(Self.api($0)) : .silence }
        let answer = try world.run("a.b").get()
        #expect(answer.addresses == [address("10.0.0.1")])
        #expect(answer.unanswered == [.ipv6])
        #expect(world.time == .milliseconds(510))
        #expect(world.open.isEmpty)
    }

    @Test func `the other family may come a little later`() throws {
        var world = LookupWorld(["10.0.0.53"]) {
            .reply(Self.api($0), after: $0.type == .a ? .milliseconds(10) : .milliseconds(400))
        }
        let answer = try world.run("a.b").get()
        #expect(answer.addresses.count == 2)
        #expect(answer.unanswered.isEmpty)
    }

    @Test func `what comes after the end is nothing`() {
        var lookup = Lookup(
            "localhost", configuration: ResolverConfiguration(), hosts: HostsTable(), within: .seconds(1))
        var random = SystemRandomNumberGenerator()
        #expect(lookup.handle(.start, using: &random).count == 1)
        let inputs: [Lookup.Input] = [
            .start, .received(1, [1]), .failed(1, errno: 1), .timedOut(1), .graceOver, .outOfTime,
        ]
        for input in inputs { #expect(lookup.handle(input, using: &random).isEmpty) }
    }
}
