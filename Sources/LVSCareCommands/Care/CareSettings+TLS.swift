import Addressing
import LVSCareModel
import LVSCareSettings

extension CareSettings {
    /// How TLS is spoken; plain HTTP needs it, too, where a redirect leads to HTTPS.
    static func tls(_ source: SettingSource) throws(UsageError) -> TLSProbeConfiguration {
        var tls = TLSProbeConfiguration()
        tls.issuersFile = try source.path(.healthIssuers)
        tls.certificateFile = try source.path(.healthCertificate)
        tls.keyFile = try source.path(.healthKey)
        tls.serverName = try source.value(.healthServerName).map(serverName)
        if let key = source.value(.healthKey), tls.certificateFile == nil {
            throw UsageError(
                key, "a private key is of no use without its certificate",
                expected: source.remedy(.healthCertificate) + " along with it")
        }
        let skipsVerification = try source.boolean(.skipVerify, default: tls.issuersFile == nil)
        if let issuers = source.value(.healthIssuers), skipsVerification {
            throw UsageError(
                issuers, "\(Setting.skipVerify.spelling) accepts any certificate, so nobody would look at the issuers",
                expected: "one of the two")
        }
        tls.verifiesCertificate = !skipsVerification
        return tls
    }

    private static func serverName(_ value: RawValue) throws(UsageError) -> String {
        let expected = Setting.healthServerName.expectation
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
