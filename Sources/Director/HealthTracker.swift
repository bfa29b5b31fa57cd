package import LVSCareModel

/// Turns the outcomes of the probes of one check into a verdict.
///
/// The first check decides alone, so that a dead real server gets no connections for longer than one probe takes. From
/// then on the verdict changes after `fall` failures or `rise` successes in a row, whether the checks were regular or
/// quick ones.
///
/// An inconclusive check changes nothing: neither the verdict nor what the checks before it have shown.
///
/// What quick checks do not do is to have a real server removed that still takes connections: it answers 503, or slowly,
/// perhaps because it finishes its requests before it ends. A failing quick check counts as one more only where it
/// shows that the connections are dead, too.
package struct HealthTracker: Hashable, Sendable {
    /// What the checks so far have shown.
    package private(set) var health: Health
    /// Number of checks in a row that ended like the latest one; 0 before the first.
    package private(set) var consecutive = 0
    private var lastSucceeded: Bool?

    /// A tracker that has seen no probe; `health` is what is known otherwise.
    package init(_ health: Health = Health()) { self.health = health }

    /// Begins or, with `nil`, ends to suspect a healthy real server. Changes no verdict.
    mutating func suspect(_ suspicion: Suspicion?) { health.suspicion = suspicion }

    /// Whether the verdict is that all is well, and the latest check says so, too.
    var isSteady: Bool { health.state == .healthy && lastSucceeded == true }

    /// Forgets how the checks so far ended, because the next ones ask something else. The verdict stays until they decide.
    mutating func startOver() {
        consecutive = 0
        lastSucceeded = nil
    }

    /// Takes the outcome of one check, a regular or a quick one, and says how the verdict changed; `nil` when it did not.
    package mutating func record(
        _ outcome: ProbeOutcome, by healthCheck: HealthCheck, isRegular: Bool = true
    ) -> VerdictChange? {
        if case .inconclusive = outcome { return nil }
        let failure = outcome.failure
        let succeeded = failure == nil
        consecutive = succeeded == lastSucceeded ? consecutive + 1 : 1
        lastSucceeded = succeeded

        let before = health.state
        switch (before, succeeded) {
        case (.unknown, _): health.state = succeeded ? .healthy : .unhealthy
        case (.healthy, false) where consecutive >= healthCheck.fall: health.state = .unhealthy
        case (.unhealthy, true) where consecutive >= healthCheck.rise: health.state = .healthy
        default: break
        }
        if let failure {
            health.failure = failure
            let counts = isRegular || failure.reason.endsConnections || health.state != before
            if health.state == .unhealthy, counts { health.failedChecks += 1 }
        }
        guard health.state != before else { return nil }
        if health.state == .unhealthy { health.suspicion = nil }
        return VerdictChange(from: before, to: health.state, outcome: outcome, consecutive: consecutive)
    }
}
