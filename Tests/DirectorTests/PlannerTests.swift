import Director
import DirectorTestKit
import LVSCareModel
import Testing

/// Causes, order and memory; which change each state leads to is in `DataPlaneContract`.
@Suite struct PlannerTests {
    private func desired(_ health: [RealServer: Health], ticks: Int = 0) -> DesiredState {
        var desired = DesiredState(specification: specification(health.keys.sorted()))
        for (realServer, health) in health { desired[realServer] = health }
        desired.undeclaredChecks = ticks
        return desired
    }

    private let healthy = Health(state: .healthy)
    private func unhealthy(_ checks: Int) -> Health {
        Health(state: .unhealthy, failedChecks: checks, failure: failure(.refused))
    }

    /// A planner whose last pass left `service` behind.
    private func planner(after service: ObservedService?) -> Planner {
        var planner = Planner()
        planner.endPass(leaving: service)
        return planner
    }

    @Test func `the first set-up has the cause declared`() {
        var planner = Planner()
        #expect(
            planner.plan(desired([a: Health()]), against: nil)
                == [
                    PlannedChange(.createService(scheduler: .roundRobin), cause: .declared),
                    PlannedChange(.add(a, weight: 1), cause: .declared),
                ])
    }

    @Test func `probes are the cause of withdrawal and return`() {
        var planner = planner(after: observed([a: 1, b: 0]))
        #expect(
            planner.plan(desired([a: unhealthy(1), b: healthy]), against: observed([a: 1, b: 0]))
                == [
                    PlannedChange(.setWeight(b, weight: 1), cause: .probeSucceeded),
                    PlannedChange(.setWeight(a, weight: 0), cause: .probeFailed(failure(.refused))),
                ])
        planner.endPass(leaving: observed([a: 0, b: 1]))
        #expect(
            planner.plan(desired([a: unhealthy(2), b: healthy]), against: observed([a: 0, b: 1]))
                == [PlannedChange(.remove(a), cause: .probeFailed(failure(.refused)))])
        planner.endPass(leaving: observed([b: 1]))
        #expect(
            planner.plan(desired([a: healthy, b: healthy]), against: observed([b: 1]))
                == [PlannedChange(.add(a, weight: 1), cause: .probeSucceeded)])
    }

    static let foreignActs: [(act: String, left: ObservedService, found: ObservedService?, repairs: [PlannedChange])] =
        [
            (
                "service deleted", observed([a: 1]), nil,
                [
                    PlannedChange(
                        .createService(scheduler: .roundRobin), cause: .repaired(found: "no virtual service")),
                    PlannedChange(.add(a, weight: 1), cause: .repaired(found: "no real server")),
                ]
            ),
            (
                "real server deleted", observed([a: 1]), observed([:]),
                [PlannedChange(.add(a, weight: 1), cause: .repaired(found: "no real server"))]
            ),
            (
                "weight changed", observed([a: 1]), observed([a: 5]),
                [PlannedChange(.setWeight(a, weight: 1), cause: .repaired(found: "weight 5"))]
            ),
            (
                "quiesced", observed([a: 1]), observed([a: 0]),
                [PlannedChange(.setWeight(a, weight: 1), cause: .repaired(found: "weight 0"))]
            ),
            (
                "scheduler changed", observed([a: 1]), observed([a: 1], scheduler: Scheduler(rawValue: "sh")),
                [
                    PlannedChange(
                        .updateService(scheduler: .roundRobin), cause: .repaired(found: "scheduler sh"))
                ]
            ),
            (
                "forwarding method changed", observed([a: 1]),
                ObservedService(
                    scheduler: .roundRobin, realServers: [a: ObservedRealServer(weight: 1, forwarding: .tunnel)]),
                [
                    PlannedChange(
                        .setWeight(a, weight: 1),
                        cause: .repaired(found: "weight 1 and another forwarding method"))
                ]
            ),
            (
                "made persistent", observed([a: 1]),
                ObservedService(
                    ServiceConfiguration(scheduler: .roundRobin, persistence: .init()),
                    realServers: [a: ObservedRealServer(weight: 1)]),
                [
                    PlannedChange(
                        .updateService(scheduler: .roundRobin), cause: .repaired(found: "persistence or flags"))
                ]
            ),
            (
                "undeclared added", observed([a: 1]), observed([a: 1, c: 2]),
                [
                    PlannedChange(
                        .setWeight(c, weight: 0), cause: .repaired(found: "real server with weight 2"))
                ]
            ),
        ]

    @Test(arguments: foreignActs)
    func `a change of another program is repaired and named`(
        act: String, left: ObservedService, found: ObservedService?, repairs: [PlannedChange]
    ) {
        var planner = planner(after: left)
        #expect(planner.plan(desired([a: healthy]), against: found) == repairs)
    }

    @Test func `a quiesced real server that others restore is quiesced again`() {
        var planner = planner(after: observed([a: 0]))
        #expect(
            planner.plan(desired([a: unhealthy(3)]), against: observed([a: 1]))
                == [PlannedChange(.setWeight(a, weight: 0), cause: .repaired(found: "weight 1"))])
    }

    @Test func `real servers that gain connections come before those that lose them`() {
        var planner = Planner()
        let plan = planner.plan(
            desired([a: unhealthy(1), b: unhealthy(1), c: healthy], ticks: 1),
            against: observed([a: 1, b: 0, server(8): 1, server(7): 0], scheduler: Scheduler(rawValue: "lc")))
        #expect(
            plan.map(\.change) == [
                .updateService(scheduler: .roundRobin), .add(c, weight: 1), .setWeight(a, weight: 0),
                .setWeight(server(8), weight: 0), .remove(b), .remove(server(7)),
            ])
        #expect(planner.awaitsCheck)
    }

    @Test func `a change that failed is planned again`() {
        var planner = planner(after: observed([a: 1]))
        let change = [PlannedChange(.setWeight(a, weight: 0), cause: .probeFailed(failure(.refused)))]
        for check in [1, 1, 2, 3] {
            #expect(planner.plan(desired([a: unhealthy(check)]), against: observed([a: 1])) == change)
            planner.endPass(leaving: observed([a: 1]))
        }
        // Seen in effect at last, and waiting for the check after the one that made it so.
        #expect(planner.plan(desired([a: unhealthy(3)]), against: observed([a: 0])).isEmpty)
        #expect(planner.plan(desired([a: unhealthy(4)]), against: observed([a: 0])).map(\.change) == [.remove(a)])
    }

    @Test func `a removal that failed is tried again without a further check`() {
        var planner = Planner()
        _ = planner.plan(desired([a: unhealthy(1)]), against: observed([a: 1]))
        for _ in 0..<3 {
            #expect(planner.plan(desired([a: unhealthy(2)]), against: observed([a: 0])).map(\.change) == [.remove(a)])
        }
    }

    @Test func `recovery forgets the quiescence`() {
        var planner = Planner()
        _ = planner.plan(desired([a: unhealthy(4)]), against: observed([a: 1]))
        _ = planner.plan(desired([a: healthy]), against: observed([a: 0]))
        #expect(!planner.awaitsCheck)
    }

    @Test func `a forwarding method that the kernel insists on is accepted after one attempt`() {
        let local = ObservedService(
            scheduler: .roundRobin, realServers: [a: ObservedRealServer(weight: 1, forwarding: .tunnel)])
        var planner = planner(after: observed([a: 1]))
        #expect(planner.plan(desired([a: healthy]), against: local).count == 1)
        planner.endPass(leaving: observed([a: 1]))
        for _ in 0..<3 {
            #expect(planner.plan(desired([a: healthy]), against: local).isEmpty)
            planner.endPass(leaving: local)
        }
        // Once it was seen as ours, another method is another program's doing again.
        #expect(planner.plan(desired([a: healthy]), against: observed([a: 1])).isEmpty)
        planner.endPass(leaving: observed([a: 1]))
        #expect(planner.plan(desired([a: healthy]), against: local).count == 1)
    }

    @Test func `a forwarding method that could not be set is tried again`() {
        let foreign = ObservedService(
            scheduler: .roundRobin, realServers: [a: ObservedRealServer(weight: 1, forwarding: .tunnel)])
        var planner = Planner()
        for _ in 0..<3 {
            #expect(planner.plan(desired([a: healthy]), against: foreign).count == 1)
            planner.endPass(leaving: foreign)
        }
    }

    @Test func `connection counts are no reason for a change`() {
        var planner = planner(after: observed([a: 1]))
        var busy = observed([a: 1])
        busy.realServers[a]?.activeConnections = 12
        busy.realServers[a]?.inactiveConnections = 7
        #expect(planner.plan(desired([a: healthy]), against: busy).isEmpty)
    }
}

extension Planner {
    /// The plan where no drain timeout is counted.
    fileprivate mutating func plan(_ desired: DesiredState, against observed: ObservedService?) -> [PlannedChange] {
        plan(desired, against: observed, at: .now)
    }
}
