import LVSCareModel
import LVSCareSettings

extension HealthCheckReader {
    /// Octets that the name of a service may have; real ones have less than a tenth of that.
    private static let longestService = 1000
    /// What describes an HTTP request and means nothing to a gRPC call.
    private static let requestSettings: [Setting] = [
        .healthPath, .healthMethod, .healthHeaders, .healthBody, .healthStatus, .healthTokenFile,
    ]
    /// What only TLS can make use of.
    static let tlsSettings: [Setting] = [.healthIssuers, .healthCertificate, .healthKey, .healthServerName]

    /// The call that is asked for, with TLS where `scheme` is `grpcs`.
    func grpc(_ scheme: HealthScheme) -> GRPCProbeConfiguration {
        refuse(Self.requestSettings, with: scheme, remedy: "http or https")
        if scheme == .grpc { refuse(Self.tlsSettings, with: scheme, remedy: "grpcs") }
        let tls = tls()
        // Whoever asks for a certificate would believe that it is verified.
        if scheme == .grpc, tls.verifiesCertificate { refuse([.skipVerify], with: scheme, remedy: "grpcs") }
        return GRPCProbeConfiguration(
            service: mistakes.attempt(try service()) ?? "", tls: scheme == .grpcs ? tls : nil)
    }

    /// Refuses each of `settings` that was given, because it means nothing with `scheme`; `remedy` is what it needs.
    func refuse(_ settings: [Setting], with scheme: HealthScheme, remedy: String) {
        let name = source.spelling(of: .healthScheme)
        refuse(
            settings, because: "it means nothing with \(name) \(scheme.rawValue)",
            expected: "no such setting, or \(name) \(remedy)")
    }

    /// Refuses each of `settings` that was given, by its origin.
    func refuse(_ settings: [Setting], because reason: String, expected: String) {
        for setting in settings {
            if let value = source.value(setting) { mistakes.add(UsageError(value, reason, expected: expected)) }
        }
    }

    private func service() throws(UsageError) -> String? {
        guard let value = source.value(.healthGRPCService) else { return nil }
        let expected = Setting.healthGRPCService.expectation
        guard value.text.utf8.count <= Self.longestService else {
            throw UsageError(value, "it is too long", expected: expected)
        }
        guard value.text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw UsageError(value, "it has a blank or a control character", expected: expected)
        }
        return value.text
    }
}
