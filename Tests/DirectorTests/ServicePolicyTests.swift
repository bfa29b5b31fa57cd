import Director
import DirectorTestKit
import LVSCareModel
import Testing

/// How real servers begin, and what becomes of those that fail.
@Suite struct ServicePolicyTests {
    private func world(
        _ policy: ServicePolicy, _ realServers: [RealServer] = [a, b], found: [RealServer: Weight]? = nil,
        drainTimeout: Duration = .zero, answering: [RealServer: ScriptedRealServer] = [:]
    ) -> DirectorSimulation {
        var specification = specification(realServers, unhealthyInterval: nil, drainTimeout: drainTimeout)
        specification.policy = policy
        let table = InMemoryDataPlane()
        table.services[vip] = found.map { observed($0) }
        let world = DirectorSimulation(specification, table: table)
        world.realServers = answering
        world.start()
        return world
    }

    // MARK: Start

    @Test func `a real server that begins out of service is added when it is found healthy`() {
        let world = world(
            ServicePolicy(start: .outOfService), [a, b, c],
            answering: [a: .answers(after: .seconds(1)), b: .fails(), c: .hangs])
        #expect(world.weights == [:])
        #expect(world.observed != nil)
        world.advance(by: .seconds(2))
        #expect(
            world.story == [
                "0.0 s create virtual service with scheduler rr (declared)",
                "1.0 s add 127.0.0.1:8081 with weight 1 (probe succeeded)",
            ])
        world.advance(by: .seconds(20))
        #expect(world.weights == [a: 1])
    }

    @Test func `a restart takes nobody out of service, and puts nobody in`() {
        let world = world(
            ServicePolicy(start: .outOfService), [a, b, c], found: [a: 1, b: 0],
            answering: [a: .hangs, b: .hangs, c: .hangs])
        world.advance(by: .seconds(9))
        #expect(world.weights == [a: 1, b: 0])
        #expect(world.changes.isEmpty)
        world.advance(by: .seconds(20))
        #expect(world.weights == [:])
    }

    @Test func `a real server that is declared later begins out of service, too`() {
        let world = world(ServicePolicy(start: .outOfService), [a])
        world.advance(by: .seconds(1))
        #expect(world.weights == [a: 1])
        var other = world.director.specification
        other.declare([a, b])
        world.realServers[b] = .answers(after: .seconds(1))
        world.handle(.specificationChanged(other))
        world.advance(by: .milliseconds(900))
        #expect(world.weights == [a: 1])
        world.advance(by: .milliseconds(200))
        #expect(world.weights == [a: 1, b: 1])
    }

    // MARK: Failure

    @Test func `a quiesced real server stays at weight 0 for as long as it fails`() {
        let world = world(ServicePolicy(failure: .quiesce))
        world.advance(by: .seconds(1))
        world.realServers = [a: .fails(), b: .fails()]
        world.advance(by: .seconds(300))
        #expect(world.weights == [a: 0, b: 0])
        #expect(world.passes.last?.report.awaitsCheck == false)
        world.realServers[b] = .answers()
        world.advance(by: .seconds(2))
        #expect(world.weights == [a: 0, b: 1])
        #expect(world.changes.last?.planned == PlannedChange(.setWeight(b, weight: 1), cause: .probeSucceeded))
        #expect(world.changes.count == 6, "created, two added, two quiesced, one restored")
    }

    @Test func `undeclared real servers are removed all the same`() {
        let world = world(ServicePolicy(failure: .quiesce), [a], found: [a: 1, c: 1])
        world.advance(by: .seconds(20))
        #expect(world.weights == [a: 1])
    }

    @Test func `another policy removes who was only quiesced`() {
        let world = world(ServicePolicy(failure: .quiesce))
        world.advance(by: .seconds(1))
        world.realServers[b] = .fails()
        world.advance(by: .seconds(30))
        #expect(world.weights == [a: 1, b: 0])
        var other = world.director.specification
        other.policy.failure = .quiesceThenRemove
        world.handle(.specificationChanged(other))
        world.advance(by: .seconds(1))
        #expect(world.weights == [a: 1])
    }

    @Test func `what others did to a quiesced real server is repaired`() {
        let world = world(ServicePolicy(failure: .quiesce))
        world.realServers[b] = .fails()
        world.advance(by: .seconds(10))
        world.table.services[vip]?.realServers[b]?.weight = 5
        world.advance(by: .seconds(1))
        #expect(
            world.changes.last?.planned
                == PlannedChange(.setWeight(b, weight: 0), cause: .repaired(found: "weight 5")))
    }

    @Test func `a real server is removed at once where that is wanted, whatever its connections`() {
        let world = world(ServicePolicy(failure: .remove), drainTimeout: .seconds(60))
        world.advance(by: .seconds(1))
        world.table.services[vip]?.realServers[b]?.activeConnections = 3
        world.realServers[b] = .fails()
        world.advance(by: .seconds(5))
        #expect(world.story.last == "5.001 s remove 127.0.0.1:8082 (probe failed)")
        #expect(world.weights == [a: 1])
        #expect(world.table.abruptRemovals == [b])
        world.realServers[b] = .answers()
        world.advance(by: .seconds(2))
        #expect(world.weights == [a: 1, b: 1])
    }

    @Test func `those that are no longer declared are drained even then`() {
        let world = world(ServicePolicy(failure: .remove))
        world.advance(by: .seconds(1))
        var other = world.director.specification
        other.declare([a])
        world.handle(.specificationChanged(other))
        world.advance(by: .seconds(1))
        #expect(world.weights == [a: 1, b: 0])
        world.advance(by: .seconds(10))
        #expect(world.weights == [a: 1])
        #expect(world.table.abruptRemovals.isEmpty)
    }

    // MARK: Forecast

    static let forecasts: [(ServicePolicy, [RealServer: Weight])] = [
        (ServicePolicy(), [a: 0]), (ServicePolicy(failure: .quiesce), [a: 0]), (ServicePolicy(failure: .remove), [:]),
        (ServicePolicy(sorryServer: RealServerSpecification(c, weight: 5)), [a: 0, c: 5]),
    ]

    @Test(arguments: forecasts) func `a forecast follows the policy`(policy: ServicePolicy, after: [RealServer: Weight])
    {
        var specification = specification([a, b])
        specification.policy = policy
        var desired = DesiredState(specification: specification)
        for realServer in [a, b] { desired[realServer] = Health(state: .unhealthy, failedChecks: 1) }
        let forecast = Planner.forecast(desired, from: observed([a: 1]))
        #expect(forecast?.realServers.mapValues(\.weight) == after)
    }
}
