import Director
import LVSCareModel
import Testing

/// When this node is a client of its VIP, and what it says about it.
@Suite struct PathVerificationTests {
    private func started(_ realServers: [RealServer] = [a, b, c]) -> VerificationWorld {
        let world = VerificationWorld(realServers)
        world.pass()
        world.advance(by: .seconds(10))
        return world
    }

    // MARK: All is well

    @Test func `reaches each real server once a minute, one attempt after the other`() {
        let world = started()
        #expect(world.attempts.map(\.realServer) == [b, c, a])
        #expect(world.reports.map(\.report) == [ReachabilityReport(phase: .verified, realServers: [a, b, c])])
        guard case .answered(_, [a, b, c]) = world.verification.reachability else {
            Issue.record("\(world.verification.reachability)")
            return
        }
        world.advance(by: .seconds(600))
        #expect(33...36 ~= world.attempts.count)
        #expect(world.mostInFlight == 1)
        let distances = zip(world.attempts, world.attempts.dropFirst()).map { $1.at - $0.at }
        #expect(distances.allSatisfy { $0 >= .milliseconds(100) })
        #expect(world.news == [])
    }

    @Test func `does nothing before the first complete pass, and without a healthy real server`() {
        let world = VerificationWorld([a, b])
        world.advance(by: .seconds(30))
        world.pass(isComplete: false)
        world.advance(by: .seconds(120))
        #expect(world.attempts.isEmpty)
        world.healthy = []
        world.advance(by: .seconds(10))
        world.pass()
        world.advance(by: .seconds(120))
        #expect(world.attempts.isEmpty)
        #expect(world.verification.reachability == .unknown)
        world.healthy = [a]
        world.advance(by: .seconds(6))
        #expect(!world.attempts.isEmpty)
    }

    @Test func `begins a round after a change of the path, however often it changes at most every five seconds`() {
        let world = started()
        let before = world.attempts.count
        world.pass(hasRepaired: true)
        world.advance(by: .seconds(1))
        #expect(world.attempts.count == before + 3)
        for _ in 0..<100 {
            world.pass(hasRepaired: true)
            world.advance(by: .milliseconds(200))
        }
        #expect(world.attempts.count <= before + 3 + 5 * 3)
    }

    @Test func `begins a round when a real server comes into service`() {
        let world = VerificationWorld([a, b])
        world.inService = [a]
        world.pass()
        world.advance(by: .seconds(10))
        #expect(Set(world.attempts.map(\.realServer)) == [a])
        world.inService = [a, b]
        world.pass()
        world.advance(by: .seconds(6))
        #expect(Set(world.attempts.map(\.realServer)) == [a, b])
    }

    // MARK: Bounds

    @Test(arguments: [(1, 4), (3, 8), (15, 32), (400, 32)])
    func `ends a round that always leads to the same real server, with nothing against the others`(
        count: Int, limit: Int
    ) {
        let world = VerificationWorld(servers(count))
        world.pick = { _ in a }
        world.pass()
        world.advance(by: .seconds(50))
        #expect(world.attempts.count == (count == 1 ? 1 : limit))
        #expect(world.news == [])
        #expect(world.reports.map(\.report) == [ReachabilityReport(phase: .verified, realServers: [a])])
    }

    @Test func `makes no more attempts than a round may have, whatever comes of them`() {
        for seed in 0..<50 {
            let world = VerificationWorld(servers(5))
            world.pick = { server(UInt16(($0 &* 7919 &+ seed) % 5 + 1)) }
            world.broken = Set(servers(5).enumerated().filter { (seed >> $0.offset) & 1 == 1 }.map(\.element))
            world.isTransparent = seed % 2 == 0
            world.pass()
            world.advance(by: .seconds(600))
            var rounds = [1]
            for (earlier, later) in zip(world.attempts, world.attempts.dropFirst()) {
                if later.at - earlier.at >= .seconds(7) { rounds.append(1) } else { rounds[rounds.count - 1] += 1 }
            }
            #expect(rounds.allSatisfy { $0 <= 12 }, "\(rounds)")
        }
    }

    // MARK: Something is not answered

    @Test func `tells once of a healthy real server that does not answer, once a minute that it lasts, and its end`() {
        let world = started()
        world.broken = [b]
        world.advance(by: .seconds(90))
        #expect(world.news == ["began [\(b)]"])
        #expect(world.reports.last?.report.failure?.reason == .connectTimeout)
        guard case .unanswered(_, [b]) = world.verification.reachability else {
            Issue.record("\(world.verification.reachability)")
            return
        }
        world.advance(by: .seconds(110))
        #expect(world.news == ["began [\(b)]", "lasts [\(b)]", "lasts [\(b)]"])
        world.broken = []
        world.advance(by: .seconds(30))
        #expect(world.news.last == "ended [\(a), \(c), \(b)]" || world.news.last == "ended [\(a), \(b), \(c)]")
        #expect(world.news.count == 4)
        world.advance(by: .seconds(300))
        #expect(world.news.count == 4)
    }

    @Test func `names all real servers that do not answer in one report`() {
        let world = started()
        world.broken = [a, c]
        world.advance(by: .seconds(120))
        #expect(world.news.first == "began [\(a), \(c)]")
    }

    @Test func `blames all in service where no packet reaches the load balancer`() {
        let world = started()
        world.isCutOff = true
        world.pass(hasRepaired: true)
        world.advance(by: .seconds(30))
        #expect(world.news == ["began []"])
        world.isCutOff = false
        world.advance(by: .seconds(30))
        #expect(world.news == ["began []", "ended [\(a), \(b), \(c)]"])
    }

    @Test func `notices without knowing which real server it was`() {
        let world = started()
        world.isTransparent = false
        world.broken = [b]
        world.advance(by: .seconds(90))
        #expect(world.news == ["began []"])
        world.broken = []
        world.advance(by: .seconds(30))
        #expect(world.news.count == 2)
    }

    // MARK: Nobody is blamed

    @Test func `accuses nobody while the real server fails its own probes`() {
        let world = started()
        world.healthy = [a, c]
        world.advance(by: .seconds(300))
        #expect(world.news == [])
    }

    @Test func `accuses nobody whose probes fail between the attempts and the next probe`() {
        let world = VerificationWorld([a])
        world.pass()
        world.advance(by: .seconds(59))
        // Dies just after a probe; that and the attempts come before the next probe, which fails.
        world.broken = [a]
        world.pass(hasRepaired: true)
        world.advance(by: .milliseconds(500))
        world.healthy = []
        world.advance(by: .seconds(60))
        #expect(world.news == [])
    }

    @Test func `accuses nobody who comes and goes`() {
        let world = VerificationWorld([a, b])
        world.pass()
        for round in 0..<100 {
            // As long as it is down it answers neither way.
            world.healthy = round % 2 == 0 ? [a] : [a, b]
            world.advance(by: .milliseconds(7_300))
        }
        #expect(world.news == [])
    }

    @Test func `an attempt that is not answered once is repeated and then forgotten`() {
        let world = started()
        world.broken = [b]
        world.pass(hasRepaired: true)
        world.advance(by: .seconds(2))
        world.broken = []
        world.advance(by: .seconds(60))
        #expect(world.news == [])
        #expect(world.attempts.count { $0.realServer == b } >= 3)
    }

    @Test func `a pass that failed, or changed the path, makes the attempt in flight say nothing`() {
        for isComplete in [true, false] {
            let world = started([a])
            world.isCutOff = true
            world.advance(by: .seconds(56))
            for _ in 0..<20 {
                world.pass(isComplete: isComplete, hasRepaired: isComplete)
                world.advance(by: .seconds(3))
            }
            #expect(world.news == [])
        }
    }

    @Test func `a table that another program has emptied is looked at, and accuses nobody`() {
        let world = VerificationWorld([a, b])
        world.pass()
        for _ in 0..<40 {
            world.advance(by: .milliseconds(4_900))
            world.isTableGone = true
            world.advance(by: .milliseconds(1_100))
            if world.isTableGone { world.pass() }
        }
        #expect(world.news == [])
    }

    @Test func `gives slow real servers the time that they take`() {
        let world = VerificationWorld([a, b])
        world.answerTime = .milliseconds(6_500)
        world.pass()
        world.advance(by: .seconds(300))
        #expect(world.news == [])
        #expect(world.reports.count >= 3)
    }

    @Test func `what could not be tried says nothing`() {
        let world = started()
        world.isExhausted = true
        world.advance(by: .seconds(300))
        #expect(world.news == [])
        #expect(world.attempts.count <= 3 + 5 * 8)
    }

    @Test func `a real server that leaves the service takes its fault along, and what answers ends it`() {
        let world = started()
        world.broken = [b]
        world.advance(by: .seconds(90))
        #expect(world.news.count == 1)
        world.inService = [a, c]
        world.pass()
        world.advance(by: .seconds(70))
        #expect(world.news == ["began [\(b)]", "ended [\(a), \(c)]"])
    }
}
