import Addressing
import DNS
import Director
import NetlinkTestKit
import Testing

/// What holds whatever the servers do.
@Suite struct LookupPropertyTests {
    /// One of many things that a server may do.
    private static func react(
        _ question: LookupWorld.Question, _ random: inout SplitMix64
    ) -> LookupWorld.Reaction {
        let record = question.type == .a ? "\(question.name) 30 A 10.0.0.1" : "\(question.name) 30 AAAA fd00::1"
        let good = question.answer(record)
        let forged = question.answer("\(question.name) 30 A 6.6.6.6", id: question.message.head.id &+ 1)
        switch random.number(below: 14) {
        case 0: return .silence
        case 1: return .error(111)
        case 2: return .error(0)
        case 3: return .reply(question.answer(code: .serverFailure))
        case 4: return .reply(question.answer(code: .refused, questions: []))
        case 5: return .reply(question.answer(code: .formatError, questions: []))
        case 6: return .reply(question.answer(code: .noSuchName))
        case 7: return .reply(question.answer())
        case 8: return .reply(question.answer(flags: []))
        case 9: return .reply(question.answer(record, flags: .truncated))
        case 10: return .several([forged, forged, good])
        case 11: return .several([forged])
        case 12: return .reply(good, after: .milliseconds(random.number(below: 9000)))
        default: return .reply(good)
        }
    }

    @Test(arguments: Fuzzer.seeds)
    func `any mixture of servers comes to an end in time, and is asked little`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var successes = 0
        for _ in 0..<1000 where Self.isFound(&random) { successes += 1 }
        #expect((100...990).contains(successes))
    }

    private static func isFound(_ random: inout SplitMix64) -> Bool {
        var servers = SplitMix64(seed: random.next())
        var world = LookupWorld((0...random.number(below: 3)).map { "10.0.0.\(50 + $0)" }) { react($0, &servers) }
        world.configuration.attempts = 1 + random.number(below: 3)
        world.configuration.search = (0..<random.number(below: 3)).map { name("s\($0).example") }
        world.configuration.usesStreams = random.number(below: 7) == 0
        world.configuration.rotates = random.number(below: 5) == 0
        world.deadline = .milliseconds(100 + random.number(below: 30_000))
        let result = world.run("host")
        #expect(world.time <= world.deadline)
        #expect(world.open.isEmpty)
        // Of each server: in each round once, and without options and by stream besides.
        let names = world.configuration.search.count + 1
        #expect(
            world.asked.count <= 2 * names * world.configuration.servers.count * (world.configuration.attempts + 2))
        switch result {
        case .success(let answer):
            #expect(!answer.addresses.isEmpty)
            #expect(Set(answer.addresses).isSubset(of: [address("10.0.0.1"), address("fd00::1")]))
            return true
        case .failure(let error):
            #expect(error.name == "host" && !"\(error)".isEmpty)
            return false
        }
    }
}
