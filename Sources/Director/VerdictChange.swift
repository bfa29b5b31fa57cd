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
    /// The change for one of the real servers.
    init(_ change: VerdictChange, of realServer: RealServer) {
        self.init(
            realServer: realServer, from: change.from, to: change.to, outcome: change.outcome,
            consecutive: change.consecutive)
    }
}
