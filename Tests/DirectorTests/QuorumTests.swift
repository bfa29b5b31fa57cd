import DirectorTestKit
import LVSCareModel
import Testing

@testable import Director

/// Services with a quorum, and a sorry server that stands in for all.
@Suite struct QuorumTests {
    private static let sorry = server(9)
    private let sorry = sorry

    private func specification(
        _ quorum: ServicePolicy.Quorum, _ realServers: [RealServer] = [a, b, c],
        sorryServer: RealServerSpecification? = RealServerSpecification(sorry, weight: 5), mode: AllDown = .remove,
        failure: ServicePolicy.Failure = .quiesceThenRemove, drainTimeout: Duration = .zero
    ) -> Specification {
        var specification = DirectorTests.specification(
            realServers, unhealthyInterval: nil, allDown: mode, drainTimeout: drainTimeout)
        specification.policy = ServicePolicy(failure: failure, quorum: quorum, sorryServer: sorryServer)
        return specification
    }

    private func world(
        _ specification: Specification, found: [RealServer: Weight]? = nil,
        answering: [RealServer: ScriptedRealServer] = [:]
    ) -> DirectorSimulation {
        let table = InMemoryDataPlane()
        table.services[vip] = found.map { observed($0) }
        let world = DirectorSimulation(specification, table: table)
        world.realServers = answering
        world.start()
        world.advance(by: .seconds(1))
        return world
    }

    private func fail(_ world: DirectorSimulation, _ realServers: RealServer...) {
        for realServer in realServers { world.realServers[realServer] = .fails() }
    }

    @Test func `the sorry server comes before the last real server goes, and goes after the first is back`() {
        let world = world(specification(.init(), [a, b]))
        #expect(world.weights == [a: 1, b: 1], "nobody is sorry before verdicts are known")
        #expect(world.changes.count == 3)
        fail(world, a, b)
        world.advance(by: .seconds(10))
        #expect(world.weights == [sorry: 5])
        world.realServers[a] = .answers()
        world.advance(by: .seconds(20))
        #expect(
            world.story.dropFirst(3) == [
                "5.001 s add 127.0.0.1:8089 with weight 5 (quorum lost)",
                "5.001 s quiesce 127.0.0.1:8081 (probe failed)",
                "5.001 s quiesce 127.0.0.1:8082 (probe failed)",
                "6.001 s remove 127.0.0.1:8081 (probe failed)",
                "6.001 s remove 127.0.0.1:8082 (probe failed)",
                "12.001 s add 127.0.0.1:8081 with weight 1 (probe succeeded)",
                "12.001 s quiesce 127.0.0.1:8089 (quorum regained)",
                "17.001 s remove 127.0.0.1:8089 (quorum regained)",
            ])
        #expect(
            world.outages.map(\.report) == [
                OutageReport(phase: .began, mode: .remove, duration: .zero, sorryServer: sorry),
                OutageReport(phase: .ended, mode: .remove, duration: .seconds(7), sorryServer: sorry),
            ])
    }

    @Test func `too few healthy real servers keep their connections and get no more`() {
        let world = world(specification(.init(weight: 2)))
        fail(world, a, b)
        world.advance(by: .seconds(20))
        #expect(world.weights == [sorry: 5, c: 0])
        #expect(world.outages.map(\.report.quorum) == [.init(healthy: 1, required: 2)])
        world.table.services[vip]?.realServers[c]?.activeConnections = 7
        world.realServers[a] = .answers()
        world.advance(by: .seconds(2))
        #expect(world.weights == [a: 1, c: 1, sorry: 0])
        #expect(
            world.changes.suffix(3).map(\.planned) == [
                PlannedChange(.add(a, weight: 1), cause: .probeSucceeded),
                PlannedChange(.setWeight(c, weight: 1), cause: .quorumRegained),
                PlannedChange(.setWeight(sorry, weight: 0), cause: .quorumRegained),
            ])
        #expect(world.outages.map(\.report.phase) == [.began, .ended])
        world.advance(by: .seconds(10))
        #expect(world.weights == [a: 1, c: 1])
    }

    @Test func `who was spared is quiesced for another check when it fails, too`() {
        let world = world(specification(.init(weight: 2), [a, b]))
        fail(world, a)
        world.advance(by: .seconds(10))
        #expect(world.weights == [sorry: 5, b: 0])
        let lost = world.elapsed
        world.realServers[b] = .fails(.status(503))
        world.advance(by: .milliseconds(4500))
        #expect(world.director.desired[b]?.state == .unhealthy)
        #expect(world.weights == [sorry: 5, b: 0])
        world.advance(by: .seconds(10))
        #expect(world.weights == [sorry: 5])
        #expect(world.changes.last.map { $0.at > lost + .seconds(5) } == true, "at the next regular check")
    }

    @Test func `the hysteresis keeps a service from going up and down`() {
        let world = world(specification(.init(weight: 2, hysteresis: 1)))
        fail(world, a, b)
        world.advance(by: .seconds(10))
        #expect(world.weights == [c: 1], "one is a hysteresis below the quorum, and enough")
        fail(world, c)
        world.advance(by: .seconds(10))
        #expect(world.weights == [sorry: 5])
        world.realServers[a] = .answers()
        world.realServers[b] = .answers()
        world.advance(by: .seconds(10))
        #expect(world.weights == [sorry: 5], "two are the quorum, and not enough")
        world.realServers[c] = .answers()
        world.advance(by: .seconds(10))
        #expect(world.weights == [a: 1, b: 1, c: 1])
    }

    @Test func `weights count, and not real servers`() {
        var specification = specification(.init(weight: 10))
        specification.declare(
            members: [
                RealServerSpecification(a, weight: 10), RealServerSpecification(b), RealServerSpecification(c),
            ])
        let world = world(specification)
        fail(world, b, c)
        world.advance(by: .seconds(10))
        #expect(world.weights == [a: 10])
        world.realServers = [a: .fails()]
        world.advance(by: .seconds(10))
        #expect(world.weights == [b: 0, c: 0, sorry: 5])
    }

    @Test func `without a sorry server a lost quorum is told and changes nothing`() {
        let world = world(specification(.init(weight: 3), sorryServer: nil))
        fail(world, a)
        world.advance(by: .seconds(70))
        #expect(world.weights == [b: 1, c: 1])
        world.realServers[a] = .answers()
        world.advance(by: .seconds(2))
        let quorum = OutageReport.Quorum(healthy: 2, required: 3)
        #expect(
            world.outages.map(\.report) == [
                OutageReport(phase: .began, mode: .remove, duration: .zero, quorum: quorum),
                OutageReport(phase: .lasts, mode: .remove, duration: .seconds(60), quorum: quorum),
                OutageReport(
                    phase: .ended, mode: .remove, duration: .seconds(67), quorum: .init(healthy: 3, required: 3)),
            ])
    }

    @Test func `that every real server is unhealthy is told besides, and instead each minute`() {
        let world = world(specification(.init(weight: 2)))
        fail(world, a, b)
        world.advance(by: .seconds(10))
        fail(world, c)
        world.advance(by: .seconds(130))
        world.realServers = [:]
        world.advance(by: .seconds(5))
        #expect(
            world.outages.map { "\($0.report.phase) \($0.report.quorum == nil ? "all" : "quorum")" } == [
                "began quorum", "began all", "lasts all", "lasts all", "ended all", "ended quorum",
            ])
    }

    @Test func `the sorry server wins over those that would be kept`() {
        let world = world(specification(.init(), mode: .keep))
        fail(world, a, b, c)
        world.advance(by: .seconds(20))
        #expect(world.weights == [sorry: 5])
    }

    @Test func `real servers that are only quiesced stay behind the sorry server`() {
        let world = world(specification(.init(), [a, b], failure: .quiesce))
        fail(world, a, b)
        world.advance(by: .seconds(20))
        #expect(world.weights == [a: 0, b: 0, sorry: 5])
    }

    @Test func `the sorry server is drained`() {
        let world = world(specification(.init(), [a], drainTimeout: .seconds(60)))
        fail(world, a)
        world.advance(by: .seconds(10))
        world.table.services[vip]?.realServers[sorry]?.activeConnections = 2
        world.realServers[a] = .answers()
        world.advance(by: .seconds(30))
        #expect(world.weights == [a: 1, sorry: 0])
        world.table.services[vip]?.realServers[sorry]?.activeConnections = 0
        world.advance(by: .seconds(2))
        #expect(world.weights == [a: 1])
        #expect(world.changes.last?.planned == PlannedChange(.remove(sorry), cause: .drained))
    }

    @Test func `a sorry server that is a real server, too, serves while all others fail`() {
        let world = world(specification(.init(), [a, b], sorryServer: RealServerSpecification(a, weight: 5)))
        fail(world, a, b)
        world.advance(by: .seconds(30))
        #expect(world.weights == [a: 5])
        world.realServers[a] = .answers()
        world.advance(by: .seconds(2))
        #expect(world.weights == [a: 1])
        world.realServers = [a: .fails()]
        world.advance(by: .seconds(20))
        #expect(world.weights == [b: 1])
        #expect(world.table.abruptRemovals.isEmpty)
    }

    @Test func `the time for a drain begins when who was spared fails`() {
        let world = world(specification(.init(weight: 2), [a, b], drainTimeout: .seconds(30)))
        fail(world, a)
        world.advance(by: .seconds(120))
        world.table.services[vip]?.realServers[b]?.activeConnections = 7
        fail(world, b)
        world.advance(by: .seconds(30))
        #expect(world.weights == [sorry: 5, b: 0])
        world.advance(by: .seconds(10))
        #expect(world.weights == [sorry: 5])
        #expect(world.changes.last?.planned.cause == .drainTimedOut(connections: 7))
    }

    @Test func `those without checks are spared, too, and come back`() {
        var specification = specification(.init(weight: 3), [a, b])
        var members = specification.members
        members[0].weight = 2
        members[0].health = HealthPolicy([])
        specification.declare(members: members)
        let world = world(specification, answering: [b: .fails()])
        world.advance(by: .seconds(10))
        #expect(world.weights == [sorry: 5, a: 0])
        world.realServers = [:]
        world.advance(by: .seconds(2))
        #expect(
            world.changes.suffix(3).map(\.planned) == [
                PlannedChange(.setWeight(a, weight: 2), cause: .quorumRegained),
                PlannedChange(.add(b, weight: 1), cause: .probeSucceeded),
                PlannedChange(.setWeight(sorry, weight: 0), cause: .quorumRegained),
            ])
        #expect(world.probes(of: a).isEmpty)
    }

    @Test func `a service that leaves takes its sorry server along`() {
        let world = world(specification(.init(), [a]))
        fail(world, a)
        world.advance(by: .seconds(10))
        var leaving = DesiredState(specification: specification(.init(), [a]))
        leaving[a] = Health(state: .unhealthy)
        leaving.leave()
        var planner = Planner()
        #expect(
            planner.plan(leaving, against: world.observed, at: .now).map(\.change) == [.setWeight(sorry, weight: 0)])
        leaving.undeclaredChecks = 1
        #expect(
            planner.plan(leaving, against: observed([sorry: 0]), at: .now).map(\.change) == [.removeService])
    }

    // MARK: Restart and reload

    @Test func `a restart in the middle of it leaves the sorry server alone`() {
        let world = world(
            specification(.init()), found: [sorry: 5, a: 0], answering: [a: .hangs, b: .hangs, c: .hangs])
        #expect(world.weights == [sorry: 5, a: 0])
        #expect(world.changes.isEmpty)
        world.advance(by: .seconds(30))
        #expect(world.weights == [sorry: 5])
    }

    @Test func `a restart after it takes the sorry server out that was left`() {
        let world = world(specification(.init()), found: [sorry: 5, a: 1])
        #expect(world.weights == [sorry: 0, a: 1, b: 1, c: 1])
        world.advance(by: .seconds(10))
        #expect(world.weights == [a: 1, b: 1, c: 1])
    }

    @Test func `a service without real servers has its sorry server`() {
        let world = world(specification(.init(), []))
        #expect(world.weights == [sorry: 5])
        #expect(world.changes.last?.planned.cause == .quorumLost)
        #expect(world.outages.isEmpty)
    }

    @Test func `another sorry server takes over, and none brings the usual rules`() {
        let world = world(specification(.init(), [a]))
        fail(world, a)
        world.advance(by: .seconds(10))
        #expect(world.weights == [sorry: 5])
        let other = server(10)
        world.handle(
            .specificationChanged(specification(.init(), [a], sorryServer: RealServerSpecification(other, weight: 3))))
        world.advance(by: .zero)
        #expect(world.weights == [sorry: 0, other: 3])
        world.advance(by: .milliseconds(4900))
        #expect(world.weights == [sorry: 0, other: 3], "for a whole interval")
        world.advance(by: .milliseconds(200))
        #expect(world.weights == [other: 3])
        world.handle(.specificationChanged(specification(.init(), [a], sorryServer: nil)))
        world.advance(by: .seconds(20))
        #expect(world.weights == [:])
        #expect(world.table.abruptRemovals.isEmpty)
    }

    @Test func `what others do to the sorry server is repaired`() {
        let world = world(specification(.init(), [a]))
        fail(world, a)
        world.advance(by: .seconds(10))
        world.table.services[vip]?.realServers[sorry] = nil
        world.advance(by: .seconds(1))
        #expect(
            world.changes.last?.planned
                == PlannedChange(.add(sorry, weight: 5), cause: .repaired(found: "no real server")))
    }
}
