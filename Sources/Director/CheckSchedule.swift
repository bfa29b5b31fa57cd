/// When one real server is probed: one probe at a time, and from start to start one interval.
///
/// Knows nothing of other real servers, so none of them can delay this one.
struct CheckSchedule: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    /// How long the director waits for a probe beyond the time-out that the prober itself keeps, so that in normal life
    /// the prober's own and more telling failure arrives first.
    static let grace: Duration = .milliseconds(100)

    /// `waiting` → `begin` → `probing` → `end` → `waiting` …
    enum Phase: Hashable, Sendable {
        case waiting
        case probing(attempt: Int, started: Instant, deadline: Instant)
    }

    /// What a result that has just come back is worth.
    enum Arrival: Hashable, Sendable {
        /// It counts.
        case inTime
        /// The probe counts as timed out, whatever it says.
        case late
        /// It belongs to a probe that was given up, and counts for nothing.
        case stale
    }

    private(set) var phase: Phase = .waiting

    /// Starts the probe with this number and says when it must have come back.
    mutating func begin(attempt: Int, at now: Instant, timeout: Duration) -> Instant {
        let deadline = now + timeout + Self.grace
        phase = .probing(attempt: attempt, started: now, deadline: deadline)
        return deadline
    }

    /// Judges a result that arrives now; one that arrives at the very deadline is in time.
    func judge(attempt: Int, at now: Instant) -> Arrival {
        guard case .probing(attempt, _, let deadline) = phase else { return .stale }
        return now <= deadline ? .inTime : .late
    }

    /// Forgets the probe in flight, whose result will count for nothing.
    mutating func abandon() { phase = .waiting }

    /// Ends the probe in flight and says when the next one is due.
    ///
    /// A probe that took longer than the interval is followed by the next at once, and the ones that fell out are not
    /// made up for.
    mutating func end(
        at now: Instant, interval: Duration, jitter: Double, using generator: inout SplitMix64
    ) -> Instant {
        guard case .probing(_, let started, _) = phase else { return now + interval }
        phase = .waiting
        let factor = jitter > 0 ? 1 + .random(in: -jitter...jitter, using: &generator) : 1
        return max(now, started + interval * factor)
    }
}
