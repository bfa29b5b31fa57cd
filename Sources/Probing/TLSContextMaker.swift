import Director
import NIOCore
import NIOSSL

/// Makes TLS contexts of files and of what the system trusts; may be used on any thread.
struct TLSContextMaker: Sendable {
    /// A context, and what it lacks.
    struct Made: Sendable {
        var context: NIOSSLContext
        /// Whether the system's trust roots could not be read.
        var lacksRoots = false
    }

    let configuration: TLSProbeConfiguration
    /// What is offered for the time after the handshake (ALPN, RFC 7301); empty to offer nothing.
    var applicationProtocols: [String] = []
    var systemRoots = NIOSSLTrustRoots.default
    var additionalRoots: [NIOSSLCertificate] = []

    /// The files, in the order in which they are read.
    var files: [SmallFile] { [issuers, certificate, key].compactMap(\.self) }

    private var issuers: SmallFile? { configuration.issuersFile.map { SmallFile(path: $0, use: .issuers) } }
    private var certificate: SmallFile? { configuration.certificateFile.map { SmallFile(path: $0, use: .certificate) } }
    private var key: SmallFile? { configuration.keyFile.map { SmallFile(path: $0, use: .key) } }

    /// Makes a context. Throws ``UnusableFile``, or what the library says.
    func make() throws -> Made {
        var settings = try settings()
        do {
            return Made(context: try NIOSSLContext(configuration: settings))
        } catch {
            if let file = key ?? certificate {
                throw file.unusable("its private key is not that of the certificate")
            }
            // Without verification no roots are read.
            guard configuration.verifiesCertificate, configuration.issuersFile == nil else { throw error }
            // No file with trust roots, or an unreadable one: nobody can be verified then, which each probe will say.
            settings.trustRoots = .certificates([])
            return Made(context: try NIOSSLContext(configuration: settings), lacksRoots: true)
        }
    }

    private func settings() throws(UnusableFile) -> TLSConfiguration {
        var settings = TLSConfiguration.makeClientConfiguration()
        // The least that Go's client accepts.
        settings.minimumTLSVersion = .tlsv12
        settings.shutdownTimeout = .milliseconds(250)
        settings.applicationProtocols = applicationProtocols
        // Names are compared by the handler of each connection.
        settings.certificateVerification = configuration.verifiesCertificate ? .noHostnameVerification : .none
        if configuration.verifiesCertificate {
            settings.trustRoots = systemRoots
            if let issuers { settings.trustRoots = .certificates(try issuers.certificates()) }
            settings.additionalTrustRoots = [.certificates(additionalRoots)]
        }
        if let certificate {
            settings.certificateChain = try certificate.certificates().map { .certificate($0) }
            settings.privateKey = .privateKey(try (key ?? certificate).privateKey())
        }
        return settings
    }
}
