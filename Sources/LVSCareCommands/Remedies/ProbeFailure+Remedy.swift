import LVSCareConfiguration
import LVSCareModel

extension ProbeFailure {
    /// What to try after such a failure of `probe`, in a few words that may name `settings`; empty where the detail
    /// says all.
    func remedy(for probe: ProbeConfiguration, naming settings: SettingWords = .flags) -> String {
        hint?.remedy(for: probe, naming: settings) ?? ""
    }
}

extension ProbeFailure.Hint {
    /// What to try after such a failure of `probe`, in a few words that may name `settings`, but none that the scheme of
    /// `probe` has no use for.
    func remedy(for probe: ProbeConfiguration, naming settings: SettingWords = .flags) -> String {
        let scheme = HealthScheme(probe)
        let certificate = "\(probe.showsCertificate ? "another" : "a") client certificate"
        switch self {
        case .nothingListens: return "start the server, or correct the port in \(settings(.realServers))"
        case .noWay: return "look for a route to the real server, and whether its host is up"
        case .packetsDropped: return "find out whether the host is up and no firewall drops the packets"
        case .noTLSOrSlow:
            return "if the port speaks no TLS, \(scheme.withoutTLS(settings)); else raise \(settings(.healthTimeout))"
        case .slow: return "find out why the server is slow, or raise \(settings(.healthTimeout))"
        case .certificateExpired:
            return "renew the server's certificate; if it is still good, correct this node's clock"
        case .certificateNotYetValid: return "correct this node's clock, or that of the certificate's issuer"
        case .certificateForAnother:
            return "name the host that the certificate is for with \(settings(.healthServerName))"
        case .issuerUnknown: return "give the issuer's certificate with \(settings(.healthIssuers))"
        case .noTLSOrClientCertificate:
            return
                "if the port speaks no TLS, \(scheme.withoutTLS(settings)); if it wants \(certificate), give it with \(settings(.healthCertificate))"
        case .clientCertificateOrTrouble:
            return
                "look into the server's log; if it wants \(certificate), give it with \(settings(.healthCertificate))"
        case .noTLSOrTrouble:
            return "if the port speaks no TLS, \(scheme.withoutTLS(settings)); else look into the server's log"
        case .speaksTLSOrTrouble where scheme.hasTLS: return Self.trouble.remedy(for: probe, naming: settings)
        case .speaksTLSOrTrouble:
            return "if the port speaks TLS, \(scheme.withTLS(settings)); else look into the server's log"
        case .speaksTLSOrNoHTTP where scheme.hasTLS: return scheme.otherProtocol(settings)
        case .speaksTLSOrNoHTTP:
            return "if the port speaks TLS, \(scheme.withTLS(settings)); \(scheme.otherProtocol(settings))"
        case .speaksTLS where scheme == .https:
            return "look into the server's log for what it has against the request, such as \(settings(.healthPath))"
        case .speaksTLS where scheme.hasTLS: return scheme.otherProtocol(settings)
        case .speaksTLS: return "if the port speaks TLS, \(scheme.withTLS(settings))"
        case .unauthenticated(let status):
            return ShownCredential(of: probe).remedy(status, with: probe, naming: settings)
        case .unknownPath where scheme.isGRPC: return scheme.otherProtocol(settings)
        case .methodNotAllowed where scheme.isGRPC: return scheme.otherProtocol(settings)
        case .unusualStatus where scheme.isGRPC: return scheme.otherProtocol(settings)
        case .unknownPath: return "correct \(settings(.healthPath))"
        case .methodNotAllowed: return "ask with another method, \(settings(.healthMethod))"
        case .askedTooOften: return "probe less often, with a longer \(settings(.interval))"
        case .unusualStatus(let status):
            return "if this is the answer of a healthy server, \(settings.add(status: status))"
        case .serviceNotServing:
            return "look into the server's log, or ask for another service with \(settings(.healthGRPCService))"
        case .unknownService: return "name a service that the server knows with \(settings(.healthGRPCService))"
        case .noHealthService: return "have the server serve grpc.health.v1.Health, or \(settings.use(.tcp))"
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
    fileprivate func withTLS(_ settings: SettingWords) -> String { settings.use(isGRPC ? .grpcs : .https) }
    fileprivate func withoutTLS(_ settings: SettingWords) -> String { settings.use(isGRPC ? .grpc : .http) }

    /// What to do where the port speaks something else over the same transport.
    fileprivate func otherProtocol(_ settings: SettingWords) -> String {
        switch self {
        case .grpc: "if it speaks no gRPC, \(settings.use(.http, .tcp))"
        case .grpcs: "if it speaks no gRPC, \(settings.use(.https, .tcp))"
        case .http, .https, .tcp: "if it speaks no HTTP, \(settings.use(.tcp))"
        }
    }
}
