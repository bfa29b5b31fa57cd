import LVSCareModel
import LVSCareSettings

extension CareSettings {
    /// Octets that the name of a service may have; real ones have less than a tenth of that.
    private static let longestService = 1000
    /// What describes an HTTP request and means nothing to a gRPC call.
    private static let requestSettings: [Setting] = [
        .healthPath, .healthMethod, .healthHeaders, .healthBody, .healthStatus, .healthTokenFile,
    ]
    /// What only TLS can make use of.
    static let tlsSettings: [Setting] = [.healthIssuers, .healthCertificate, .healthKey, .healthServerName]

    /// The call that `source` asks for, with TLS where `scheme` is `grpcs`.
    static func grpc(_ source: SettingSource, _ scheme: HealthScheme) throws(UsageError) -> GRPCProbeConfiguration {
        try refuse(requestSettings, of: source, with: scheme, remedy: "http or https")
        if scheme == .grpc { try refuse(tlsSettings, of: source, with: scheme, remedy: "grpcs") }
        let tls = try tls(source)
        // Whoever asks for a certificate would believe that it is verified.
        if scheme == .grpc, tls.verifiesCertificate {
            try refuse([.skipVerify], of: source, with: scheme, remedy: "grpcs")
        }
        return GRPCProbeConfiguration(service: try service(source), tls: scheme == .grpcs ? tls : nil)
    }

    /// Refuses each of `settings` that was given, because it means nothing with `scheme`; `remedy` is what it needs.
    static func refuse(
        _ settings: [Setting], of source: SettingSource, with scheme: HealthScheme, remedy: String
    ) throws(UsageError) {
        let flag = Setting.healthScheme.spelling
        try refuse(
            settings, of: source, because: "it means nothing with \(flag) \(scheme.rawValue)",
            expected: "no such setting, or \(flag) \(remedy)")
    }

    /// Refuses each of `settings` that was given, by its origin.
    static func refuse(
        _ settings: [Setting], of source: SettingSource, because reason: String, expected: String
    ) throws(UsageError) {
        for setting in settings {
            if let value = source.value(setting) { throw UsageError(value, reason, expected: expected) }
        }
    }

    private static func service(_ source: SettingSource) throws(UsageError) -> String {
        guard let value = source.value(.healthGRPCService) else { return "" }
        let expected = Setting.healthGRPCService.expectation
        guard value.text.utf8.count <= longestService else {
            throw UsageError(value, "it is too long", expected: expected)
        }
        guard value.text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw UsageError(value, "it has a blank or a control character", expected: expected)
        }
        return value.text
    }
}
