/// The kind of one probe.
@nonexhaustive
public enum ProbeConfiguration: Hashable, Sendable {
    /// Open a connection and close it again.
    case tcp
    /// Send a request and judge the status of its answer.
    case http(HTTPProbeConfiguration)
    /// Ask the standard gRPC health service.
    case grpc(GRPCProbeConfiguration)
}

/// An HTTP or HTTPS request and which answers to it are healthy.
///
/// A status below 400 is healthy; redirects are followed, at most ten of them.
public struct HTTPProbeConfiguration: Hashable, Sendable {
    /// With or without TLS.
    @frozen
    public enum Scheme: String, Hashable, Sendable, CaseIterable {
        /// Without TLS.
        case http
        /// With TLS.
        case https
    }

    /// Which redirects a probe follows. One that is not followed is an answer like others, with a status below 400.
    @nonexhaustive
    public enum Redirects: String, Hashable, Sendable, CaseIterable {
        /// All. What could identify the probe stays with the origin: header fields, method and body, and the certificate.
        case follow
        /// Those to the same origin (RFC 6454): scheme, host and port.
        case sameOrigin = "same-origin"
        /// None.
        case none
    }

    /// One header field of the request.
    public struct HeaderField: Hashable, Sendable {
        /// Name, a token of RFC 9110.
        public var name: String
        /// Value without line breaks.
        public var value: String

        /// Creates a header field; neither text may hold a line break.
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
    /// File with a bearer token that goes out as `Authorization`; read again when it changes. `nil` for none.
    public var tokenFile: String?
    /// Which redirects are followed.
    public var redirects: Redirects
    /// How TLS is spoken where the scheme, or a redirect, asks for it.
    public var tls: TLSProbeConfiguration

    /// A request of its parts; the defaults are the command line's.
    public init(
        scheme: Scheme = .https,
        target: String = "/healthz",
        method: String = "GET",
        headers: [HeaderField] = [],
        body: String = "",
        healthyStatuses: Set<Int> = [],
        tokenFile: String? = nil,
        redirects: Redirects = .sameOrigin,
        tls: TLSProbeConfiguration = TLSProbeConfiguration()
    ) {
        self.scheme = scheme
        self.target = target
        self.method = method
        self.headers = headers
        self.body = body
        self.healthyStatuses = healthyStatuses
        self.tokenFile = tokenFile
        self.redirects = redirects
        self.tls = tls
    }
}

/// How a probe speaks TLS. Files are PEM, and are read again when they change.
public struct TLSProbeConfiguration: Hashable, Sendable {
    /// Whether the certificate of the real server is verified.
    public var verifiesCertificate: Bool
    /// File with the certificates of the issuers to trust instead of the system's; `nil` for the system's.
    public var issuersFile: String?
    /// File with the certificate (chain) that the probe shows; `nil` for none.
    public var certificateFile: String?
    /// File with the private key of that certificate; `nil` where it is in `certificateFile`.
    public var keyFile: String?
    /// Name to ask for (SNI, RFC 6066) and to find in the certificate; `nil` for the real server's address.
    public var serverName: String?

    /// TLS of its parts; the defaults are the command line's.
    public init(
        verifiesCertificate: Bool = false, issuersFile: String? = nil, certificateFile: String? = nil,
        keyFile: String? = nil, serverName: String? = nil
    ) {
        self.verifiesCertificate = verifiesCertificate
        self.issuersFile = issuersFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.serverName = serverName
    }
}

/// A call of `grpc.health.v1.Health/Check`; only the answer `SERVING` is healthy.
public struct GRPCProbeConfiguration: Hashable, Sendable {
    /// The service that is asked about; empty for the server as a whole.
    public var service: String
    /// How TLS is spoken; `nil` for a call without TLS.
    public var tls: TLSProbeConfiguration?

    /// Creates a call, by default one for the server as a whole, without TLS.
    public init(service: String = "", tls: TLSProbeConfiguration? = nil) {
        self.service = service
        self.tls = tls
    }
}
