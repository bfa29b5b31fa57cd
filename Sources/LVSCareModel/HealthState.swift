/// The verdict on a real server.
@frozen
public enum HealthState: String, Hashable, Sendable, CaseIterable {
    /// No check has completed yet.
    case unknown
    /// New connections may go to it.
    case healthy
    /// No new connection should go to it.
    case unhealthy
}

/// The known health of one real server: healthy, suspect (`suspicion`), unhealthy, or not known yet.
public struct Health: Hashable, Sendable {
    /// The verdict.
    public var state: HealthState
    /// Number of failing checks that left the real server unhealthy: the one that made it so, regular ones, and quick
    /// ones that found its connections dead. Of several checks of one real server that fail together, the first counts.
    ///
    /// A change of this number is how the planner knows that another check has failed.
    public var failedChecks: Int
    /// Why the latest failing check failed; `nil` before the first failure.
    public var failure: ProbeFailure?
    /// Why a healthy real server may be none; `nil` where there is no doubt.
    public var suspicion: Suspicion?

    /// Health of its parts; the default is that of a real server that was never checked.
    public init(
        state: HealthState = .unknown, failedChecks: Int = 0, failure: ProbeFailure? = nil,
        suspicion: Suspicion? = nil
    ) {
        self.state = state
        self.failedChecks = failedChecks
        self.failure = failure
        self.suspicion = suspicion
    }
}

/// A change of the verdict on a real server.
public struct HealthTransition: Hashable, Sendable {
    /// The real server.
    public var realServer: RealServer
    /// The verdict before.
    public var from: HealthState
    /// The verdict now.
    public var to: HealthState
    /// The probe that decided.
    public var outcome: ProbeOutcome
    /// Number of checks in a row, the deciding one included, that ended like it; at least 1.
    public var consecutive: Int
    /// The likely cause for a real server that became unhealthy; `nil` where the outcome says all.
    public var hint: ProbeFailure.Hint?
    /// The name of the health check that decided; `nil` unless the real server has several.
    public var check: String?

    /// Creates a transition; `consecutive` counts equal outcomes in a row.
    public init(
        realServer: RealServer, from: HealthState, to: HealthState, outcome: ProbeOutcome, consecutive: Int,
        hint: ProbeFailure.Hint? = nil, check: String? = nil
    ) {
        self.realServer = realServer
        self.from = from
        self.to = to
        self.outcome = outcome
        self.consecutive = consecutive
        self.hint = hint
        self.check = check
    }
}
