import LVSCareModel

/// When one real server is probed: one probe at a time, each at its distance from the start of the one before.
///
/// ```text
///            begin                      end
/// waiting ──────────▶ probing ─────────────────────▶ waiting
///            (now)       │        steady: one interval after the start
///                        │        else:    one unhealthy interval after it, or when the next regular check is due
///                        └──────── abandon ────────▶ waiting
/// ```
///
/// *Regular* checks are those that come at the pace of `interval`, however many quick ones lie in between: a probe is
/// one when it starts at least an interval, less what jitter may take from it, after the start of the last one. The
/// distinction matters for removal alone; every probe counts for the verdict.
///
/// Knows nothing of other real servers, so none of them can delay this one.
struct CheckSchedule: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    /// A probe in flight.
    struct Run: Hashable, Sendable {
        var attempt: Int
        var started: Instant
        /// Whether it is a regular check, and not a quick one in between.
        var isRegular: Bool
    }

    enum Phase: Hashable, Sendable {
        case waiting
        case probing(Run)
    }

    private(set) var phase: Phase = .waiting
    /// When the last regular check started; `nil` before the first.
    private var lastRegular: Instant?

    /// The probe in flight; `nil` when there is none.
    var run: Run? {
        if case .probing(let run) = phase { run } else { nil }
    }

    /// Starts the probe with this number.
    ///
    /// A prompted probe, which somebody asked for before its time, stands for the regular check that was to come.
    mutating func begin(attempt: Int, at now: Instant, isPrompted: Bool = false, by healthCheck: HealthCheck) {
        let soonest = lastRegular.map { $0 + healthCheck.interval * (1 - healthCheck.jitter) } ?? now
        let isRegular = isPrompted || now >= soonest
        if isRegular { lastRegular = now }
        phase = .probing(Run(attempt: attempt, started: now, isRegular: isRegular))
    }

    /// Forgets the probe in flight, whose result will count for nothing.
    mutating func abandon() { phase = .waiting }

    /// Ends the probe in flight and says when the next one is due.
    ///
    /// Steady is a check that succeeded and leaves the real server healthy; the pace is that of regular checks then,
    /// and this was one. A probe that took longer than the wait is followed by the next at once, and the ones that fell
    /// out are not made up for.
    mutating func end(
        at now: Instant, isSteady: Bool, by healthCheck: HealthCheck, using generator: inout SplitMix64
    ) -> Instant {
        let factor = healthCheck.jitterFactor(using: &generator)
        guard let run else { return now + healthCheck.interval * factor }
        phase = .waiting
        if isSteady { lastRegular = run.started }
        let regular = (lastRegular ?? run.started) + healthCheck.interval * factor
        let quick = run.started + healthCheck.quickInterval * factor
        return max(now, isSteady ? regular : min(quick, regular))
    }
}

extension HealthCheck {
    /// Time from the start of a probe that was not steady to the start of the next.
    var quickInterval: Duration { min(unhealthyInterval ?? .seconds(1), interval) }

    /// What to multiply a wait with.
    func jitterFactor(using generator: inout SplitMix64) -> Double {
        jitter > 0 ? 1 + .random(in: -jitter...jitter, using: &generator) : 1
    }
}
