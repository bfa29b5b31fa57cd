package import LVSCareModel

/// What is wanted of one service now, and when its table is to be looked at: a part of `NodeDirector`.
///
/// Passes are asked for when a verdict changes, at failing checks while a quiesced real server waits for its removal, when the
/// kernel's state changed, every `repairInterval`, and after a failed pass without end, with a wait that grows from 100 ms to
/// `repairInterval`, or to 5 s where that is shorter.
package struct ServiceDirector: Sendable {
    /// A point in time of the one clock that all inputs use.
    package typealias Instant = ContinuousClock.Instant

    /// What is looked after; its `service` never changes.
    package private(set) var specification: Specification
    /// What the kernel's table should lead to now.
    package private(set) var desired: DesiredState
    /// Since when each declared real server has had its verdict; `unknown` is one. Empty before the start.
    package private(set) var verdictSince: [RealServer: Instant] = [:]
    /// Which part of the repair interval passes from its first pass to the second, so that the passes of many services are
    /// spread; above 0, at most 1.
    var phase = 1.0
    /// Whether its first pass has ended, so that its real servers are probed.
    private(set) var hasBegun = false

    /// Whether nobody wants the service any more and there is none.
    private(set) var hasLeft = false

    private var suspects = Suspects()
    private var outage = Outage()
    private var quorumLoss = QuorumLoss()
    /// Whether enough real servers were healthy when that was looked at last.
    private var wasUp = false
    /// What the checks of each real server say together that has several.
    private var combined: [RealServer: CombinedHealth] = [:]
    /// `nil` before the start.
    private var passes: PassSchedule?
    /// Whether a failing check may have to be followed by a pass; assumed while a pass runs.
    private var awaitsCheck = false
    /// When the next check of undeclared real servers would be; `nil` before the first pass has ended.
    private var undeclaredCheckDue: Instant?
    private var generator: SplitMix64

    /// A director that has not begun; `seed` decides the jitter.
    init(_ specification: Specification, seed: UInt64) {
        self.specification = specification
        desired = DesiredState(specification: specification)
        generator = SplitMix64(seed: seed)
    }

    /// When `handleDue` has to be called at the latest; `nil` when there is nothing to wait for.
    var due: Instant? {
        [passes?.due, undeclaredCheckDue, outage.reminder, quorumLoss.reminder].compactMap(\.self).min()
    }

    /// Begins: a pass is due.
    mutating func start(at now: Instant) {
        guard passes == nil else { return }
        passes = PassSchedule(first: now)
        for realServer in specification.realServers { verdictSince[realServer] = now }
    }

    /// Something that a pass looks at may have changed in the kernel.
    mutating func kernelChanged(at now: Instant) { passes?.request(.observation, at: now) }

    /// The pass that `handleDue` asked for has ended. Returns whether there was one to wait for.
    mutating func passFinished(_ report: PassReport, at now: Instant) -> Bool {
        guard passes != nil else { return false }
        awaitsCheck = report.awaitsCheck || !report.succeeded
        hasLeft = desired.isLeaving && report.succeeded && report.observed == nil
        let interval = specification.repairInterval
        passes?.end(succeeded: report.succeeded, at: now, repairInterval: hasBegun ? interval : interval * phase)
        if !hasBegun {
            hasBegun = true
            undeclaredCheckDue = now + nextInterval()
        }
        return true
    }

    /// What a check has shown to those who are interested in one real server.
    struct News {
        /// The change of its verdict; `nil` for none.
        var transition: HealthTransition?
        /// What became of a suspicion; `nil` for nothing.
        var suspicion: SuspicionReport?
    }

    /// Takes what a check has shown into what is wanted, and returns the news of it.
    mutating func record(
        _ finding: HealthChecks.Finding, of realServer: RealServer, at now: Instant
    ) -> News {
        guard let before = desired[realServer] else { return News() }
        let transition = recordVerdict(finding, of: realServer, at: now)
        guard let health = desired[realServer], health != before else { return News(transition: transition) }
        var suspicion = suspects.note(realServer, was: before, is: health, at: now)
        if suspicion != nil || transition != nil, suspects.review(desired, of: specification) {
            desired.quiescedSuspects = suspects.quiesced
            passes?.request(.decision, at: now)
        }
        if suspicion?.phase == .began { suspicion?.isQuiesced = suspects.quiesced.contains(realServer) }
        return News(transition: transition, suspicion: suspicion)
    }

    private mutating func recordVerdict(
        _ finding: HealthChecks.Finding, of realServer: RealServer, at now: Instant
    ) -> HealthTransition? {
        guard let before = desired[realServer] else { return nil }
        var health = finding.health
        var check: String?
        if !combined.isEmpty, combined[realServer] != nil {
            check = combined[realServer]?.record(finding.health, by: finding.check)
            health = combined[realServer]?.health ?? health
        }
        if before != health { desired[realServer] = health }
        guard before.state != health.state, let change = finding.change else {
            if awaitsCheck, before.failedChecks != health.failedChecks { passes?.request(.decision, at: now) }
            return nil
        }
        note(realServer, was: before.state, at: now)
        var transition = HealthTransition(
            of: realServer, from: before.state, to: health.state, by: change, check: check)
        if case .unhealthy(let failure) = transition.outcome, transition.to == .unhealthy {
            transition.hint = failure.hint(hasSucceeded: finding.hasSucceeded)
        }
        passes?.request(.decision, at: now)
        return transition
    }

    /// Takes in which checks tell the health of a real server, in the order of its policy, and what they have found so far, and
    /// returns the news of it. Where that decides nothing, its verdict stays.
    mutating func rely(
        on checks: [(id: CheckID, health: Health)], for member: RealServerSpecification, at now: Instant
    ) -> HealthTransition? {
        let realServer = member.realServer
        guard let before = desired[realServer] else { return nil }
        let policy = specification.health(of: member)
        let present = combined[realServer]
        let cause: HealthTransition.Cause =
            switch present {
            case let present? where present.reliesOn(checks.map(\.id)): .requirement(policy.requirement)
            case nil where before.state == .unknown: .equalCheck
            default: .checks
            }
        guard checks.count > 1 else {
            if !combined.isEmpty { combined[realServer] = nil }
            guard let health = checks.first?.health, health.state != .unknown else { return nil }
            return learn(health, of: realServer, by: cause, at: now)
        }
        if let present, present.isMade(of: checks, by: policy) { return nil }
        let health = CombinedHealth(checks, by: policy, before: before)
        combined[realServer] = health
        return learn(health.health, of: realServer, by: cause, at: now)
    }

    private mutating func learn(
        _ health: Health, of realServer: RealServer, by cause: HealthTransition.Cause, at now: Instant
    ) -> HealthTransition? {
        guard let before = desired[realServer], before != health else { return nil }
        desired[realServer] = health
        // What is asked now suspects nobody yet.
        _ = suspects.note(realServer, was: before, is: health, at: now)
        if suspects.review(desired, of: specification) { desired.quiescedSuspects = suspects.quiesced }
        guard before.state != health.state else { return nil }
        note(realServer, was: before.state, at: now)
        return HealthTransition(of: realServer, from: before.state, to: health, by: cause)
    }

    /// Remembers when the verdict on a real server changed.
    private mutating func note(_ realServer: RealServer, was before: HealthState, at now: Instant) {
        if passes != nil { verdictSince[realServer] = now }
        outage.note(realServer, was: before, at: now)
    }

    /// Takes over another specification of the service, and returns the news of real servers that are not checked any more.
    mutating func adopt(_ adopted: Specification, at now: Instant) -> [HealthTransition] {
        let dropsSome = !Set(specification.candidates).isSubset(of: adopted.candidates)
        outage.forget(allBut: adopted.realServers)
        specification = adopted
        let before = desired
        desired.adopt(specification)
        if suspects.review(desired, of: specification) { desired.quiescedSuspects = suspects.quiesced }
        if !combined.isEmpty { combined = combined.filter { desired[$0.key] != nil } }
        guard passes != nil else { return [] }
        let since = adopted.realServers.map { realServer in
            let isAsBefore = before[realServer]?.state == desired[realServer]?.state
            return (realServer, isAsBefore ? verdictSince[realServer] ?? now : now)
        }
        verdictSince = Dictionary(uniqueKeysWithValues: since)
        if hasBegun {
            let latest = now + specification.healthCheck.interval
            // Those that were just undeclared have a whole interval to finish their connections.
            undeclaredCheckDue = dropsSome ? latest : min(undeclaredCheckDue ?? latest, latest)
        }
        passes?.request(.decision, at: now)
        return adopted.realServers.compactMap { realServer in
            guard let was = before[realServer], let health = desired[realServer], was.state != health.state else {
                return nil
            }
            return HealthTransition(of: realServer, from: was.state, to: health, by: .checks)
        }
    }

    /// Nobody wants the service any more: its real servers are quiesced now, removed by the policy of undeclared ones, and the
    /// service goes with the last.
    mutating func leave(at now: Instant) {
        guard !desired.isLeaving else { return }
        desired.leave()
        outage = Outage()
        suspects = Suspects()
        quorumLoss = QuorumLoss()
        wasUp = false
        verdictSince = [:]
        combined = [:]
        // They have a whole interval to finish their connections.
        if hasBegun { undeclaredCheckDue = now + specification.healthCheck.interval }
        passes?.request(.decision, at: now)
    }

    /// Does everything that is due: what there is to say of outages, and whether a pass begins now.
    mutating func handleDue(at now: Instant, mayPass: Bool) -> (outages: [OutageReport], passes: Bool) {
        guard passes != nil else { return ([], false) }
        if let due = undeclaredCheckDue, due <= now {
            desired.undeclaredChecks += 1
            undeclaredCheckDue = now + nextInterval()
            if awaitsCheck { passes?.request(.decision, at: now) }
        }
        let news = outage.review(desired, of: specification, at: now)
        if news != nil { desired.latelyHealthy = outage.latelyHealthy }
        let outages = [news, quorumLoss.review(desired, at: now)].compactMap(\.self)
        let isUp = desired.availability == .up
        if isUp, !wasUp, desired.sorryServer != nil, hasBegun {
            // The sorry server has a whole interval to finish its connections.
            undeclaredCheckDue = now + specification.healthCheck.interval
        }
        wasUp = isUp
        let begins = mayPass && passes?.beginIfDue(at: now) == true
        if begins { awaitsCheck = true }
        return (outages, begins)
    }

    private mutating func nextInterval() -> Duration {
        specification.healthCheck.interval * specification.healthCheck.jitterFactor(using: &generator)
    }
}
