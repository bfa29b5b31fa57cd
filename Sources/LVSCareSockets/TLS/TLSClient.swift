package import Addressing
package import Epoll
import Glibc
package import LVSCareModel

/// The TLS side of a prober: one context for all of its connections, made when it is first needed, and again when its
/// files change; and the sessions that servers let be resumed, which go with the context.
package final class TLSClient {
    /// What was asked for.
    package let configuration: TLSProbeConfiguration
    private let applicationProtocols: [String]
    private let systemRoots: TLSContextMaker.SystemRoots
    /// The context of all connections.
    package let context: FileBacked<TLSContextMaker.Made>
    private var sessions = TLSSessionStore()
    /// The context that they were made with. It is held, so that no other can be taken for it.
    private var contextOfSessions: TLSContext?

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
    package func makeSession(with host: Host) throws -> TLSSession {
        try TLSSession(try context.current().context, with: host)
    }

    // MARK: Resumption

    /// A session for one connection to `server`, whose host the certificate has to be for, where it is verified. It
    /// resumes a former one where there is one.
    package func makeSession(
        resumingWith server: TLSServerIdentity, at now: ContinuousClock.Instant
    ) throws -> TLSSession {
        let context = try context.current().context
        renewSessions(for: context)
        return try TLSSession(
            context, with: server.host, offering: sessions.take(for: server, at: now, time: Int64(time(nil))))
    }

    /// Keeps what `server` has given in `session`, whose connection began at `began`, for the next handshake with it.
    package func keep(
        _ session: TLSSession, with server: TLSServerIdentity, since began: ContinuousClock.Instant,
        at now: ContinuousClock.Instant
    ) {
        guard let resumable = session.takeResumable(), session.context === contextOfSessions else { return }
        sessions.keep(resumable, of: server, since: began, at: now)
    }

    /// Has the next handshake with `server` be a full one.
    package func forget(_ server: TLSServerIdentity, at now: ContinuousClock.Instant) {
        sessions.forget(server, at: now)
    }

    /// Has handshakes with `server` be full ones for a while.
    package func abstain(from server: TLSServerIdentity, at now: ContinuousClock.Instant) {
        sessions.abstain(from: server, at: now)
    }

    /// Nothing that was agreed with one context serves with another: it may trust others, or show another certificate.
    private func renewSessions(for context: TLSContext) {
        guard context !== contextOfSessions else { return }
        sessions = TLSSessionStore()
        contextOfSessions = context
    }
}
