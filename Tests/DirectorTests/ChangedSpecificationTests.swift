import Director
import DirectorTestKit
import LVSCareModel
import Testing

/// Something else is wanted of a service that is being looked after: another probe, other limits, and since when a
/// verdict holds. What else can change is told by `DirectorStoryTests`.
@Suite struct ChangedSpecificationTests {
    private let readiness = ProbeConfiguration.http(HTTPProbeConfiguration(target: "/readyz"))

    @Test func `another kind of probe is made at once and the verdicts stay until then`() {
        let world = DirectorSimulation(specification([a, b], interval: .seconds(60), fall: 2, watches: true))
        world.realServers[b] = .fails()
        world.start()
        world.advance(by: .seconds(10))
        #expect(world.monitored == [a])
        for realServer in [a, b] { world.realServers[realServer] = .answers(after: .milliseconds(50)) }
        world.handle(
            .specificationChanged(specification([a, b], interval: .seconds(60), watches: true, probe: readiness)))
        #expect(world.monitored == [], "it was opened by a probe of another kind")
        #expect(world.director.desired[a]?.state == .healthy)
        #expect(world.director.desired[b]?.state == .unhealthy)
        #expect(world.probes(of: a) == [.zero, .seconds(10)])
        #expect(world.probes(of: b) == [.zero, .seconds(10)])
        #expect(world.weights == [a: 1, b: 0])
        world.advance(by: .milliseconds(50))
        #expect(world.weights == [a: 1, b: 1])
        #expect(world.monitored == [a, b])
    }

    @Test func `the findings of another kind of probe count for nothing`() {
        let world = DirectorSimulation(specification([a], interval: .seconds(10), fall: 2))
        world.start()
        world.advance(by: .seconds(9))
        world.realServers[a] = .fails()
        world.advance(by: .seconds(2))
        #expect(world.director.desired[a]?.state == .healthy, "one failure of two")
        world.handle(.specificationChanged(specification([a], interval: .seconds(10), fall: 2, probe: readiness)))
        world.advance(by: .seconds(1))
        #expect(world.director.desired[a]?.state == .healthy, "one failure of the other probe")
        world.advance(by: .seconds(10))
        #expect(world.director.desired[a]?.state == .unhealthy)
    }

    @Test func `the answer to the former kind of probe is ignored`() {
        let world = DirectorSimulation(specification([a], interval: .seconds(60)))
        world.realServers[a] = .straggles(after: .seconds(1))
        world.start()
        world.realServers[a] = .fails(after: .seconds(2))
        world.handle(.specificationChanged(specification([a], interval: .seconds(60), probe: .tcp)))
        #expect(world.events.contains { $0.what == .probeCancelled(a) })
        world.advance(by: .milliseconds(1500))
        #expect(world.transitions.isEmpty)
        world.advance(by: .seconds(1))
        #expect(world.transitions.map(\.transition.to) == [.unhealthy])
        #expect(world.overlaps.isEmpty)
    }

    @Test func `a specification with the same probe causes no extra probes`() {
        let world = DirectorSimulation(specification([a, b], interval: .seconds(60), watches: true))
        world.start()
        world.advance(by: .seconds(10))
        let other = specification([b, a, c], interval: .seconds(60), fall: 3, watches: true, allDown: .keep)
        world.handle(.specificationChanged(other))
        world.advance(by: .seconds(1))
        #expect(world.monitored == [a, b, c])
        #expect(!world.events.contains { $0.what == .connectionClosed(a) || $0.what == .probeCancelled(a) })
        #expect(world.probes(of: a) == [.zero])
        #expect(world.probes(of: c) == [.seconds(10)])
    }

    @Test func `a burst of changed probes is spread`() {
        let all = servers(300)
        let world = DirectorSimulation(specification(all, interval: .seconds(60)))
        world.start()
        world.advance(by: .seconds(30))
        world.handle(.specificationChanged(specification(all, interval: .seconds(60), probe: .tcp)))
        let atOnce = all.filter { world.probes(of: $0).last == .seconds(30) }
        #expect(atOnce.count == 64)
        world.advance(by: .seconds(1))
        #expect(all.allSatisfy { world.probes(of: $0).count { $0 >= .seconds(30) } == 1 })
    }

    @Test func `a verdict is as old as its transition`() {
        var director = SoleDirector(specification: specification([a, b]), seed: 1)
        let start = ContinuousClock.now
        #expect(director.verdictSince.isEmpty)
        _ = director.begin(at: start)
        #expect(director.verdictSince == [a: start, b: start])
        let found = start + .milliseconds(3)
        _ = director.handle(.probeFinished(a, attempt: 1, answered), at: found)
        #expect(director.verdictSince == [a: found, b: start])
        let changed = start + .seconds(1)
        _ = director.handle(.specificationChanged(specification([a, c])), at: changed)
        #expect(director.verdictSince == [a: found, c: changed])
    }

    @Test func `a lower limit of connections closes the oldest, and a higher one lets them back`() {
        let all = servers(40)
        let world = DirectorSimulation(specification(all, interval: .seconds(1), watches: true))
        world.start()
        world.advance(by: .milliseconds(5500))
        #expect(world.monitored.count == 40)
        world.handle(.limitsChanged(ProbeLimits(connections: 20)))
        #expect(world.monitored.count == 15)
        world.advance(by: .seconds(30))
        #expect(world.monitored.count <= 15)
        #expect(world.transitions.count == 40, "nobody was taken for dead")
        world.handle(.limitsChanged(ProbeLimits()))
        world.advance(by: .seconds(5))
        #expect(world.monitored.count == 40)
    }

    @Test func `a lower limit of probes holds when those in flight have ended`() {
        let all = servers(40)
        let world = DirectorSimulation(specification(all, interval: .seconds(1), timeout: .seconds(2)))
        for realServer in all { world.realServers[realServer] = .hangs }
        world.start()
        #expect(world.mostInFlight == 40)
        world.handle(.limitsChanged(ProbeLimits(probes: 5)))
        world.advance(by: .seconds(3))
        let begun = all.reduce(0) { $0 + world.probes(of: $1).count }
        world.advance(by: .seconds(20))
        // Five at a time for two seconds each.
        #expect((45...60).contains(all.reduce(0) { $0 + world.probes(of: $1).count } - begun))
    }
}
