import NIOCore

/// Times the parts of a probe, one after the other.
struct Stopwatch {
    private var began = NIODeadline.now()

    /// How long the part took that is over now; the next one begins.
    mutating func lap() -> Duration {
        let now = NIODeadline.now()
        defer { began = now }
        return Duration(now - began)
    }
}
