package import LVSCareModel

/// The engine as a value: takes what happened, gives back what to do.
///
/// It reads no clock, opens no socket and knows no thread. Whoever runs it tells it the time, carries out its directives
/// in their order, and keeps one timer for it.
///
/// It begins with a pass, and probes only when that has ended: what takes its time at the start, such as filling the
/// table or making a TLS context, is not taken from the first probes. From then on every real server is checked by itself
/// (`HealthChecks`). Passes are asked for when a verdict changes, at failing checks while a quiesced real server waits
/// for its removal, when the kernel's state changed, every `repairInterval`, and after a failed pass without end, with a
/// wait that grows from 100 ms to `repairInterval`, or to 5 s where that is shorter.
package struct ServiceDirector: Sendable {
    /// A point in time of the one clock that all inputs use.
    package typealias Instant = ContinuousClock.Instant

    /// What is looked after; its `service` never changes.
    package private(set) var specification: Specification
    /// What the kernel's table should lead to now.
    package private(set) var desired: DesiredState
    /// Since when each declared real server has had its verdict; `unknown` is one. Empty before `start`.
    package private(set) var verdictSince: [RealServer: Instant] = [:]

    private var checks: HealthChecks
    private var outage = Outage()
    /// The real servers of which a probe of the present kind succeeded.
    private var hasSucceeded: Set<RealServer> = []
    /// `nil` before `start`.
    private var passes: PassSchedule?
    /// Whether a failing check may have to be followed by a pass; assumed while a pass runs.
    private var awaitsCheck = false
    /// When the next check of undeclared real servers would be; `nil` before the first pass has ended.
    private var undeclaredCheckDue: Instant?
    /// The instant of the latest `wake` directive; `nil` when it has come.
    private var armed: Instant?

    /// A director that has not begun; `seed` decides the jitter.
    package init(specification: Specification, limits: ProbeLimits = ProbeLimits(), seed: UInt64) {
        self.specification = specification
        desired = DesiredState(specification: specification)
        checks = HealthChecks(of: specification, within: limits, seed: seed)
    }

    /// Takes in what happened at `now`, which never runs backwards, and says what to do, in this order.
    package mutating func handle(_ input: Input, at now: Instant) -> [Directive] {
        var directives: [Directive] = []
        switch input {
        case .start:
            guard passes == nil else { break }
            passes = PassSchedule(first: now)
            for realServer in specification.realServers { verdictSince[realServer] = now }
        case .probeFinished(let realServer, let attempt, let outcome):
            if case .healthy = outcome { hasSucceeded.insert(realServer) }
            let finding = checks.finish(realServer, attempt: attempt, outcome, at: now, &directives)
            if let finding { take(finding, at: now, &directives) }
        case .connectionEnded(let realServer, let attempt, let end):
            checks.connectionEnded(realServer, attempt: attempt, end, at: now, &directives)
        case .stalled(let time):
            checks.excuse(time)
        case .wake:
            armed = nil
            // Nothing else may end a probe: what has come together with this was to be handled first.
            for finding in checks.expire(at: now, &directives) { take(finding, at: now, &directives) }
        case .kernelChanged:
            passes?.request(.observation, at: now)
        case .passFinished(let report):
            awaitsCheck = report.awaitsCheck || !report.succeeded
            passes?.end(succeeded: report.succeeded, at: now, repairInterval: specification.repairInterval)
            if passes != nil, !checks.hasBegun { beginChecks(at: now) }
        case .specificationChanged(let specification):
            adopt(specification, at: now, &directives)
        case .limitsChanged(let limits):
            checks.adopt(limits, &directives)
        }
        if passes != nil { settle(at: now, &directives) }
        return directives
    }

    /// When the first probe in flight counts as lost, unless this node was stalled; `nil` when none is in flight.
    package var probeDeadline: Instant? { checks.deadline }

    private mutating func beginChecks(at now: Instant) {
        checks.begin(at: now)
        undeclaredCheckDue = now + checks.jittered(specification.healthCheck.interval)
    }

    /// Does everything that is due.
    private mutating func settle(at now: Instant, _ directives: inout [Directive]) {
        if let due = undeclaredCheckDue, due <= now {
            desired.undeclaredChecks += 1
            undeclaredCheckDue = now + checks.jittered(specification.healthCheck.interval)
            if awaitsCheck { passes?.request(.decision, at: now) }
        }
        if let news = outage.review(desired, by: specification.healthCheck, at: now) {
            desired.latelyHealthy = outage.latelyHealthy
            directives.append(.reportOutage(news))
        }
        if passes?.beginIfDue(at: now) == true {
            awaitsCheck = true
            directives.append(.reconcile)
        }
        checks.startDue(at: now, &directives)
        armTimer(&directives)
    }

    private mutating func armTimer(_ directives: inout [Directive]) {
        let instants = [checks.earliest, passes?.due, undeclaredCheckDue, outage.reminder]
        guard let earliest = instants.compactMap(\.self).min(), earliest != armed else { return }
        armed = earliest
        directives.append(.wake(at: earliest))
    }

    /// Takes what a check has shown into what is wanted.
    private mutating func take(_ finding: HealthChecks.Finding, at now: Instant, _ directives: inout [Directive]) {
        let before = desired[finding.realServer]
        if before != finding.health { desired[finding.realServer] = finding.health }
        if var transition = finding.transition {
            verdictSince[finding.realServer] = now
            outage.note(transition, at: now)
            if case .unhealthy(let failure) = transition.outcome, transition.to == .unhealthy {
                transition.hint = failure.hint(hasSucceeded: hasSucceeded.contains(finding.realServer))
            }
            directives.append(.report(transition))
            passes?.request(.decision, at: now)
        } else if awaitsCheck, before?.failedChecks != finding.health.failedChecks {
            passes?.request(.decision, at: now)
        }
    }

    private mutating func adopt(_ adopted: Specification, at now: Instant, _ directives: inout [Directive]) {
        let dropsSome = !Set(specification.realServers).isSubset(of: adopted.realServers)
        let asksOtherwise = adopted.healthCheck.probe != specification.healthCheck.probe
        hasSucceeded = asksOtherwise ? [] : hasSucceeded.intersection(adopted.realServers)
        outage.forget(allBut: adopted.realServers)
        let service = specification.service
        specification = adopted
        specification.service = service
        desired.adopt(specification)
        checks.adopt(specification, at: now, &directives)
        guard passes != nil else { return }
        let since = adopted.realServers.map { ($0, verdictSince[$0] ?? now) }
        verdictSince = Dictionary(uniqueKeysWithValues: since)
        if checks.hasBegun {
            let latest = now + specification.healthCheck.interval
            // Those that were just undeclared have a whole interval to finish their connections.
            undeclaredCheckDue = dropsSome ? latest : min(undeclaredCheckDue ?? latest, latest)
        }
        passes?.request(.decision, at: now)
    }
}
