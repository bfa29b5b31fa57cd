/// What one probe of one real server found.
public enum ProbeOutcome: Hashable, Sendable {
    /// The real server answered as a healthy one does.
    case healthy(ProbeMeasurement)
    /// It did not.
    case unhealthy(ProbeFailure)
}

/// How long the parts of a successful probe took.
public struct ProbeMeasurement: Hashable, Sendable {
    /// From the start of the probe to its verdict.
    public var total: Duration
    /// Status of the final answer; `nil` where the probe has none (TCP).
    public var status: Int?

    /// A measurement of its parts.
    public init(total: Duration, status: Int? = nil) {
        self.total = total
        self.status = status
    }
}

/// Why a probe failed: reason, phase and the time it took.
public struct ProbeFailure: Error, Hashable, Sendable {
    /// The closed set of reasons.
    public enum Reason: Hashable, Sendable {
        /// `ECONNREFUSED`: nothing listens there.
        case refused
        /// `EHOSTUNREACH`, `ENETUNREACH` and their like: there is no way to the address.
        case unreachable
        /// No connection within the time-out.
        case connectTimeout
        /// No TLS session within the time-out.
        case tlsTimeout
        /// No complete answer head within the time-out.
        case responseTimeout
        /// The certificate was refused: expired, unknown issuer or not for this address.
        case certificate
        /// The TLS handshake failed for another reason.
        case tls
        /// The real server closed or reset the connection before it had answered.
        case reset
        /// The answer was not HTTP, or a redirect that leads nowhere.
        case protocolError
        /// An answer whose status is not a healthy one.
        case status(Int)
        /// This node could not even try (no descriptor, no memory, no permission).
        case local
    }

    /// How far the probe got.
    public enum Phase: String, Hashable, Sendable {
        /// Opening the connection.
        case connect
        /// Agreeing on TLS.
        case tls
        /// Waiting for the answer.
        case response
    }

    /// Why.
    public var reason: Reason
    /// How far it got.
    public var phase: Phase
    /// From the start of the probe to the failure.
    public var elapsed: Duration
    /// What the system or the TLS library said; may be empty.
    public var detail: String

    /// A failure of its parts.
    public init(reason: Reason, phase: Phase, elapsed: Duration, detail: String = "") {
        self.reason = reason
        self.phase = phase
        self.elapsed = elapsed
        self.detail = detail
    }
}
