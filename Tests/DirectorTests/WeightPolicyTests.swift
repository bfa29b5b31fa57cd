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

    /// How all are, and what the real server `a` should have that has `found`.
    struct PolicyRow: CustomTestStringConvertible {
        var health: HealthState
        /// The health of the other real server.
        var other = HealthState.healthy
        var policy: ServicePolicy
        var mode = AllDown.remove
        var found: Weight?
        var decision: WeightPolicy.Decision

        var testDescription: String {
            let weight = found.map { "\($0)" } ?? "absent"
            return "\(health.rawValue), \(weight); other \(other.rawValue); \(mode.rawValue); \(policy)"
        }
    }

    static let sorry = RealServerSpecification(server(9), weight: 7)
    static let outOfService = ServicePolicy(start: .outOfService)

    static let policies: [PolicyRow] =
        [
            PolicyRow(health: .unknown, policy: outOfService, found: nil, decision: .unchanged),
            PolicyRow(health: .unknown, policy: outOfService, found: 0, decision: .weight(0, .unchecked)),
            PolicyRow(health: .unknown, policy: outOfService, found: 3, decision: .weight(10, .unchecked)),
            PolicyRow(health: .healthy, policy: outOfService, found: nil, decision: .weight(10, .healthy)),
        ]
        + anything.flatMap { found in
            ServicePolicy.Failure.allCases.flatMap { failure -> [PolicyRow] in
                let decision: WeightPolicy.Decision =
                    switch failure {
                    case .quiesceThenRemove: .nothing(.unhealthy(why))
                    case .quiesce: .quiescent(.unhealthy(why))
                    case .remove: .absent(.unhealthy(why))
                    }
                let policy = ServicePolicy(failure: failure)
                var sorry = policy
                sorry.sorryServer = Self.sorry
                return [
                    PolicyRow(health: .unhealthy, policy: policy, found: found, decision: decision),
                    PolicyRow(health: .unhealthy, other: .unhealthy, policy: policy, found: found, decision: decision),
                    PolicyRow(
                        health: .unhealthy, other: .unhealthy, policy: policy, mode: .keep, found: found,
                        decision: .weight(10, .allDown)),
                    PolicyRow(
                        health: .unhealthy, other: .unhealthy, policy: sorry, mode: .keep, found: found,
                        decision: decision),
                ]
            }
        }
        + anything.flatMap { found in
            let policy = ServicePolicy(quorum: .init(weight: 11), sorryServer: sorry)
            return [
                PolicyRow(
                    health: .healthy, other: .unhealthy, policy: policy, found: found,
                    decision: .quiescent(.quorumLost)),
                PolicyRow(
                    health: .healthy, other: .unhealthy, policy: ServicePolicy(quorum: .init(weight: 11)), found: found,
                    decision: .weight(10, .healthy)),
                PolicyRow(health: .healthy, policy: policy, found: found, decision: .weight(10, .healthy)),
            ]
        }

    private func desired(_ row: PolicyRow) -> DesiredState {
        var specification = specification([a, b], allDown: row.mode)
        specification.declare(members: [a, b].map { RealServerSpecification($0, weight: 10) })
        specification.policy = row.policy
        var desired = DesiredState(specification: specification)
        for (realServer, state) in [(a, row.health), (b, row.other)] {
            desired[realServer] = Health(state: state, failure: state == .unhealthy ? Self.why : nil)
        }
        return desired
    }

    @Test(arguments: policies) func `decides by the policy of the service`(row: PolicyRow) {
        #expect(WeightPolicy(desired(row)).decision(on: a, found: row.found) == row.decision)
    }

    @Test(arguments: anything) func `the sorry server has its weight while too few are healthy`(found: Weight?) {
        for (other, mode) in [(HealthState.unhealthy, AllDown.remove), (.unhealthy, .keep)] {
            let down = desired(
                PolicyRow(
                    health: .unhealthy, other: other, policy: ServicePolicy(sorryServer: Self.sorry), mode: mode,
                    decision: .unchanged))
            #expect(
                WeightPolicy(down).decision(on: Self.sorry.realServer, found: found) == .weight(7, .quorumLost))
        }
        let up = desired(
            PolicyRow(
                health: .unhealthy, policy: ServicePolicy(sorryServer: Self.sorry), decision: .unchanged))
        #expect(WeightPolicy(up).decision(on: Self.sorry.realServer, found: found) == .nothing(.quorumRegained))
    }

    @Test func `a sorry server that is declared, too, serves whatever its checks say`() {
        let policy = ServicePolicy(sorryServer: RealServerSpecification(a, weight: 7))
        let down = desired(PolicyRow(health: .unhealthy, other: .unhealthy, policy: policy, decision: .unchanged))
        #expect(WeightPolicy(down).decision(on: a, found: 0) == .weight(7, .quorumLost))
        let up = desired(PolicyRow(health: .unhealthy, policy: policy, decision: .unchanged))
        #expect(WeightPolicy(up).decision(on: a, found: 7) == .nothing(.unhealthy(Self.why)))
    }

    @Test func `before verdicts are known the table tells whether the sorry server stands in`() {
        let policy = ServicePolicy(sorryServer: Self.sorry)
        let start = desired(PolicyRow(health: .unknown, other: .unknown, policy: policy, decision: .unchanged))
        let realServer = Self.sorry.realServer
        for (found, standsIn) in [
            ([realServer: 7], true), ([realServer: 7, a: 0], true), ([realServer: 7, a: 1], false),
            ([realServer: 0], false), ([:], false), ([realServer: 7, c: 1], true),
        ] as [([RealServer: Weight], Bool)] {
            let weights = WeightPolicy(start, found: observed(found).realServers)
            #expect(
                weights.decision(on: realServer, found: found[realServer])
                    == (standsIn ? .weight(7, .quorumLost) : .nothing(.quorumRegained)))
            #expect(
                weights.decision(on: b, found: nil) == (standsIn ? .quiescent(.quorumLost) : .weight(10, .unchecked)))
        }
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
