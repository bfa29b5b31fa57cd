import Director
import LVSCareModel
import Testing

/// Who should have which weight.
@Suite struct WeightPolicyTests {
    /// What is known, and whether it was healthy shortly before all failed.
    struct Row: CustomTestStringConvertible {
        var health: HealthState?
        /// The health of the other real server.
        var other = HealthState.healthy
        var mode = AllDown.remove
        var wasHealthy = false
        var otherWasHealthy = false
        var found: Weight?
        var decision: WeightPolicy.Decision

        var testDescription: String {
            let known = health.map(\.rawValue) ?? "undeclared"
            let lately = wasHealthy ? ", healthy lately" : ""
            let otherLately = otherWasHealthy ? ", healthy lately" : ""
            let weight = found.map { "\($0)" } ?? "absent"
            return "\(known)\(lately), \(weight); other \(other.rawValue)\(otherLately); \(mode.rawValue)"
        }
    }

    static let why = failure(.refused)
    static let anything: [Weight?] = [nil, 0, 10, 3]

    static let table: [Row] =
        AllDown.allCases.flatMap { mode in
            HealthState.allCases.flatMap { other in
                anything.flatMap { found in
                    [
                        Row(health: .healthy, other: other, mode: mode, found: found, decision: .weight(10, .healthy)),
                        Row(
                            health: .unknown, other: other, mode: mode, found: found,
                            decision: .weight(found == 0 ? 0 : 10, .unchecked)),
                        Row(health: nil, other: other, mode: mode, found: found, decision: .nothing(.undeclared)),
                    ]
                }
            }
        }
        + anything.flatMap { found in
            [
                Row(health: .unhealthy, other: .healthy, found: found, decision: .nothing(.unhealthy(why))),
                Row(health: .unhealthy, other: .unhealthy, found: found, decision: .nothing(.unhealthy(why))),
                Row(
                    health: .unhealthy, other: .unhealthy, wasHealthy: true, found: found,
                    decision: .nothing(.unhealthy(why))),
                Row(
                    health: .unhealthy, other: .unknown, mode: .keep, wasHealthy: true, found: found,
                    decision: .nothing(.unhealthy(why))),
                Row(
                    health: .unhealthy, other: .healthy, mode: .keep, wasHealthy: true, found: found,
                    decision: .nothing(.unhealthy(why))),
                Row(
                    health: .unhealthy, other: .unhealthy, mode: .keep, wasHealthy: true, found: found,
                    decision: .weight(10, .allDown)),
                Row(
                    health: .unhealthy, other: .unhealthy, mode: .keep, wasHealthy: true, otherWasHealthy: true,
                    found: found, decision: .weight(10, .allDown)),
                Row(
                    health: .unhealthy, other: .unhealthy, mode: .keep, otherWasHealthy: true, found: found,
                    decision: .unchanged),
                Row(
                    health: .unhealthy, other: .unhealthy, mode: .keep, found: found, decision: .weight(10, .allDown)),
            ]
        }

    @Test(arguments: table) func `decides by health, mode and table`(row: Row) {
        var specification = specification(row.health == nil ? [b] : [a, b], allDown: row.mode)
        specification.declare(
            members: specification.realServers.map { RealServerSpecification($0, weight: 10) })
        var desired = DesiredState(specification: specification)
        for (realServer, state) in [(a, row.health ?? .unknown), (b, row.other)] {
            desired[realServer] = Health(state: state, failure: state == .unhealthy ? Self.why : nil)
        }
        desired.latelyHealthy = Set((row.wasHealthy ? [a] : []) + (row.otherWasHealthy ? [b] : []) + [c])
        #expect(WeightPolicy(desired).decision(on: a, found: row.found) == row.decision)
    }
}
