/// Times the parts of a probe, one after the other.
struct Stopwatch {
    private var began: ContinuousClock.Instant

    init(at now: ContinuousClock.Instant) { began = now }

    /// How long the part took that is over now; the next one begins.
    mutating func lap(at now: ContinuousClock.Instant) -> Duration {
        defer { began = now }
        return now - began
    }
}
