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
        /// The certificate was refused.
        case certificate(CertificateFault)
        /// The TLS handshake failed for another reason.
        case tls
        /// The real server closed or reset the connection before it had answered.
        case reset
        /// The answer was not HTTP, or a redirect that leads nowhere.
        case protocolError
        /// An answer whose status is not a healthy one.
        case status(Int)
        /// A gRPC answer: the service is known and does not serve.
        case notServing
        /// A gRPC answer that is an error, by its code.
        case grpcStatus(Int)
        /// This node could not even ask (no descriptor, no memory, no permission, an unreadable file).
        case local

        /// Whether connections to the real server are dead, too: nobody listens there, or nothing gets there.
        public var endsConnections: Bool {
            switch self {
            case .refused, .unreachable, .connectTimeout: true
            default: false
            }
        }
    }

    /// Why a certificate was refused.
    public enum CertificateFault: String, Hashable, Sendable, CaseIterable {
        /// Its time is over.
        case expired
        /// Its time has not begun.
        case notYetValid = "not yet valid"
        /// It is for another name or address.
        case wrongName = "wrong name"
        /// Nobody trusted has issued it.
        case unknownIssuer = "unknown issuer"
        /// Anything else.
        case other
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
    /// What had been done by then.
    public var times: ProbeTimes
    /// When the certificate of the real server expires, in seconds since 1970 (UTC); `nil` where it was not shown.
    public var certificateExpiry: Int64?
    /// The errno of the system call that failed; 0 where none did.
    public var code: Int32
    /// What people call the health check that it was a part of; `nil` unless the real server has several.
    public var check: String?

    /// A failure of its parts.
    public init(
        reason: Reason, phase: Phase, elapsed: Duration, detail: String = "", times: ProbeTimes = ProbeTimes(),
        certificateExpiry: Int64? = nil, code: Int32 = 0, check: String? = nil
    ) {
        self.reason = reason
        self.phase = phase
        self.elapsed = elapsed
        self.detail = detail
        self.times = times
        self.certificateExpiry = certificateExpiry
        self.code = code
        self.check = check
    }
}
