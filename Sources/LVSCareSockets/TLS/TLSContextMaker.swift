import Glibc
package import LVSCareModel

/// Makes TLS contexts of files and of the system's trust roots; may be used on any thread.
package struct TLSContextMaker: Sendable {
    /// A context, and what it lacks.
    package struct Made: Sendable {
        package var context: TLSContext
        /// Whether the system's trust roots could not be read.
        package var lacksRoots = false
        /// When the client's certificate expires, in seconds since 1970 (UTC); `nil` where it has none.
        package var certificateExpiry: Int64?
    }

    /// The trust roots where no file of issuers is named.
    package enum SystemRoots: Sendable {
        /// In the first of these files that is there.
        case files([String])
        case certificates([Certificate])

        /// Where distributions have them: Debian and Alpine, Fedora, SUSE, and others.
        package static let standard = Self.files([
            "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
        ])
    }

    package let configuration: TLSProbeConfiguration
    /// What is offered for the time after the handshake (ALPN, RFC 7301); empty to offer nothing.
    package let applicationProtocols: [String]
    package let systemRoots: SystemRoots

    /// A maker of contexts for `configuration`.
    package init(
        configuration: TLSProbeConfiguration, applicationProtocols: [String] = [],
        systemRoots: SystemRoots = .standard
    ) {
        self.configuration = configuration
        self.applicationProtocols = applicationProtocols
        self.systemRoots = systemRoots
    }

    /// The files, in the order in which they are read.
    package var files: [SmallFile] { [issuers, certificate, key].compactMap(\.self) }

    private var issuers: SmallFile? { configuration.issuersFile.map { SmallFile(path: $0, use: .issuers) } }
    private var certificate: SmallFile? { configuration.certificateFile.map { SmallFile(path: $0, use: .certificate) } }
    private var key: SmallFile? { configuration.keyFile.map { SmallFile(path: $0, use: .key) } }

    /// Makes a context. Throws ``UnusableFile``, or the library's error.
    package func make() throws -> Made {
        var made = try makeContext()
        guard let certificate else { return made }
        let chain = try certificate.certificates()
        made.certificateExpiry = chain.first?.notAfter
        let privateKey = try (key ?? certificate).privateKey()
        do throws(TLSFailure) {
            try made.context.identify(by: chain, privateKey)
        } catch {
            throw (key ?? certificate).unusable("its private key is not that of the certificate")
        }
        return made
    }

    private func makeContext() throws -> Made {
        guard configuration.verifiesCertificate else { return Made(context: try context(trusting: .anyone)) }
        if let issuers { return Made(context: try context(trusting: .issuers(try issuers.certificates()))) }
        switch systemRoots {
        case .certificates(let certificates):
            return Made(context: try context(trusting: .issuers(certificates)))
        case .files(let paths):
            if let path = paths.first(where: { access($0, R_OK) == 0 }),
                let context = try? context(trusting: .issuersInFile(path))
            {
                return Made(context: context)
            }
            // No server can be verified then, and each probe reports that.
            return Made(context: try context(trusting: .issuers([])), lacksRoots: true)
        }
    }

    private func context(trusting trust: TLSContext.Trust) throws(TLSFailure) -> TLSContext {
        try TLSContext(trusting: trust, applicationProtocols: applicationProtocols)
    }
}
