/// A change of the verdict on a real server.
public struct HealthTransition: Hashable, Sendable {
    /// What changes a verdict.
    @nonexhaustive
    public enum Cause: Hashable, Sendable, CustomStringConvertible {
        /// A probe.
        case probe
        /// Another number of its checks has to find it healthy: this many. What they had found is as before.
        case requirement(HealthPolicy.Requirement)
        /// Other checks tell its health, or none does. What those that stay had found is as before.
        case checks
        /// An equal check, of another service for example, had found it out before.
        case equalCheck

        /// A phrase: `configuration changed: all checks have to succeed`.
        public var description: String {
            switch self {
            case .probe: "probe"
            case .requirement(.all): "configuration changed: all checks have to succeed"
            case .requirement(.any), .requirement(.atLeast(...1)): "configuration changed: one check has to succeed"
            case .requirement(.atLeast(let number)): "configuration changed: \(number) checks have to succeed"
            case .checks: "configuration changed: other checks"
            case .equalCheck: "known from an equal check"
            }
        }
    }

    /// The real server.
    public var realServer: RealServer
    /// The verdict before.
    public var from: HealthState
    /// The verdict now.
    public var to: HealthState
    /// What changed it.
    public var cause: Cause
    /// The outcome that decided: that of the probe, else the latest failure of the check that finds the real server unhealthy;
    /// `nil` where it became healthy without a probe.
    public var outcome: ProbeOutcome?
    /// Number of checks in a row, the deciding one included, that ended like it; 0 where no probe decided.
    public var consecutive: Int
    /// The likely cause for a real server that became unhealthy; `nil` where the outcome says all.
    public var hint: ProbeFailure.Hint?
    /// The name of the health check that decided; `nil` unless the real server has several.
    public var check: String?

    /// Creates a transition after a probe; `consecutive` counts equal outcomes in a row.
    public init(
        realServer: RealServer, from: HealthState, to: HealthState, outcome: ProbeOutcome, consecutive: Int,
        hint: ProbeFailure.Hint? = nil, check: String? = nil
    ) {
        self.realServer = realServer
        self.from = from
        self.to = to
        cause = .probe
        self.outcome = outcome
        self.consecutive = consecutive
        self.hint = hint
        self.check = check
    }

    /// Creates a transition without a probe, by default to a verdict without a failure.
    public init(
        realServer: RealServer, from: HealthState, to: HealthState, cause: Cause, failure: ProbeFailure? = nil
    ) {
        self.realServer = realServer
        self.from = from
        self.to = to
        self.cause = cause
        outcome = failure.map { .unhealthy($0) }
        consecutive = 0
        check = failure?.check
    }
}
