import Director
import NIOSSL

extension SmallFile {
    /// The certificates in a file in PEM form (RFC 7468).
    func certificates() throws(UnusableFile) -> [NIOSSLCertificate] {
        let content = try read()
        do {
            let certificates = try NIOSSLCertificate.fromPEMBytes(content)
            if !certificates.isEmpty { return certificates }
        } catch {}
        throw unusable("it has no certificate in PEM form")
    }

    /// The private key in a file in PEM form, without a passphrase.
    func privateKey() throws(UnusableFile) -> NIOSSLPrivateKey {
        let content = try read()
        do {
            return try NIOSSLPrivateKey(bytes: content, format: .pem)
        } catch {
            throw unusable("it has no private key in PEM form, or one with a passphrase")
        }
    }
}
