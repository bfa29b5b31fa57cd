import LVSCareModel
import Testing

@testable import Director

/// What several checks say together.
@Suite struct CombinedHealthTests {
    private typealias Requirement = HealthPolicy.Requirement

    /// A row: what each of three checks says (`+`, `-`, `?`), and what follows by `all`, `any` and `atLeast(2)`; `=` is the verdict
    /// before.
    static let table: [(String, String)] = [
        ("+++", "+++"), ("++-", "-++"), ("++?", "=++"), ("+-+", "-++"), ("+--", "-+-"), ("+-?", "-+="),
        ("+?+", "=++"), ("+?-", "-+="), ("+??", "=+="), ("-++", "-++"), ("-+-", "-+-"), ("-+?", "-+="),
        ("--+", "-+-"), ("---", "---"), ("--?", "-=-"), ("-?+", "-+="), ("-?-", "-=-"), ("-??", "-=="),
        ("?++", "=++"), ("?+-", "-+="), ("?+?", "=+="), ("?-+", "-+="), ("?--", "-=-"), ("?-?", "-=="),
        ("??+", "=+="), ("??-", "-=="), ("???", "==="),
    ]

    private func state(_ sign: Character) -> HealthState {
        sign == "+" ? .healthy : sign == "-" ? .unhealthy : .unknown
    }

    private func checks(_ states: [HealthState]) -> [(id: CheckID, health: Health)] {
        states.enumerated().map { number, state in
            (CheckID(number: number + 1), Health(state: state, failedChecks: state == .unhealthy ? 1 : 0))
        }
    }

    private func policy(_ requirement: HealthPolicy.Requirement, _ count: Int = 3) -> HealthPolicy {
        HealthPolicy(
            (0..<count).map { NamedCheck(HealthCheck(), name: $0 == 1 ? nil : "c\($0 + 1)") }, requirement: requirement)
    }

    @Test(arguments: table) func `combines verdicts by the number that has to be healthy`(row: (String, String)) {
        for (requirement, sign) in zip([.all, .any, .atLeast(2)] as [Requirement], row.1) {
            for before in HealthState.allCases {
                let expected = sign == "=" ? before : state(sign)
                let combined = CombinedHealth(
                    checks(row.0.map(state)), by: policy(requirement), before: Health(state: before))
                #expect(combined.health.state == expected, "\(row.0) \(requirement) \(before)")
            }
        }
        #expect(Self.table.count == 27)
    }

    @Test(arguments: HealthState.allCases)
    func `a number beyond that of the checks is all of them, and less than one is one`(third: HealthState) {
        let states = [HealthState.healthy, .unhealthy, third]
        for (number, same) in [(0, Requirement.any), (1, .any), (3, .all), (9, .all)] {
            let combined = [.atLeast(number), same].map {
                CombinedHealth(checks(states), by: policy($0), before: Health()).health.state
            }
            #expect(combined[0] == combined[1])
        }
    }

    private func unhealthy(_ failures: Int, _ reason: ProbeFailure.Reason = .refused) -> Health {
        Health(state: .unhealthy, failedChecks: failures, failure: failure(reason))
    }

    private func named(_ name: String, _ reason: ProbeFailure.Reason = .refused) -> ProbeFailure {
        var named = failure(reason)
        named.check = name
        return named
    }

    @Test func `checks that fail together are one failing check`() {
        var combined = CombinedHealth(checks([.healthy, .healthy, .healthy]), by: policy(.all), before: Health())
        let ids = (1...3).map(CheckID.init(number:))
        var counts: [Int] = []
        for (check, failures) in [(0, 1), (1, 1), (2, 1), (2, 2), (0, 2), (1, 2), (1, 3)] {
            _ = combined.record(unhealthy(failures), by: ids[check])
            counts.append(combined.health.failedChecks)
        }
        #expect(counts == [1, 1, 1, 2, 2, 2, 3])
    }

    @Test func `failures that leave a real server healthy do not count`() {
        var combined = CombinedHealth(checks([.healthy, .healthy]), by: policy(.any, 2), before: Health())
        for failures in 1...5 { _ = combined.record(unhealthy(failures), by: CheckID(number: 1)) }
        #expect(combined.health.state == .healthy)
        #expect(combined.health.failedChecks == 0)
        _ = combined.record(unhealthy(1), by: CheckID(number: 2))
        #expect(combined.health.failedChecks == 1)
        #expect(combined.health.failure == named("check 2"), "the one that decided")
        _ = combined.record(unhealthy(6), by: CheckID(number: 1))
        #expect(combined.health.failedChecks == 1, "it has failed once since")
        _ = combined.record(unhealthy(7), by: CheckID(number: 1))
        #expect(combined.health.failedChecks == 2)
    }

    @Test func `the reason is that of the check that decided, as long as it fails`() {
        var combined = CombinedHealth(checks([.healthy, .healthy, .healthy]), by: policy(.all), before: Health())
        let ids = (1...3).map(CheckID.init(number:))
        #expect(combined.record(unhealthy(1, .status(503)), by: ids[2]) == "c3")
        #expect(combined.record(unhealthy(1), by: ids[0]) == "c1")
        #expect(combined.health.failure == named("c3", .status(503)))
        _ = combined.record(unhealthy(2, .reset), by: ids[2])
        #expect(combined.health.failure == named("c3", .reset))
        _ = combined.record(Health(state: .healthy, failedChecks: 2, failure: failure(.reset)), by: ids[2])
        #expect(combined.health.state == .unhealthy)
        #expect(combined.health.failure == named("c1"))
    }

    @Test func `a check that is named twice counts twice`() {
        let id = CheckID(number: 1)
        var combined = CombinedHealth(
            [
                (id, Health(state: .healthy)), (id, Health(state: .healthy)),
                (CheckID(number: 2), Health(state: .healthy)),
            ],
            by: policy(.atLeast(2)), before: Health())
        _ = combined.record(unhealthy(1), by: id)
        #expect(combined.health.state == .unhealthy)
        #expect(combined.health.failedChecks == 1)
        #expect(combined.health.failure == named("c1"))
    }
}
