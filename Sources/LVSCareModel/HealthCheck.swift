/// How the health of a real server is established: one probe, repeated.
public struct HealthCheck: Hashable, Sendable {
    /// Time from the start of one regular probe to the start of the next; positive.
    public var interval: Duration
    /// Longest time that one probe may take; positive.
    public var timeout: Duration
    /// Time from the start of a probe that failed, or that left the real server unhealthy, to the start of the next;
    /// positive, and no longer than `interval` in effect. `nil`: one second.
    public var unhealthyInterval: Duration?
    /// Consecutive failures that make a healthy real server unhealthy; at least 1. The very first check decides alone.
    public var fall: Int
    /// Consecutive successes that make an unhealthy real server healthy; at least 1. The very first check decides alone.
    public var rise: Int
    /// Part of each wait by which it is randomly shortened or lengthened, 0–0.5, so that the probes of many nodes do not
    /// arrive together.
    public var jitter: Double
    /// Whether a connection to a healthy real server stays open and is watched between two HTTP(S) probes, so that a
    /// crash is noticed at once.
    public var watches: Bool
    /// What one probe does.
    public var probe: ProbeConfiguration

    /// A health check of its parts; the defaults are the command line's.
    public init(
        interval: Duration = .seconds(5),
        timeout: Duration = .seconds(10),
        unhealthyInterval: Duration? = nil,
        fall: Int = 1,
        rise: Int = 1,
        jitter: Double = 0.1,
        watches: Bool = true,
        probe: ProbeConfiguration = .http(HTTPProbeConfiguration())
    ) {
        self.interval = interval
        self.timeout = timeout
        self.unhealthyInterval = unhealthyInterval
        self.fall = fall
        self.rise = rise
        self.jitter = jitter
        self.watches = watches
        self.probe = probe
    }
}
