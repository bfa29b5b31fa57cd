package import LVSCareModel

/// How the verdict of a check changed, for all real servers that rely on it.
package struct VerdictChange: Hashable, Sendable {
    /// The verdict before.
    package var from: HealthState
    /// The verdict now.
    package var to: HealthState
    /// The outcome that changed it.
    package var outcome: ProbeOutcome
    /// Number of checks in a row that ended like it.
    package var consecutive: Int

    /// A change of its parts.
    package init(from: HealthState, to: HealthState, outcome: ProbeOutcome, consecutive: Int) {
        self.from = from
        self.to = to
        self.outcome = outcome
        self.consecutive = consecutive
    }
}

extension HealthTransition {
    /// What the change, of a check that people call `check`, did to the verdict on one of the real servers.
    init(
        of realServer: RealServer, from: HealthState, to: HealthState, by change: VerdictChange, check: String?
    ) {
        self.init(
            realServer: realServer, from: from, to: to, outcome: change.outcome, consecutive: change.consecutive,
            check: check)
    }

    /// What another configuration, or an equal check, did to the verdict on a real server, which is `health` now.
    init(of realServer: RealServer, from: HealthState, to health: Health, by cause: Cause) {
        self.init(
            realServer: realServer, from: from, to: health.state, cause: cause,
            failure: health.state == .unhealthy ? health.failure : nil)
    }
}
