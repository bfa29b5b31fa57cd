import Director
import DirectorTestKit
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

    @Test func allAreRemovedAndThatIsSaidEachMinute() {
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

    @Test func theLastOnesAreKeptAndTakeTurnsAgainLater() {
        let world = world(.keep, [a, b, c])
        fail(world, a)
        world.advance(by: .seconds(10))
        #expect(world.weights == [b: 1, c: 1])
        fail(world, b)
        world.realServers[c] = .fails(after: .milliseconds(20))
        world.advance(by: .seconds(30))
        #expect(world.weights == [c: 1])
        #expect(world.outages.map(\.report) == [OutageReport(phase: .began, mode: .keep, duration: .zero)])
        world.realServers[a] = .answers()
        world.advance(by: .seconds(3))
        #expect(world.weights == [a: 1])
        #expect(
            world.changes.suffix(3).map(\.planned.change)
                == [.add(a, weight: 1), .setWeight(c, weight: 0), .remove(c)])
        #expect(world.outages.last?.report.phase == .ended)
    }

    @Test func aNewRealServerEndsItUntilItsFirstCheck() {
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

    @Test func whatHasAWeightStaysAsItIs() {
        var planner = Planner()
        #expect(planner.plan(failing, against: observed([a: 3, b: 1]), at: .now) == [])
        #expect(planner.plan(failing, against: observed([a: 1]), at: .now) == [])
    }

    @Test func whatWasWithdrawnBeforeIsWithdrawn() {
        var planner = Planner()
        #expect(
            planner.plan(failing, against: observed([a: 1, b: 0]), at: .now)
                == [PlannedChange(.remove(b), cause: .probeFailed(failure(.refused)))])
    }

    /// What is found after a restart, in which nobody gets connections, and what is done about it.
    static let empty: [(ObservedService?, [TableChange])] = [
        (observed([:]), [.add(a, weight: 1), .add(b, weight: 1)]),
        (observed([a: 0, b: 0]), [.setWeight(a, weight: 1), .setWeight(b, weight: 1)]),
        (observed([b: 0]), [.add(a, weight: 1), .setWeight(b, weight: 1)]),
        (nil, [.createService(scheduler: .roundRobin), .add(a, weight: 1), .add(b, weight: 1)]),
    ]

    @Test(arguments: empty)
    func whereNobodyIsLeftAllGetTheirWeight(found: ObservedService?, changes: [TableChange]) {
        var planner = Planner()
        let plan = planner.plan(failing, against: found, at: .now)
        #expect(plan.map(\.change) == changes)
        #expect(plan.last?.cause == .allDown)
        #expect(!planner.awaitsCheck)
    }

    @Test func whatOthersTakeAwayIsRepaired() {
        var planner = Planner()
        planner.conclude(leaving: observed([b: 1]))
        #expect(
            planner.plan(failing, against: observed([b: 0]), at: .now) == [
                PlannedChange(.add(a, weight: 1), cause: .allDown),
                PlannedChange(.setWeight(b, weight: 1), cause: .repaired(found: "weight 0")),
            ])
    }

    @Test func oneThatMayBeHealthyIsEnoughForTheNormalRules() {
        var desired = failing
        desired[a] = Health(state: .unknown)
        var planner = Planner()
        #expect(
            planner.plan(desired, against: observed([a: 1, b: 1]), at: .now).map(\.change)
                == [.setWeight(b, weight: 0)])
    }
}
