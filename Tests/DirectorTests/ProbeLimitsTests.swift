import Director
import DirectorTestKit
import LVSCareModel
import Testing

/// Many real servers and few descriptors.
@Suite struct ProbeLimitsTests {
    @Test func `probes beyond the limit wait and none starves`() {
        let all = servers(100)
        let world = DirectorSimulation(
            specification(all, interval: .seconds(1), timeout: .seconds(2)), limits: ProbeLimits(probes: 10))
        for realServer in all { world.realServers[realServer] = .hangs }
        world.start()
        world.advance(by: .seconds(200))
        #expect(world.mostInFlight == 10)
        #expect(world.overlaps.isEmpty)
        // Ten at a time for two seconds each: each real server every 20 s.
        let counts = Set(all.map { world.probes(of: $0).count })
        #expect(counts.isSubset(of: [9, 10, 11]), "\(counts)")
    }

    @Test func `waiting probes start in the order of their due times`() {
        var director = SoleDirector(
            specification: specification([a, b, c]), limits: ProbeLimits(probes: 1), seed: 1)
        let now = ContinuousClock.now
        func probed(_ directives: [SoleDirector.Directive]) -> [RealServer] {
            directives.compactMap { if case .probe(let realServer, _, _, _) = $0 { realServer } else { nil } }
        }
        #expect(probed(director.begin(at: now)) == [a])
        #expect(probed(director.handle(.probeFinished(a, attempt: 1, answered), at: now)) == [b])
        // By then a is due again, behind c, which has waited from the beginning.
        #expect(probed(director.handle(.wake, at: now + .seconds(6))) == [])
        #expect(probed(director.handle(.probeFinished(b, attempt: 2, answered), at: now + .seconds(6))) == [c])
        #expect(probed(director.handle(.probeFinished(c, attempt: 3, answered), at: now + .seconds(6))) == [a])
    }

    @Test func `a few hanging probes do not keep the others waiting`() {
        let all = servers(100)
        let world = DirectorSimulation(
            specification(all, interval: .seconds(1), timeout: .seconds(10)), limits: ProbeLimits(probes: 10))
        for realServer in all.prefix(5) { world.realServers[realServer] = .hangs }
        world.start()
        world.advance(by: .seconds(60))
        for realServer in all.dropFirst(5) { #expect(world.probes(of: realServer).count >= 57) }
    }

    @Test func `monitored connections leave room for probes and give way to them`() {
        let all = servers(50)
        let world = DirectorSimulation(
            specification(all, interval: .seconds(1), jitter: 0.3, watches: true),
            limits: ProbeLimits(connections: 20))
        world.start()
        world.advance(by: .seconds(20))
        #expect(world.monitored.count == 15)
        for realServer in all.suffix(20) { world.realServers[realServer] = .hangs }
        world.advance(by: .seconds(3))
        #expect(world.monitored.count < 15)
        #expect(world.mostConnections <= 20)
        for realServer in all { world.realServers[realServer] = .answers() }
        world.advance(by: .seconds(30))
        #expect(world.monitored.count == 15)
        #expect(world.mostConnections <= 20)
        #expect(
            world.transitions.allSatisfy {
                $0.transition.to == .healthy || all.suffix(20).contains($0.transition.realServer)
            })
    }

    @Test func `limits are at least one`() {
        #expect(ProbeLimits(probes: 0, connections: -5) == ProbeLimits(probes: 1, connections: 1))
        let world = DirectorSimulation(
            specification(watches: true), limits: ProbeLimits(probes: 0, connections: 0))
        world.start()
        world.advance(by: .seconds(20))
        #expect([a, b, c].allSatisfy { world.director.desired[$0]?.state == .healthy })
        #expect(world.mostConnections == 1)
    }
}
