import LVSCareModel
package import LVSCareSockets
import Testing

extension TLSClient {
    /// Trusts the issuer of the fixtures.
    package static func verifying() throws -> TLSClient {
        TLSClient(TLSProbeConfiguration(verifiesCertificate: true), systemRoots: try Certificates.roots)
    }

    /// Trusts nobody.
    package static func distrusting() -> TLSClient {
        TLSClient(TLSProbeConfiguration(verifiesCertificate: true), systemRoots: .certificates([]))
    }
}

extension Certificates {
    package static var roots: TLSContextMaker.SystemRoots {
        get throws { .certificates(try #require(Certificate.all(inPEM: Array(root.utf8)))) }
    }
}
