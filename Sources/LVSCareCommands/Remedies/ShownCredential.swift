import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings

/// By what a probe shows who asks.
enum ShownCredential {
    /// By nothing: the server does not know it.
    case none
    /// By what this setting gives.
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
    func remedy(_ status: Int, with probe: ProbeConfiguration, naming settings: SettingWords) -> String {
        switch (self, probe) {
        case (.given(let credential), _) where status == 403:
            "have the server allow it to whom \(settings(credential)) shows; while it starts, it may refuse everybody"
        case (.given(let credential), _):
            "find out from the server's log why it does not know whom \(settings(credential)) shows"
        case (.none, .grpc(let call)):
            (call.tls == nil ? "" : "show a client certificate with \(settings(.healthCertificate)), or ")
                + "have the server answer without credentials, or \(settings.use(.tcp))"
        case (.none, .http(let request)):
            "if the server requires credentials, \(settings.add(status: status))" + Self.advice(request, settings)
        case (.none, .tcp): ""
        }
    }

    /// How to be known to the server. A token is for servers alone that are known to be the right ones.
    private static func advice(_ request: HTTPProbeConfiguration, _ settings: SettingWords) -> String {
        guard request.scheme == .https else { return "" }
        let token = settings(.healthTokenFile)
        guard !request.tls.verifiesCertificate else { return ", or show a token with \(token)" }
        return ", or show a client certificate with \(settings(.healthCertificate)), or a token with \(token) and "
            + settings(.healthIssuers)
    }
}

extension ProbeConfiguration {
    /// Whether there is a client certificate for servers that want one; over HTTP, for those that a redirect leads to.
    var showsCertificate: Bool { traits.tls?.certificateFile != nil }
}
