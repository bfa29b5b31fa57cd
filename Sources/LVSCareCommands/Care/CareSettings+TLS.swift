import Addressing
import LVSCareModel

extension CareSettings {
    /// How TLS is spoken; plain HTTP needs it, too, where a redirect leads to HTTPS.
    static func tls(_ source: SettingSource) throws(UsageError) -> TLSProbeConfiguration {
        var tls = TLSProbeConfiguration()
        tls.issuersFile = try source.value(.healthIssuers).map(file)
        tls.certificateFile = try source.value(.healthCertificate).map(file)
        tls.keyFile = try source.value(.healthKey).map(file)
        tls.serverName = try source.value(.healthServerName).map(serverName)
        if let key = source.value(.healthKey), tls.certificateFile == nil {
            throw UsageError(
                key, "a private key is of no use without its certificate",
                expected: source.remedy(.healthCertificate) + " along with it")
        }
        let skipsVerification = try source.boolean(.skipVerify, default: tls.issuersFile == nil)
        if let issuers = source.value(.healthIssuers), skipsVerification {
            throw UsageError(
                issuers, "\(CareFlag.skipVerify.spelling) accepts any certificate, so nobody would look at the issuers",
                expected: "one of the two")
        }
        tls.verifiesCertificate = !skipsVerification
        return tls
    }

    /// Refuses the flags that only a probe over TLS, or one with a request, can make use of.
    static func refuseTLS(
        _ source: SettingSource, because reason: String, but scheme: String
    ) throws(UsageError) {
        let flags = [
            CareFlag.healthIssuers, .healthCertificate, .healthKey, .healthServerName, .healthTokenFile,
        ]
        for flag in flags {
            guard let value = source.value(flag) else { continue }
            throw UsageError(value, reason, expected: "\(CareFlag.healthScheme.spelling) \(scheme) along with it")
        }
    }

    /// The path of a file, which need not be there yet.
    static func file(_ value: RawValue) throws(UsageError) -> String {
        guard !value.text.isEmpty, !value.text.utf8.contains(0) else {
            throw UsageError(
                value, "it is not the path of a file", expected: "a path such as /etc/kubernetes/pki/ca.crt")
        }
        return value.text
    }

    private static func serverName(_ value: RawValue) throws(UsageError) -> String {
        let expected = "the name or the address of a host, without a port, such as kubernetes.default.svc"
        if IPAddress(value.text) != nil { return value.text }
        // As in the host of a URL, a dot at the end says that the name is complete, which it is here anyway.
        let name = value.text.hasSuffix(".") ? String(value.text.dropLast()) : value.text
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isLabel: (Substring) -> Bool = { label in
            1...63 ~= label.utf8.count
                && label.utf8.allSatisfy { octet in
                    switch octet {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
        }
        guard name.utf8.count <= 253, labels.allSatisfy(isLabel) else {
            throw UsageError(value, "it is not the name of a host", expected: expected)
        }
        return name
    }
}
