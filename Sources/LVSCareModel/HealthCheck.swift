/// How the health of a real server is established: one probe, repeated.
public struct HealthCheck: Hashable, Sendable {
    /// Time from the start of one regular probe to the start of the next; positive.
    public var interval: Duration {
        get { parts.value.interval }
        set { parts.value.interval = newValue }
    }
    /// Longest time that one probe may take; positive.
    public var timeout: Duration {
        get { parts.value.timeout }
        set { parts.value.timeout = newValue }
    }
    /// Time from the start of a probe that failed, or that left the real server unhealthy, to the start of the next;
    /// positive, and no longer than `interval` in effect. `nil`: one second.
    public var unhealthyInterval: Duration? {
        get { parts.value.unhealthyInterval }
        set { parts.value.unhealthyInterval = newValue }
    }
    /// Consecutive failures that make a healthy real server unhealthy; at least 1. The very first check decides alone.
    public var fall: Int {
        get { parts.value.fall }
        set { parts.value.fall = newValue }
    }
    /// Consecutive successes that make an unhealthy real server healthy; at least 1. The very first check decides alone.
    public var rise: Int {
        get { parts.value.rise }
        set { parts.value.rise = newValue }
    }
    /// Part of each wait by which it is randomly shortened or lengthened, 0–0.5, so that the probes of many nodes do not
    /// arrive together.
    public var jitter: Double {
        get { parts.value.jitter }
        set { parts.value.jitter = newValue }
    }
    /// Whether a connection to a healthy real server stays open and is monitored between two HTTP(S) probes, so that a
    /// crash is noticed at once.
    public var watches: Bool {
        get { parts.value.watches }
        set { parts.value.watches = newValue }
    }
    /// How often a healthy real server has to answer on that connection, so that one that hangs is noticed within a second or
    /// so.
    public var heartbeat: Heartbeat {
        get { parts.value.heartbeat }
        set { parts.value.heartbeat = newValue }
    }
    /// The kind of one probe.
    public var probe: ProbeConfiguration {
        get { parts.value.probe }
        set { parts.value.probe = newValue }
    }

    private struct Parts: Hashable, Sendable {
        var interval: Duration
        var timeout: Duration
        var unhealthyInterval: Duration?
        var fall: Int
        var rise: Int
        var jitter: Double
        var watches: Bool
        var heartbeat: Heartbeat
        var probe: ProbeConfiguration
    }

    private var parts: Shared<Parts>

    /// A health check of its parts; the defaults are the command line's.
    public init(
        interval: Duration = .seconds(5),
        timeout: Duration = .seconds(10),
        unhealthyInterval: Duration? = nil,
        fall: Int = 1,
        rise: Int = 1,
        jitter: Double = 0.1,
        watches: Bool = true,
        heartbeat: Heartbeat = .automatic,
        probe: ProbeConfiguration = .http(HTTPProbeConfiguration())
    ) {
        parts = Shared(
            Parts(
                interval: interval, timeout: timeout, unhealthyInterval: unhealthyInterval, fall: fall, rise: rise,
                jitter: jitter, watches: watches, heartbeat: heartbeat, probe: probe))
    }
}
