import Director

extension ProbeFailure {
    /// What to try, in a few words that may name flags of `lvscare care`; empty where the detail says all.
    var remedy: String { hint?.remedy ?? "" }
}

extension ProbeFailure.Hint {
    /// What to try, in a few words that may name flags of `lvscare care`.
    var remedy: String {
        switch self {
        case .nothingListens: "start the server, or correct the port in --rs"
        case .noWay: "look for a route to the real server, and whether its host is up"
        case .packetsDropped: "find out whether the host is up and no firewall drops the packets"
        case .noTLSOrSlow: "if the port speaks no TLS, use --health-schem http; else raise --health-timeout"
        case .slow: "find out why the server is slow, or raise --health-timeout"
        case .certificateExpired: "renew the server's certificate; if it is still good, correct this node's clock"
        case .certificateNotYetValid: "correct this node's clock, or that of the certificate's issuer"
        case .certificateForAnother: "name the host that the certificate is for with --health-server-name"
        case .issuerUnknown: "give the issuer's certificate with --health-ca"
        case .noTLSOrClientCertificate:
            "if the port speaks no TLS, use --health-schem http; if it wants a client certificate, --health-cert"
        case .clientCertificateOrTrouble:
            "look into the server's log; if it wants another client certificate, give it with --health-cert"
        case .noTLSOrTrouble: "if the port speaks no TLS, use --health-schem http; else look into the server's log"
        case .speaksTLSOrTrouble: "if the port speaks TLS, use --health-schem https; else look into the server's log"
        case .speaksTLSOrNoHTTP: "if the port speaks TLS, use --health-schem https; if it speaks no HTTP, tcp"
        case .speaksTLS: "if the port speaks TLS, use --health-schem https"
        case .unauthenticated(let status):
            "if the server refuses strangers, add --health-status \(status), or show a token with --health-token-file"
        case .unknownPath: "correct --health-path"
        case .methodNotAllowed: "ask with another method, --health-req-method"
        case .askedTooOften: "probe less often, with a longer --interval"
        case .unusualStatus(let status):
            "if this is the answer of a healthy server, add --health-status \(status)"
        case .serviceNotServing: "look into the server's log, or ask for another service with --health-grpc-service"
        case .unknownService: "name a service that the server knows with --health-grpc-service"
        case .noHealthService: "have the server serve grpc.health.v1.Health, or use --health-schem tcp"
        case .trouble: "look into the server's log"
        }
    }
}
