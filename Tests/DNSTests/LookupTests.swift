import Addressing
import DNS
import Testing

/// Whom a lookup asks what, and what it makes of the answers.
@Suite struct LookupTests {
    /// A server that knows `api.example.com`.
    private static func api(_ question: LookupWorld.Question) -> LookupWorld.Reaction {
        guard question.name == "api.example.com" else { return .reply(question.answer(code: .noSuchName)) }
        return .reply(
            question.type == .a
                ? question.answer("api.example.com 120 A 10.0.0.1", "api.example.com 90 A 10.0.0.2")
                : question.answer("api.example.com 60 AAAA fd00::1"))
    }

    @Test func `both families are asked for at the same time`() throws {
        var world = LookupWorld(["10.0.0.53"], Self.api)
        let answer = try world.run("API.example.com").get()
        #expect(answer.addresses == [address("fd00::1"), address("10.0.0.1"), address("10.0.0.2")])
        #expect(answer.timeToLive == .seconds(60))
        #expect(answer.unanswered.isEmpty)
        #expect(world.asked.map(\.time) == [.zero, .zero])
        #expect(Set(world.asked.map(\.type)) == [.a, .aaaa])
        #expect(world.open.isEmpty)
        let ids = Set(world.asked.map(\.message.head.id))
        #expect(ids.count == 2 && world.asked.allSatisfy { $0.message.datagramSize == 1232 })
    }

    @Test func `one family alone`() throws {
        var world = LookupWorld(["10.0.0.53"], Self.api)
        world.kind = .addresses([.ipv4])
        #expect(try world.run("api.example.com").get().addresses.count == 2)
        #expect(world.log == ["api.example.com A @10.0.0.53"])
    }

    @Test(arguments: [(0, 5), (4, 5), (5, 5), (300, 300), (301, 300), (86_400, 300)])
    func `a time to live has limits`(sent: Int, clamped: Int) throws {
        var world = LookupWorld(["10.0.0.53"]) { .reply($0.answer("x.example \(sent) A 10.0.0.1")) }
        world.kind = .addresses([.ipv4])
        #expect(try world.run("x.example").get().timeToLive == .seconds(clamped))
    }

    @Test func `aliases count with their times`() throws {
        var world = LookupWorld(["10.0.0.53"]) {
            .reply($0.answer("B.c 200 A 10.0.0.1", "a.c 100 CNAME b.c", "b.c 150 A 10.0.0.2", "d.c 1 A 10.0.0.3"))
        }
        world.kind = .addresses([.ipv4])
        let answer = try world.run("a.c").get()
        #expect(answer.addresses == [address("10.0.0.1"), address("10.0.0.2")])
        #expect(answer.timeToLive == .seconds(100))
    }

    @Test func `aliases in a circle are no answer`() {
        var world = LookupWorld(["10.0.0.53"]) { .reply($0.answer("a.c 100 CNAME b.c", "b.c 100 CNAME a.c")) }
        let result = world.run("a.c")
        #expect(result == .failure(.init(name: "a.c", problem: .unanswered([.init(Self.first, .aliases)]))))
        #expect(world.asked.count == 2)
    }

    @Test func `an alias without addresses has none`() {
        var world = LookupWorld(["10.0.0.53"]) { .reply($0.answer("a.c 100 CNAME b.c", flags: [])) }
        #expect(world.run("a.c") == .failure(.init(name: "a.c", problem: .noRecords(Self.first))))
    }

    @Test func `services`() throws {
        var world = LookupWorld(["10.0.0.53"]) {
            .reply($0.answer("_x._tcp.a 30 SRV 10 60 6443 m1.a", "_x._tcp.a 20 SRV 20 0 6444 m2.a"))
        }
        world.kind = .services
        let answer = try world.run("_x._tcp.a").get()
        #expect(
            answer.services == [
                ServiceRecord(priority: 10, weight: 60, port: 6443, target: name("m1.a")),
                ServiceRecord(priority: 20, weight: 0, port: 6444, target: name("m2.a")),
            ])
        #expect(answer.timeToLive == .seconds(20))
        #expect(world.log == ["_x._tcp.a SRV @10.0.0.53"])
    }

    /// RFC 2782: a target of `.`.
    @Test func `a service that is not offered`() {
        var world = LookupWorld(["10.0.0.53"]) { .reply($0.answer("_x._tcp.a 30 SRV 0 0 0 .")) }
        world.kind = .services
        #expect(world.run("_x._tcp.a") == .failure(.init(name: "_x._tcp.a", problem: .notOffered(Self.first))))
    }

    static let first = Endpoint(address: address("10.0.0.53"), port: 53)
    static let second = Endpoint(address: address("10.0.0.54"), port: 53)

    // MARK: Nobody is asked

    @Test(arguments: [
        ("10.0.0.7", ["10.0.0.7"]), ("fd00::7", ["fd00::7"]), ("localhost", ["::1", "127.0.0.1"]),
        ("LOCALHOST.", ["::1", "127.0.0.1"]), ("x.localhost", ["::1", "127.0.0.1"]),
        ("node.example", ["fd00::9", "10.0.0.9", "10.0.0.8"]), ("NODE.example.", ["fd00::9", "10.0.0.9", "10.0.0.8"]),
        ("four.example", ["10.0.0.4"]),
    ])
    func `what this node knows`(name: String, addresses: [String]) throws {
        var world = LookupWorld(["10.0.0.53"]) { _ in .silence }
        world.hosts = HostsTable(
            "10.0.0.9 node.example n\n# 1.1.1.1 node.example\n10.0.0.8 Node.Example\nfd00::9\tnode.example\nx node.example\n"
                + "10.0.0.9 node.example\n10.0.0.4 four.example")
        #expect(try world.run(name).get().addresses == addresses.map { address($0) })
        #expect(world.asked.isEmpty)
    }

    @Test(arguments: [
        "", ".", "a..b", "127.1", "0x7f.1", "2130706433", "a b", "-a.b", "ä.example", "fe80::1%eth0", "[::1]", "a:1",
        String(repeating: "x.", count: 128),
    ])
    func `what is no name`(name: String) {
        var world = LookupWorld(["10.0.0.53"]) { _ in .silence }
        #expect(world.run(name) == .failure(.init(name: name, problem: .notAName)))
        #expect(world.asked.isEmpty)
    }

    @Test func `what is invalid`() {
        var world = LookupWorld(["10.0.0.53"]) { _ in .silence }
        #expect(world.run("nowhere.invalid") == .failure(.init(name: "nowhere.invalid", problem: .noSuchName(nil))))
        #expect(world.asked.isEmpty)
    }

    // MARK: resolv.conf

    @Test(arguments: [
        ("api", 1, ["api.a.b", "api.c", "api"]), ("api.x", 1, ["api.x", "api.x.a.b", "api.x.c"]),
        ("api.", 1, ["api"]), ("api.x", 2, ["api.x.a.b", "api.x.c", "api.x"]), ("api.x.", 5, ["api.x"]),
        ("api", 0, ["api", "api.a.b", "api.c"]),
    ])
    func `the search list`(name: String, ndots: Int, names: [String]) {
        var world = LookupWorld(["10.0.0.53"]) { .reply($0.answer(code: .noSuchName)) }
        world.configuration.search = ["a.b", "c"].map { DNSTests.name($0) }
        world.configuration.ndots = ndots
        world.kind = .addresses([.ipv4])
        #expect(world.run(name) == .failure(.init(name: name, problem: .noSuchName(Self.first))))
        #expect(world.asked.map(\.name) == names)
    }

    @Test func `the search list ends with the first that has something`() throws {
        var world = LookupWorld(["10.0.0.53"]) {
            switch ($0.name, $0.type) {
            case ("api.b", .a): .reply($0.answer("api.b 30 A 10.0.0.1"))
            case ("api.a", _): .reply($0.answer())
            default: .reply($0.answer(code: .noSuchName))
            }
        }
        world.configuration.search = ["a", "b", "c"].map { DNSTests.name($0) }
        #expect(try world.run("api").get().addresses == [address("10.0.0.1")])
        #expect(world.asked.map(\.name) == ["api.a", "api.a", "api.b", "api.b"])
    }

    /// A name without records says more than one that does not exist, and a failure that nobody knows.
    @Test(arguments: [
        (["NODATA", "NXDOMAIN", "NXDOMAIN"], LookupError.Problem.noRecords(first)),
        (["NXDOMAIN", "SERVFAIL", "NXDOMAIN"], .unanswered([.init(first, .failed(.serverFailure))])),
    ])
    func `the weightiest reason is told`(answers: [String], problem: LookupError.Problem) {
        var world = LookupWorld(["10.0.0.53"]) { question in
            let index = ["api.a", "api.b", "api"].firstIndex(of: question.name) ?? 0
            let codes: [String: ResponseCode] = ["NXDOMAIN": .noSuchName, "SERVFAIL": .serverFailure]
            return .reply(question.answer(code: codes[answers[index]] ?? .noError))
        }
        world.configuration.search = ["a", "b"].map { DNSTests.name($0) }
        #expect(world.run("api") == .failure(.init(name: "api", problem: problem)))
        #expect(world.asked.count == 6)
    }

    @Test func `servers that are silent are not asked for further names but the one that was meant`() {
        var world = LookupWorld(["10.0.0.53"]) { _ in .silence }
        world.configuration.search = ["a", "b"].map { DNSTests.name($0) }
        world.kind = .addresses([.ipv4])
        let result = world.run("api")
        #expect(result == .failure(.init(name: "api", problem: .unanswered([.init(Self.first, .silent)]))))
        #expect(world.asked.map(\.name) == ["api.a", "api.a", "api", "api"])
    }

    @Test func `rotates over the servers`() {
        var world = LookupWorld(["10.0.0.53", "10.0.0.54", "10.0.0.55"], Self.api)
        world.configuration.rotates = true
        var firsts: Set<String> = []
        for _ in 0..<50 where (try? world.run("api.example.com").get()) != nil { firsts.insert(world.asked[0].server) }
        #expect(firsts.count == 3)
    }
}
