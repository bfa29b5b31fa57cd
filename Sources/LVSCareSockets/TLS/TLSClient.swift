package import Addressing
package import Epoll
package import LVSCareModel

/// The TLS side of a prober: one context for all of its connections, made when it is first needed, and again when its
/// files change.
package final class TLSClient {
    /// What was asked for.
    package let configuration: TLSProbeConfiguration
    private let applicationProtocols: [String]
    private let systemRoots: TLSContextMaker.SystemRoots
    /// The context of all connections.
    package let context: FileBacked<TLSContextMaker.Made>

    package init(
        _ configuration: TLSProbeConfiguration, applicationProtocols: [String] = [],
        systemRoots: TLSContextMaker.SystemRoots = .standard
    ) {
        self.configuration = configuration
        self.applicationProtocols = applicationProtocols
        self.systemRoots = systemRoots
        let maker = TLSContextMaker(
            configuration: configuration, applicationProtocols: applicationProtocols, systemRoots: systemRoots)
        context = FileBacked(maker.files) { try maker.make() }
    }

    package var issuersFile: String? { configuration.issuersFile }
    package var certificateFile: String? { configuration.certificateFile }

    /// The same without a certificate of the client's; itself where there is none.
    package func withoutCertificate() -> TLSClient {
        guard configuration.certificateFile != nil else { return self }
        var anonymous = configuration
        (anonymous.certificateFile, anonymous.keyFile) = (nil, nil)
        return TLSClient(anonymous, applicationProtocols: applicationProtocols, systemRoots: systemRoots)
    }

    /// Makes the context now, so that the first probe need not. One with files has to wait for them.
    package func prepare() throws {
        if !hasFiles { _ = try context.current() }
    }

    /// Calls `body` when the context is there, or cannot be made: at once where that is known.
    package func prepare(on loop: EpollLoop, _ body: @escaping () -> Void) {
        if hasFiles { context.prepare(on: loop, body) } else { body() }
    }

    private var hasFiles: Bool {
        configuration.issuersFile != nil || configuration.certificateFile != nil || configuration.keyFile != nil
    }

    /// A session for one connection to `host`, which the certificate has to be for, where it is verified.
    ///
    /// `applicationProtocols` are offered (ALPN, RFC 7301), where there are none, those of all sessions.
    package func makeSession(with host: Host, offering applicationProtocols: [String] = []) throws -> TLSSession {
        let session = try TLSSession(try context.current().context, with: host)
        try session.offer(applicationProtocols)
        return session
    }
}
