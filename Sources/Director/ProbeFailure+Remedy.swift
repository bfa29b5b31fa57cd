extension ProbeFailure.Reason: CustomStringConvertible {
    /// The reason in a few words that stay the same, for logs and tables: `connection refused`, `status 503`.
    public var description: String {
        switch self {
        case .refused: "connection refused"
        case .unreachable: "unreachable"
        case .connectTimeout: "connect time-out"
        case .tlsTimeout: "TLS time-out"
        case .responseTimeout: "response time-out"
        case .certificate(let fault): "certificate: \(fault.rawValue)"
        case .notServing: "not serving"
        case .grpcStatus(let code): "gRPC status \(code)"
        case .tls: "TLS"
        case .reset: "connection reset"
        case .protocolError: "protocol"
        case .status(let status): "status \(status)"
        case .local: "local"
        }
    }
}

extension ProbeFailure {
    /// What to try, in a few words that may name flags of `lvscare care`; empty where the detail says all.
    public var remedy: String {
        switch reason {
        case .refused: "start the server, or correct the port in --rs"
        case .unreachable: "look for a route to the real server, and whether its host is up"
        case .connectTimeout: "find out whether the host is up and no firewall drops the packets"
        case .tlsTimeout: "if the port speaks no TLS, use --health-schem http; else raise --health-timeout"
        case .responseTimeout: "find out why the server is slow, or raise --health-timeout"
        case .certificate(let fault): fault.remedy
        case .tls: "if the port speaks no TLS, use --health-schem http; if it wants a client certificate, --health-cert"
        case .reset:
            phase == .tls
                ? "if the port speaks no TLS, use --health-schem http; else look into the server's log"
                : "if the port speaks TLS, use --health-schem https; else look into the server's log"
        case .protocolError: "if the port speaks TLS, use --health-schem https; if it speaks no HTTP, tcp"
        case .status(let status): Self.remedy(for: status)
        case .notServing: "look into the server's log, or ask for another service with --health-grpc-service"
        case .grpcStatus(let code): Self.remedy(forGRPC: code)
        case .local: ""
        }
    }

    private static func remedy(for status: Int) -> String {
        switch status {
        case 400: "if the port speaks TLS, use --health-schem https"
        case 401, 403:
            "if the server refuses strangers, add --health-status \(status), or show a token with --health-token-file"
        case 404: "correct --health-path"
        case 405: "ask with another method, --health-req-method"
        case 429: "probe less often, with a longer --interval"
        case 500...: "look into the server's log"
        default: "if this is the answer of a healthy server, add --health-status \(status)"
        }
    }

    /// The codes are those of gRPC's `statuscodes.md`.
    private static func remedy(forGRPC code: Int) -> String {
        switch code {
        case 5: "name a service that the server knows with --health-grpc-service"
        case 12: "have the server serve grpc.health.v1.Health, or use --health-schem tcp"
        default: "look into the server's log"
        }
    }
}

extension ProbeFailure.CertificateFault {
    fileprivate var remedy: String {
        switch self {
        case .expired: "renew the server's certificate; if it is still good, correct this node's clock"
        case .notYetValid: "correct this node's clock, or the one of whoever issued the certificate"
        case .wrongName: "name the host that the certificate is for with --health-server-name"
        case .unknownIssuer: "give the issuer's certificate with --health-ca"
        case .other: ""
        }
    }
}
