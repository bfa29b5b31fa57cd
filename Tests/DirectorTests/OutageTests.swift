import Director
import DirectorTestKit
import LVSCareModel
import Testing

/// Every real server fails.
@Suite struct OutageTests {
    private func world(_ mode: AllDown, _ realServers: [RealServer] = [a, b]) -> DirectorSimulation {
        let world = DirectorSimulation(specification(realServers, unhealthyInterval: nil, allDown: mode))
        world.start()
        world.advance(by: .seconds(1))
        return world
    }

    private func fail(_ world: DirectorSimulation, _ realServers: RealServer...) {
        for realServer in realServers { world.realServers[realServer] = .fails() }
    }

    @Test func `all real servers are removed in an outage, which is reported each minute`() {
        let world = world(.remove)
        fail(world, a, b)
        world.advance(by: .seconds(150))
        #expect(world.weights == [:])
        world.realServers[a] = .answers()
        world.advance(by: .seconds(2))
        #expect(world.weights == [a: 1])
        let began = Duration.milliseconds(5001)
        #expect(
            world.outages.map(\.report) == [
                OutageReport(phase: .began, mode: .remove, duration: .zero),
                OutageReport(phase: .lasts, mode: .remove, duration: .seconds(60)),
                OutageReport(phase: .lasts, mode: .remove, duration: .seconds(120)),
                OutageReport(phase: .ended, mode: .remove, duration: .seconds(147)),
            ])
        #expect(world.outages.first?.at == began)
    }

    @Test func `keeps those that were healthy until then, and no others`() {
        let world = world(.keep, [a, b, c])
        fail(world, a)
        world.advance(by: .seconds(30))
        #expect(world.weights == [b: 1, c: 1])
        fail(world, b)
        world.realServers[c] = .fails(after: .milliseconds(20))
        world.advance(by: .seconds(30))
        #expect(world.weights == [b: 1, c: 1])
        #expect(world.outages.map(\.report) == [OutageReport(phase: .began, mode: .keep, duration: .zero)])
        world.realServers[a] = .answers()
        world.advance(by: .seconds(8))
        #expect(world.weights == [a: 1])
        #expect(
            world.changes.suffix(5).map(\.planned.change) == [
                .add(a, weight: 1), .setWeight(b, weight: 0), .setWeight(c, weight: 0), .remove(c), .remove(b),
            ])
        #expect(world.outages.last?.report.phase == .ended)
    }

    /// What all depend on fails: the verdicts come one after the other.
    private func failOneByOne(_ world: DirectorSimulation) {
        for (number, realServer) in [a, b, c].enumerated() {
            world.realServers[realServer] = .fails(after: .milliseconds(1 + 600 * number))
        }
    }

    @Test func `puts back who was withdrawn a moment before all others failed`() {
        let world = DirectorSimulation(specification(unhealthyInterval: .milliseconds(500), allDown: .keep))
        world.start()
        world.advance(by: .seconds(1))
        failOneByOne(world)
        world.advance(by: .seconds(6))
        #expect(
            world.story.dropFirst(4) == [
                "5.001 s quiesce 127.0.0.1:8081 (probe failed)",
                "5.501 s remove 127.0.0.1:8081 (probe failed)",
                "5.601 s quiesce 127.0.0.1:8082 (probe failed)",
                "6.201 s add 127.0.0.1:8081 with weight 1 (kept, because every real server fails)",
                "6.201 s set weight of 127.0.0.1:8082 to 1 (kept, because every real server fails)",
            ])
        world.advance(by: .seconds(120))
        #expect(world.weights == [a: 1, b: 1, c: 1], "nobody is removed while it lasts")
        world.realServers[b] = .answers()
        world.advance(by: .seconds(8))
        #expect(world.weights == [b: 1])
    }

    @Test func `removes all one by one where that is wanted`() {
        let world = DirectorSimulation(specification(unhealthyInterval: .milliseconds(500)))
        world.start()
        world.advance(by: .seconds(1))
        failOneByOne(world)
        world.advance(by: .seconds(20))
        #expect(world.weights == [:])
    }

    @Test func `a restart in the middle of it keeps all`() {
        let world = DirectorSimulation(specification(unhealthyInterval: .milliseconds(500), allDown: .keep))
        failOneByOne(world)
        world.start()
        world.advance(by: .seconds(20))
        #expect(world.weights == [a: 1, b: 1, c: 1])
    }

    @Test func `who recovers and fails again is kept alone`() {
        let world = DirectorSimulation(
            specification(
                interval: .seconds(2), timeout: .seconds(1), unhealthyInterval: .milliseconds(500), allDown: .keep))
        world.start()
        world.advance(by: .seconds(1))
        fail(world, a, b, c)
        world.advance(by: .seconds(30))
        world.realServers[a] = .answers()
        world.advance(by: .seconds(10))
        #expect(world.weights == [a: 1])
        fail(world, a)
        world.advance(by: .seconds(10))
        #expect(world.weights == [a: 1])
    }

    @Test func `a new real server ends an outage until its first check`() {
        let world = world(.remove, [a])
        fail(world, a, b)
        world.advance(by: .seconds(10))
        world.handle(.specificationChanged(specification([a, b], unhealthyInterval: nil)))
        #expect(world.outages.map(\.report.phase) == [.began, .ended])
        world.advance(by: .seconds(1))
        #expect(world.outages.map(\.report.phase) == [.began, .ended, .began])
        world.handle(.specificationChanged(specification([], unhealthyInterval: nil)))
        #expect(world.outages.map(\.report.phase) == [.began, .ended, .began, .ended])
    }

    // MARK: Fail open, as a plan

    private let failing: DesiredState = {
        var desired = DesiredState(specification: specification([a, b], allDown: .keep))
        for realServer in [a, b] {
            desired[realServer] = Health(state: .unhealthy, failedChecks: 4, failure: failure(.refused))
        }
        return desired
    }()

    @Test func `leaves the others as they are, weights of others included`() {
        var failing = failing
        failing.latelyHealthy = [b]
        var planner = Planner()
        for found in [[a: 3, b: 1], [a: 0, b: 1], [b: 1]] as [[RealServer: Weight]] {
            #expect(planner.plan(failing, against: observed(found), at: .now) == [])
            planner.endPass(leaving: observed(found))
        }
        #expect(!planner.awaitsCheck)
    }

    @Test func `the removal that waited goes on when one is healthy again`() {
        var desired = failing
        desired.latelyHealthy = [b]
        var planner = Planner()
        _ = planner.plan(desired, against: observed([a: 0, b: 1]), at: .now)
        desired[b] = Health(state: .healthy)
        #expect(
            planner.plan(desired, against: observed([a: 0, b: 1]), at: .now)
                == [PlannedChange(.remove(a), cause: .probeFailed(failure(.refused)))])
    }

    @Test func `undeclared real servers are removed all the same`() {
        var planner = Planner()
        #expect(
            planner.plan(failing, against: observed([a: 1, b: 1, c: 0]), at: .now)
                == [PlannedChange(.remove(c), cause: .undeclared)])
    }

    /// What is found after a restart, in which nobody gets connections, and what is done about it.
    static let empty: [(ObservedService?, [TableChange])] = [
        (observed([:]), [.add(a, weight: 1), .add(b, weight: 1)]),
        (observed([a: 0, b: 0]), [.setWeight(a, weight: 1), .setWeight(b, weight: 1)]),
        (observed([b: 0]), [.add(a, weight: 1), .setWeight(b, weight: 1)]),
        (nil, [.createService(scheduler: .roundRobin), .add(a, weight: 1), .add(b, weight: 1)]),
    ]

    @Test(arguments: empty)
    func `all real servers are kept with their weights where none is left`(
        found: ObservedService?, changes: [TableChange]
    ) {
        var planner = Planner()
        let plan = planner.plan(failing, against: found, at: .now)
        #expect(plan.map(\.change) == changes)
        #expect(plan.last?.cause == .allDown)
        #expect(!planner.awaitsCheck)
    }

    @Test func `a real server that is kept in an outage is repaired`() {
        var planner = Planner()
        planner.endPass(leaving: observed([b: 1]))
        #expect(
            planner.plan(failing, against: observed([b: 0]), at: .now) == [
                PlannedChange(.add(a, weight: 1), cause: .allDown),
                PlannedChange(.setWeight(b, weight: 1), cause: .repaired(found: "weight 0")),
            ])
    }

    @Test func `one real server that may be healthy is enough for the normal rules`() {
        var desired = failing
        desired[a] = Health(state: .unknown)
        var planner = Planner()
        #expect(
            planner.plan(desired, against: observed([a: 1, b: 1]), at: .now).map(\.change)
                == [.setWeight(b, weight: 0)])
    }
}
