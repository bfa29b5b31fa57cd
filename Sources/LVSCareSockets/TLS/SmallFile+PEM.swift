import LVSCareModel

extension SmallFile {
    /// The certificates in a file in PEM form (RFC 7468).
    func certificates() throws(UnusableFile) -> [Certificate] {
        guard let certificates = Certificate.all(inPEM: try read()), !certificates.isEmpty else {
            throw unusable("it has no certificate in PEM form")
        }
        return certificates
    }

    /// The private key in a file in PEM form, without a passphrase.
    func privateKey() throws(UnusableFile) -> PrivateKey {
        guard let key = PrivateKey(inPEM: try read()) else {
            throw unusable("it has no private key in PEM form, or one with a passphrase")
        }
        return key
    }
}
