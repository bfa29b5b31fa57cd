import LVSCareModel

extension CareSettings {
    /// Octets that the name of a service may have; real ones have less than a tenth of that.
    private static let longestService = 1000
    /// What describes an HTTP request and means nothing to a gRPC call.
    private static let requestFlags: [CareFlag] = [
        .healthPath, .healthMethod, .healthHeaders, .healthBody, .healthStatus, .healthTokenFile,
    ]
    /// What only TLS can make use of.
    private static let tlsFlags: [CareFlag] = [.healthIssuers, .healthCertificate, .healthKey, .healthServerName]

    /// The call that `source` asks for, with TLS where `scheme` is `grpcs`.
    static func grpc(_ source: SettingSource, _ scheme: HealthScheme) throws(UsageError) -> GRPCProbeConfiguration {
        try refuse(requestFlags, of: source, with: scheme, remedy: "--health-schem http or https")
        if scheme == .grpc { try refuse(tlsFlags, of: source, with: scheme, remedy: "--health-schem grpcs") }
        let tls = try tls(source)
        // Whoever asks for a certificate would believe that it is verified.
        if scheme == .grpc, tls.verifiesCertificate {
            try refuse([.skipVerify], of: source, with: scheme, remedy: "--health-schem grpcs")
        }
        return GRPCProbeConfiguration(service: try service(source), tls: scheme == .grpcs ? tls : nil)
    }

    /// Refuses each of `flags` that was given, by its origin, because it means nothing with `scheme`.
    static func refuse(
        _ flags: [CareFlag], of source: SettingSource, with scheme: HealthScheme, remedy: String
    ) throws(UsageError) {
        for flag in flags {
            guard let value = source.value(flag) else { continue }
            throw UsageError(
                value, "it means nothing with \(CareFlag.healthScheme.spelling) \(scheme.rawValue)",
                expected: "no such setting, or \(remedy)")
        }
    }

    private static func service(_ source: SettingSource) throws(UsageError) -> String {
        guard let value = source.value(.healthGRPCService) else { return "" }
        let expected = "the name of a service such as my.package.Service, or none for the server as a whole"
        guard value.text.utf8.count <= longestService else {
            throw UsageError(value, "it is too long", expected: expected)
        }
        guard value.text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw UsageError(value, "it has a blank or a control character", expected: expected)
        }
        return value.text
    }
}
