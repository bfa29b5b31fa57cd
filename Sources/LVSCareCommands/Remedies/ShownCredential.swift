import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings

/// By what a probe shows who asks.
enum ShownCredential {
    /// By nothing: it is a stranger to the server.
    case none
    /// By what this flag gives.
    case given(Setting)

    /// What `probe` shows; of several, what a server looks at first.
    init(of probe: ProbeConfiguration) {
        switch probe {
        case .tcp: self = .none
        case .grpc: self = probe.showsCertificate ? .given(.healthCertificate) : .none
        case .http(let request):
            if request.tokenFile != nil {
                self = .given(.healthTokenFile)
            } else if request.headers.contains(where: { $0.name.lowercased() == "authorization" }) {
                self = .given(.healthHeaders)
            } else {
                self = probe.showsCertificate ? .given(.healthCertificate) : .none
            }
        }
    }

    /// What to try when a server answers `probe` with 401 or 403.
    ///
    /// Of somebody who is shown, such an answer is no sign of health: API servers that are starting give it as well.
    func remedy(_ status: Int, with probe: ProbeConfiguration) -> String {
        switch (self, probe) {
        case (.given(let flag), _) where status == 403:
            "have the server allow it to whom \(flag.spelling) shows; while it starts, it may refuse everybody"
        case (.given(let flag), _):
            "find out from the server's log why it does not know whom \(flag.spelling) shows"
        case (.none, .grpc(let call)):
            (call.tls == nil ? "" : "show a client certificate with --health-cert, or ")
                + "have the server answer strangers, or use --health-schem tcp"
        case (.none, .http(let request)):
            "if the server refuses strangers, add --health-status \(status)" + Self.advice(request)
        case (.none, .tcp): ""
        }
    }

    /// How to be no stranger. A token is for servers alone that are known to be the right ones.
    private static func advice(_ request: HTTPProbeConfiguration) -> String {
        guard request.scheme == .https else { return "" }
        return request.tls.verifiesCertificate
            ? ", or show a token with --health-token-file"
            : ", or show a client certificate with --health-cert, or a token with --health-token-file and --health-ca"
    }
}

extension ProbeConfiguration {
    /// Whether there is a client certificate for servers that want one; over HTTP, for those that a redirect leads to.
    var showsCertificate: Bool {
        switch self {
        case .tcp: false
        case .http(let request): request.tls.certificateFile != nil
        case .grpc(let call): call.tls?.certificateFile != nil
        }
    }
}
