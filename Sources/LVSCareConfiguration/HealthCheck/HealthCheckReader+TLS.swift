import Addressing
import LVSCareModel
import LVSCareSettings

extension HealthCheckReader {
    /// How TLS is spoken; plain HTTP needs it, too, where a redirect leads to HTTPS.
    func tls() -> TLSProbeConfiguration {
        var tls = TLSProbeConfiguration()
        tls.issuersFile = mistakes.attempt(try source.path(.healthIssuers))
        tls.certificateFile = mistakes.attempt(try source.path(.healthCertificate))
        tls.keyFile = mistakes.attempt(try source.path(.healthKey))
        tls.serverName = mistakes.attempt(try source.value(.healthServerName).map(Self.serverName))
        if let key = source.value(.healthKey), source.value(.healthCertificate) == nil {
            mistakes.add(
                UsageError(
                    key, "a private key is of no use without its certificate",
                    expected: source.remedy(.healthCertificate) + " along with it"))
        }
        let usual = tls.issuersFile == nil
        let skipsVerification = mistakes.attempt(try source.boolean(.skipVerify, default: usual)) ?? usual
        if let issuers = source.value(.healthIssuers), !usual, skipsVerification {
            mistakes.add(
                UsageError(
                    issuers,
                    "\(source.spelling(of: .skipVerify)) accepts any certificate, so nobody would look at the issuers",
                    expected: "one of the two"))
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
