/// The outcome of one probe of one real server.
@frozen
public enum ProbeOutcome: Hashable, Sendable {
    /// The real server answered as a healthy one does.
    case healthy(ProbeMeasurement)
    /// It did not.
    case unhealthy(ProbeFailure)
    /// This node could not ask, so nothing is known about the real server: no descriptor, no memory, no permission, an
    /// unreadable file. The reason of the failure is ``ProbeFailure/Reason/local``.
    case inconclusive(ProbeFailure)

    /// The outcome of a probe that came to nothing, by the reason of its failure.
    public init(_ failure: ProbeFailure) {
        self = failure.reason == .local ? .inconclusive(failure) : .unhealthy(failure)
    }

    /// The failure; `nil` for a success.
    public var failure: ProbeFailure? {
        switch self {
        case .healthy: nil
        case .unhealthy(let failure), .inconclusive(let failure): failure
        }
    }
}

/// The measurements of a successful probe.
public struct ProbeMeasurement: Hashable, Sendable {
    /// From the start of the probe to its verdict.
    public var total: Duration
    /// Status of the final answer; `nil` where the probe has none (TCP, gRPC).
    public var status: Int?
    /// When the parts of the probe were done.
    public var times: ProbeTimes
    /// When the certificate of the real server expires, in seconds since 1970 (UTC); `nil` without TLS.
    public var certificateExpiry: Int64?
    /// Whether the connection stays open to be monitored.
    public var keepsConnection: Bool
    /// Whether that answers PINGs, being one of HTTP/2.
    public var answersPings: Bool
    /// Whether TLS went on with the session of an earlier probe, so that no certificate was shown: its expiry is that of
    /// the earlier one.
    public var resumesSession: Bool

    /// Creates a measurement; by default only the total time is known.
    public init(
        total: Duration, status: Int? = nil, times: ProbeTimes = ProbeTimes(), certificateExpiry: Int64? = nil,
        keepsConnection: Bool = false, answersPings: Bool = false, resumesSession: Bool = false
    ) {
        self.total = total
        self.status = status
        self.times = times
        self.certificateExpiry = certificateExpiry
        self.keepsConnection = keepsConnection
        self.answersPings = answersPings
        self.resumesSession = resumesSession
    }
}

/// How long each part of a probe took, those of its last connection where redirects led to several.
public struct ProbeTimes: Hashable, Sendable {
    /// Until the connection was there; `nil` when it never was.
    public var connect: Duration?
    /// From then on until TLS was agreed; `nil` when it never was, or without TLS.
    public var tls: Duration?
    /// From then on until the head of the answer was there; `nil` when it never was, or without a request.
    public var firstByte: Duration?

    /// Creates times; `nil`, the default, stands for a phase that was not reached.
    public init(connect: Duration? = nil, tls: Duration? = nil, firstByte: Duration? = nil) {
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
    }
}

/// How a connection ended that was kept open after a successful probe.
@nonexhaustive
public enum ConnectionEnd: String, Hashable, Sendable, CaseIterable {
    /// The real server closed it, as one does that was idle for long, or whose process died.
    case closed
    /// The real server reset it.
    case reset
    /// Nothing came back from the real server's host any more.
    case lost
}
