import Director
import DirectorTestKit
import LVSCareModel
import Testing

/// Real servers that wait at weight 0 for their connections to end.
@Suite struct DrainTests {
    private func world(drainTimeout: Duration = .seconds(30), _ declared: [RealServer] = [a, b]) -> DirectorSimulation {
        let world = DirectorSimulation(
            specification(declared, interval: .seconds(2), unhealthyInterval: nil, drainTimeout: drainTimeout))
        world.start()
        world.advance(by: .seconds(1))
        return world
    }

    private func setConnections(_ world: DirectorSimulation, _ count: UInt32, of realServer: RealServer = b) {
        world.table.services[vip]?.realServers[realServer]?.activeConnections = count
    }

    private let last = { (world: DirectorSimulation) in world.changes.last.map { ($0.at, $0.planned) } }

    @Test func `a drained real server is removed within a pass of its last connection's end`() throws {
        let world = world()
        setConnections(world, 2)
        world.realServers[b] = .fails()
        world.advance(by: .seconds(10))
        #expect(world.weights == [a: 1, b: 0])
        setConnections(world, 0)
        world.advance(by: .seconds(1))
        let (at, planned) = try #require(last(world))
        #expect(planned == PlannedChange(.remove(b), cause: .drained))
        #expect(at <= .seconds(12))
    }

    @Test func `a draining real server is removed at the timeout`() throws {
        let world = world()
        setConnections(world, 2)
        world.realServers[b] = .fails()
        world.advance(by: .seconds(60))
        let (at, planned) = try #require(last(world))
        #expect(planned == PlannedChange(.remove(b), cause: .drainTimedOut(connections: 2)))
        // Quiesced after 2 s, and passes are a second apart.
        #expect(.seconds(32)...(.seconds(33.1)) ~= at)
    }

    @Test func `a real server without connections delays no removal`() throws {
        let world = world()
        world.realServers[b] = .fails()
        world.advance(by: .seconds(5))
        let (at, planned) = try #require(last(world))
        #expect(planned == PlannedChange(.remove(b), cause: .probeFailed(failure(.refused))))
        #expect(at == .milliseconds(3001))
    }

    @Test func `a drain timeout of zero delays no removal`() throws {
        let world = world(drainTimeout: .zero)
        setConnections(world, 2)
        world.realServers[b] = .fails()
        world.advance(by: .seconds(5))
        #expect(try #require(last(world)).0 == .milliseconds(3001))
    }

    @Test func `a real server that recovers while it drains is taken back`() {
        let world = world()
        setConnections(world, 2)
        world.realServers[b] = .fails()
        world.advance(by: .seconds(10))
        world.realServers[b] = .answers()
        world.advance(by: .seconds(2))
        #expect(world.weights == [a: 1, b: 1])
    }

    @Test func `an undeclared real server drains, too`() throws {
        let world = world()
        setConnections(world, 1)
        world.handle(.specificationChanged(specification([a], interval: .seconds(2), drainTimeout: .seconds(30))))
        world.advance(by: .seconds(15))
        #expect(world.weights == [a: 1, b: 0])
        setConnections(world, 0)
        world.advance(by: .seconds(1))
        #expect(try #require(last(world)).1 == PlannedChange(.remove(b), cause: .drained))
    }

    @Test func `the drain time begins after a restart when the real server is seen`() throws {
        let table = InMemoryDataPlane()
        table.services[vip] = observed([a: 1, b: 0])
        table.services[vip]?.realServers[b]?.activeConnections = 1
        let world = DirectorSimulation(
            specification([a, b], interval: .seconds(2), unhealthyInterval: nil, drainTimeout: .seconds(30)),
            table: table)
        world.realServers[b] = .fails()
        world.start()
        world.advance(by: .seconds(60))
        let (at, planned) = try #require(last(world))
        #expect(planned.cause == .drainTimedOut(connections: 1))
        #expect(.seconds(30)...(.seconds(31.1)) ~= at)
    }

    @Test func `a refused removal does not begin to drain again`() {
        var planner = Planner()
        var desired = DesiredState(specification: specification([a], drainTimeout: .seconds(10)))
        desired[a] = Health(state: .unhealthy, failedChecks: 1, failure: failure(.refused))
        let start = ContinuousClock.now
        #expect(planner.plan(desired, against: observed([a: 1]), at: start).count == 1)
        desired[a]?.failedChecks = 2
        var busy = observed([a: 0])
        busy.realServers[a]?.activeConnections = 1
        #expect(planner.plan(desired, against: busy, at: start + .seconds(9)) == [])
        #expect(!planner.awaitsCheck)
        for second in 10...30 {
            #expect(
                planner.plan(desired, against: busy, at: start + .seconds(second))
                    == [PlannedChange(.remove(a), cause: .drainTimedOut(connections: 1))])
        }
    }
}
