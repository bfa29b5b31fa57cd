package import LVSCareModel

/// How a real server of a simulation answers a probe.
package enum ScriptedRealServer: Hashable, Sendable {
    /// As a healthy one does, after this time. Beyond the timeout the prober reports a timeout instead.
    case answers(after: Duration = .milliseconds(1))
    /// With a failure, after this time.
    case fails(ProbeFailure.Reason = .refused, after: Duration = .milliseconds(1))
    /// It takes the connection and no more; the prober reports its timeout.
    case hangs
    /// Not at all, not even a connection; the prober reports its timeout.
    case vanishes
    /// As a healthy one does, after this time, through a prober that keeps no timeout and ignores cancellation.
    case straggles(after: Duration)
    /// Not at all, and the prober never reports anything.
    case loses

    /// What the prober reports and when, for a probe with this timeout; `nil` for never.
    func result(
        timeout: Duration, keepsConnection: Bool, answersPings: Bool
    ) -> (after: Duration, outcome: ProbeOutcome)? {
        switch self {
        case .answers(let time) where time <= timeout, .straggles(let time):
            (
                time,
                .healthy(
                    ProbeMeasurement(
                        total: time, status: 200, keepsConnection: keepsConnection,
                        answersPings: keepsConnection && answersPings))
            )
        case .fails(let reason, let time) where time <= timeout:
            (time, ProbeOutcome(ProbeFailure(reason: reason, phase: .connect, elapsed: time)))
        case .answers, .fails, .hangs:
            (timeout, .unhealthy(ProbeFailure(reason: .responseTimeout, phase: .response, elapsed: timeout)))
        case .vanishes:
            (timeout, .unhealthy(ProbeFailure(reason: .connectTimeout, phase: .connect, elapsed: timeout)))
        case .loses:
            nil
        }
    }
}

/// What a real server of a simulation does with a connection that a probe leaves behind.
package enum ConnectionHabit: Hashable, Sendable {
    /// Keeps it for ever.
    case keeps
    /// Closes it after this time.
    case closes(after: Duration)
    /// Does not let it be kept, as with `Connection: close`.
    case declines
}
