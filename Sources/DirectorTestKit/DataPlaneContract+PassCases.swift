internal import Addressing
internal import Director
internal import LVSCareModel

extension DataPlaneContract {
    /// What a pass makes of each health state and each state of the table: the truth table of `Planner`.
    package var passCases: [Case] {
        rowCases + timeCases
    }

    /// One pass of a reconciler without memory.
    private var rowCases: [Case] {
        let server = realServer(1)
        let undeclared = realServer(9)
        let healthy = desired(.healthy)
        let unhealthy = desired(.unhealthy)
        let unknown = desired(.unknown)
        let create = TableChange.createService(scheduler: .roundRobin)
        let quiesce = TableChange.setWeight(server, weight: 0)
        let restore = TableChange.setWeight(server, weight: 1)
        return [
            row("probe fails, weight not 0: quiesce", [server: 1], unhealthy, [quiesce], [server: 0]),
            row("probe fails, odd weight: quiesce", [server: 7], unhealthy, [quiesce], [server: 0]),
            row("probe fails, weight 0: remove", [server: 0], unhealthy, [.remove(server)], [:]),
            row("probe fails, absent: nothing", [:], unhealthy, [], [:]),
            row("probe fails, no service: only the service", nil, unhealthy, [create], [:]),
            row("probe succeeds, absent: add", [:], healthy, [.add(server, weight: 1)], [server: 1]),
            row("probe succeeds, weight 0: restore", [server: 0], healthy, [restore], [server: 1]),
            row("probe succeeds, odd weight: restore", [server: 7], healthy, [restore], [server: 1]),
            row("probe succeeds, weight as wanted: nothing", [server: 1], healthy, [], [server: 1]),
            row("probe succeeds, no service: both", nil, healthy, [create, .add(server, weight: 1)], [server: 1]),
            row("not checked, absent: add", [:], unknown, [.add(server, weight: 1)], [server: 1]),
            row("not checked, weight 0: nothing", [server: 0], unknown, [], [server: 0]),
            row("not checked, odd weight: set", [server: 7], unknown, [restore], [server: 1]),
            row("not checked, weight as wanted: nothing", [server: 1], unknown, [], [server: 1]),
            row("not checked, no service: both", nil, unknown, [create, .add(server, weight: 1)], [server: 1]),
            row(
                "undeclared, weight not 0: quiesce", [server: 1, undeclared: 3], healthy,
                [.setWeight(undeclared, weight: 0)], [server: 1, undeclared: 0]),
            row(
                "undeclared, weight 0: remove", [server: 1, undeclared: 0], healthy, [.remove(undeclared)], [server: 1]),
            row(
                "wrong scheduler: update", [server: 1], healthy, [.updateService(scheduler: .roundRobin)],
                [server: 1], scheduler: Scheduler(rawValue: "wlc")),
            row(
                "options of others: update", [server: 1], healthy, [.updateService(scheduler: .roundRobin)],
                [server: 1], disturb: .persistence),
            row(
                "healthy, wrong forwarding method: set", [server: 1], healthy, [restore], [server: 1],
                disturb: .tunnel(server, weight: 1)),
            row(
                "not checked, wrong forwarding method: set, weight 0 stays", [server: 0], unknown, [quiesce],
                [server: 0], disturb: .tunnel(server, weight: 0)),
            row(
                "unhealthy, wrong forwarding method: quiesce", [server: 1], unhealthy, [quiesce], [server: 0],
                disturb: .tunnel(server, weight: 1)),
        ]
    }

    /// Several passes of one reconciler.
    private var timeCases: [Case] {
        let server = realServer(1)
        let undeclared = realServer(9)
        let create = TableChange.createService(scheduler: .roundRobin)
        let start = Step.pass(desired(.unknown), makes: [create, .add(server, weight: 1)])
        return [
            Case(
                name: "a quiesced real server is removed by a later failing check, not by a later pass",
                steps: [
                    start,
                    .pass(desired(.unhealthy, 1), makes: [.setWeight(server, weight: 0)]),
                    .pass(desired(.unhealthy, 1), makes: []),
                    .observe(service([server: 0])),
                    .pass(desired(.unhealthy, 2), makes: [.remove(server)]),
                    .pass(desired(.unhealthy, 3), makes: []),
                    .pass(desired(.healthy), makes: [.add(server, weight: 1)]),
                    .observe(service([server: 1])),
                ]),
            Case(
                name: "after a restart a quiesced real server stays so until its first check",
                steps: [
                    start,
                    .pass(desired(.unhealthy, 1), makes: [.setWeight(server, weight: 0)]),
                    .restart,
                    .pass(desired(.unknown), makes: []),
                    .pass(desired(.unhealthy, 1), makes: [.remove(server)]),
                ]),
            Case(
                name: "an undeclared real server is removed one check interval after it was quiesced",
                steps: [
                    start,
                    .apply([.add(undeclared, weight: 1)], codes: [nil]),
                    .pass(desired(.healthy, ticks: 4), makes: [.setWeight(undeclared, weight: 0)]),
                    .pass(desired(.healthy, ticks: 4), makes: []),
                    .pass(desired(.healthy, ticks: 5), makes: [.remove(undeclared)]),
                    .observe(service([server: 1])),
                ]),
            Case(
                name: "what another program deletes is back after one pass",
                steps: [
                    start,
                    .apply([.remove(server)], codes: [nil]),
                    .pass(desired(.healthy), makes: [.add(server, weight: 1)]),
                    .apply([.removeService], codes: [nil]),
                    .pass(desired(.healthy), makes: [create, .add(server, weight: 1)]),
                    .pass(desired(.healthy), makes: []),
                ]),
            Case(
                name: "a real server that another program restores is quiesced again",
                steps: [
                    start,
                    .pass(desired(.unhealthy, 1), makes: [.setWeight(server, weight: 0)]),
                    .apply([.setWeight(server, weight: 1)], codes: [nil]),
                    .pass(desired(.unhealthy, 1), makes: [.setWeight(server, weight: 0)]),
                    .pass(desired(.unhealthy, 2), makes: [.remove(server)]),
                ]),
        ]
    }

    private func row(
        _ name: String, _ before: [RealServer: Weight]?, _ desired: DesiredState, _ changes: [TableChange],
        _ after: [RealServer: Weight], scheduler: Scheduler = .roundRobin, disturb: Disturbance? = nil
    ) -> Case {
        var steps: [Step] = []
        if let before {
            let changes =
                [.createService(scheduler: scheduler)]
                + before.sorted { $0.key < $1.key }.map { TableChange.add($0.key, weight: $0.value) }
            steps.append(.apply(changes, codes: changes.map { _ in nil }))
        }
        if let disturb { steps.append(.disturb(disturb)) }
        steps += [.pass(desired, makes: changes), .observe(service(after)), .restart]
        // A pass right after, even of a new process, finds nothing to do; only removals go on there.
        if !after.values.contains(.quiescent) { steps.append(.pass(desired, makes: [])) }
        return Case(name: name, steps: steps)
    }

    /// One declared real server of this health.
    private func desired(_ state: HealthState, _ failedChecks: Int = 1, ticks: Int = 0) -> DesiredState {
        let server = realServer(1)
        var desired = DesiredState(specification: Specification(service: service, realServers: [server]))
        desired[server] = Health(state: state, failedChecks: state == .unhealthy ? failedChecks : 0)
        desired.undeclaredChecks = ticks
        return desired
    }
}
