/// Why a probe failed: reason, phase and the time it took.
public struct ProbeFailure: Error, Hashable, Sendable {
    /// The closed set of reasons.
    @nonexhaustive
    public enum Reason: Hashable, Sendable {
        /// `ECONNREFUSED`: nothing listens there.
        case refused
        /// `EHOSTUNREACH`, `ENETUNREACH` and their like: there is no way to the address.
        case unreachable
        /// No connection within the timeout.
        case connectTimeout
        /// No TLS session within the timeout.
        case tlsTimeout
        /// No complete answer head within the timeout.
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
    @nonexhaustive
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
    @nonexhaustive
    public enum Phase: String, Hashable, Sendable {
        /// Opening the connection.
        case connect
        /// Agreeing on TLS.
        case tls
        /// Waiting for the answer.
        case response
    }

    /// Why.
    public var reason: Reason {
        get { parts.value.reason }
        set { parts.value.reason = newValue }
    }
    /// How far it got.
    public var phase: Phase {
        get { parts.value.phase }
        set { parts.value.phase = newValue }
    }
    /// From the start of the probe to the failure.
    public var elapsed: Duration {
        get { parts.value.elapsed }
        set { parts.value.elapsed = newValue }
    }
    /// The message of the system or the TLS library; may be empty.
    public var detail: String {
        get { parts.value.detail }
        set { parts.value.detail = newValue }
    }
    /// The phases that were done by then.
    public var times: ProbeTimes {
        get { parts.value.times }
        set { parts.value.times = newValue }
    }
    /// When the certificate of the real server expires, in seconds since 1970 (UTC); `nil` where it was not shown.
    public var certificateExpiry: Int64? {
        get { parts.value.certificateExpiry }
        set { parts.value.certificateExpiry = newValue }
    }
    /// The errno of the system call that failed; 0 where none did.
    public var code: Int32 {
        get { parts.value.code }
        set { parts.value.code = newValue }
    }
    /// The name of the health check; `nil` unless the real server has several.
    public var check: String? {
        get { parts.value.check }
        set { parts.value.check = newValue }
    }

    private struct Parts: Hashable, Sendable {
        var reason: Reason
        var phase: Phase
        var elapsed: Duration
        var detail: String
        var times: ProbeTimes
        var certificateExpiry: Int64?
        var code: Int32
        var check: String?
    }

    private var parts: Shared<Parts>

    /// Creates a failure; `code` is an errno, 0 for none.
    public init(
        reason: Reason, phase: Phase, elapsed: Duration, detail: String = "", times: ProbeTimes = ProbeTimes(),
        certificateExpiry: Int64? = nil, code: Int32 = 0, check: String? = nil
    ) {
        parts = Shared(
            Parts(
                reason: reason, phase: phase, elapsed: elapsed, detail: detail, times: times,
                certificateExpiry: certificateExpiry, code: code, check: check))
    }
}
