/// How the health of a real server is established: one probe, repeated.
public struct HealthCheck: Hashable, Sendable {
    /// Time from the start of one probe to the start of the next; positive.
    public var interval: Duration
    /// Longest time that one probe may take; positive.
    public var timeout: Duration
    /// Consecutive failures that make a healthy real server unhealthy; at least 1. The very first check decides alone.
    public var fall: Int
    /// Consecutive successes that make an unhealthy real server healthy; at least 1. The very first check decides alone.
    public var rise: Int
    /// Part of the interval by which each wait is randomly shortened or lengthened, 0–0.5, so that the probes of many
    /// nodes do not arrive together.
    public var jitter: Double
    /// What one probe does.
    public var probe: ProbeConfiguration

    /// A health check of its parts; the defaults are the command line's.
    public init(
        interval: Duration = .seconds(5),
        timeout: Duration = .seconds(10),
        fall: Int = 1,
        rise: Int = 1,
        jitter: Double = 0,
        probe: ProbeConfiguration = .http(HTTPProbeConfiguration())
    ) {
        self.interval = interval
        self.timeout = timeout
        self.fall = fall
        self.rise = rise
        self.jitter = jitter
        self.probe = probe
    }
}

/// What one probe does.
public enum ProbeConfiguration: Hashable, Sendable {
    /// Open a connection and close it again.
    case tcp
    /// Send a request and judge the status of its answer.
    case http(HTTPProbeConfiguration)
}

/// An HTTP or HTTPS request and which answers to it are healthy.
///
/// A status below 400 is healthy; redirects are followed, at most ten of them.
public struct HTTPProbeConfiguration: Hashable, Sendable {
    /// With or without TLS.
    public enum Scheme: String, Hashable, Sendable, CaseIterable {
        /// Without TLS.
        case http
        /// With TLS.
        case https
    }

    /// One header field of the request.
    public struct HeaderField: Hashable, Sendable {
        /// Name, a token of RFC 9110.
        public var name: String
        /// Value without line breaks.
        public var value: String

        /// A header field of its parts.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// With or without TLS.
    public var scheme: Scheme
    /// Request target as it goes on the wire: starts with `/`, may have a query, percent-encoded.
    public var target: String
    /// Request method, a token of RFC 9110.
    public var method: String
    /// Header fields beyond those that the protocol needs; a `Host` here replaces the default.
    public var headers: [HeaderField]
    /// Request body; empty for none.
    public var body: String
    /// Statuses of 400 and above that count as healthy nevertheless.
    public var healthyStatuses: Set<Int>
    /// Whether the certificate of the real server is verified against the system's trust roots and its address.
    public var verifiesCertificate: Bool

    /// A request of its parts; the defaults are the command line's.
    public init(
        scheme: Scheme = .https,
        target: String = "/healthz",
        method: String = "GET",
        headers: [HeaderField] = [],
        body: String = "",
        healthyStatuses: Set<Int> = [],
        verifiesCertificate: Bool = false
    ) {
        self.scheme = scheme
        self.target = target
        self.method = method
        self.headers = headers
        self.body = body
        self.healthyStatuses = healthyStatuses
        self.verifiesCertificate = verifiesCertificate
    }
}
