import LVSCareConfiguration
import LVSCareModel

extension ProbeFailure {
    /// What to try after such a failure of `probe`, in a few words that may name flags of `lvscare care`; empty where the
    /// detail says all.
    func remedy(for probe: ProbeConfiguration) -> String { hint?.remedy(for: probe) ?? "" }
}

extension ProbeFailure.Hint {
    /// What to try after such a failure of `probe`, in a few words that may name flags of `lvscare care`, but none that
    /// the scheme of `probe` has no use for.
    func remedy(for probe: ProbeConfiguration) -> String {
        let scheme = HealthScheme(probe)
        let certificate = "\(probe.showsCertificate ? "another" : "a") client certificate"
        switch self {
        case .nothingListens: return "start the server, or correct the port in --rs"
        case .noWay: return "look for a route to the real server, and whether its host is up"
        case .packetsDropped: return "find out whether the host is up and no firewall drops the packets"
        case .noTLSOrSlow: return "if the port speaks no TLS, \(scheme.withoutTLS); else raise --health-timeout"
        case .slow: return "find out why the server is slow, or raise --health-timeout"
        case .certificateExpired:
            return "renew the server's certificate; if it is still good, correct this node's clock"
        case .certificateNotYetValid: return "correct this node's clock, or that of the certificate's issuer"
        case .certificateForAnother: return "name the host that the certificate is for with --health-server-name"
        case .issuerUnknown: return "give the issuer's certificate with --health-ca"
        case .noTLSOrClientCertificate:
            return
                "if the port speaks no TLS, \(scheme.withoutTLS); if it wants \(certificate), give it with --health-cert"
        case .clientCertificateOrTrouble:
            return "look into the server's log; if it wants \(certificate), give it with --health-cert"
        case .noTLSOrTrouble: return "if the port speaks no TLS, \(scheme.withoutTLS); else look into the server's log"
        case .speaksTLSOrTrouble where scheme.hasTLS: return Self.trouble.remedy(for: probe)
        case .speaksTLSOrTrouble: return "if the port speaks TLS, \(scheme.withTLS); else look into the server's log"
        case .speaksTLSOrNoHTTP where scheme.hasTLS: return scheme.otherProtocol
        case .speaksTLSOrNoHTTP: return "if the port speaks TLS, \(scheme.withTLS); \(scheme.otherProtocol)"
        case .speaksTLS where scheme == .https:
            return "look into the server's log for what it has against the request, such as --health-path"
        case .speaksTLS where scheme.hasTLS: return scheme.otherProtocol
        case .speaksTLS: return "if the port speaks TLS, \(scheme.withTLS)"
        case .unauthenticated(let status): return ShownCredential(of: probe).remedy(status, with: probe)
        case .unknownPath where scheme.isGRPC: return scheme.otherProtocol
        case .methodNotAllowed where scheme.isGRPC: return scheme.otherProtocol
        case .unusualStatus where scheme.isGRPC: return scheme.otherProtocol
        case .unknownPath: return "correct --health-path"
        case .methodNotAllowed: return "ask with another method, --health-req-method"
        case .askedTooOften: return "probe less often, with a longer --interval"
        case .unusualStatus(let status):
            return "if this is the answer of a healthy server, add --health-status \(status)"
        case .serviceNotServing:
            return "look into the server's log, or ask for another service with --health-grpc-service"
        case .unknownService: return "name a service that the server knows with --health-grpc-service"
        case .noHealthService: return "have the server serve grpc.health.v1.Health, or use --health-schem tcp"
        case .trouble: return "look into the server's log"
        }
    }
}

extension HealthScheme {
    /// The scheme of `probe`.
    fileprivate init(_ probe: ProbeConfiguration) {
        switch probe {
        case .tcp: self = .tcp
        case .http(let request): self = request.scheme == .http ? .http : .https
        case .grpc(let call): self = call.tls == nil ? .grpc : .grpcs
        }
    }

    fileprivate var hasTLS: Bool { self == .https || self == .grpcs }
    fileprivate var isGRPC: Bool { self == .grpc || self == .grpcs }
    fileprivate var withTLS: String { "use --health-schem \(isGRPC ? "grpcs" : "https")" }
    fileprivate var withoutTLS: String { "use --health-schem \(isGRPC ? "grpc" : "http")" }

    /// What to do where the port speaks something else over the same transport.
    fileprivate var otherProtocol: String {
        switch self {
        case .grpc: "if it speaks no gRPC, use --health-schem http or tcp"
        case .grpcs: "if it speaks no gRPC, use --health-schem https or tcp"
        case .http, .https, .tcp: "if it speaks no HTTP, use --health-schem tcp"
        }
    }
}
