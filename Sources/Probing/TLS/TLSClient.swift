import Addressing
import Epoll
import LVSCareModel

/// The TLS side of a prober: one context for all of its connections, made when it is first needed, and again when its
/// files change.
final class TLSClient {
    private let configuration: TLSProbeConfiguration
    private let applicationProtocols: [String]
    private let systemRoots: TLSContextMaker.SystemRoots
    /// The context of all connections.
    let context: FileBacked<TLSContextMaker.Made>

    init(
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

    var issuersFile: String? { configuration.issuersFile }
    var certificateFile: String? { configuration.certificateFile }

    /// The same without a certificate of the client's; itself where there is none.
    func withoutCertificate() -> TLSClient {
        guard configuration.certificateFile != nil else { return self }
        var anonymous = configuration
        (anonymous.certificateFile, anonymous.keyFile) = (nil, nil)
        return TLSClient(anonymous, applicationProtocols: applicationProtocols, systemRoots: systemRoots)
    }

    /// Makes the context now, so that the first probe need not. One with files has to wait for them.
    func prepare() throws {
        if !hasFiles { _ = try context.current() }
    }

    /// Calls `body` when the context is there, or cannot be made: at once where that is known.
    func prepare(on loop: EpollLoop, _ body: @escaping () -> Void) {
        if hasFiles { context.prepare(on: loop, body) } else { body() }
    }

    private var hasFiles: Bool {
        configuration.issuersFile != nil || configuration.certificateFile != nil || configuration.keyFile != nil
    }

    /// A session for one connection to `host`, which the certificate has to be for, where it is verified.
    func makeSession(with host: HTTPURL.Host) throws -> TLSSession {
        try TLSSession(try context.current().context, with: host)
    }

    // MARK: Words

    /// What a failure of `session` with `host` says.
    func fault(for failure: TLSFailure, of session: TLSSession?, with host: HTTPURL.Host?) -> ProbeFault {
        switch failure {
        case .endInHandshake:
            ProbeFault(.reset, "connection closed during the TLS handshake")
        case .endWithoutGoodbye:
            .closedEarly
        case .alert(.unrecognizedName):
            ProbeFault(.certificate(.wrongName), "the server has no certificate for the name that it was asked for")
        case .alert(let alert):
            ProbeFault(.tls, words(for: alert, wasAsked: session?.wasAskedForCertificate == true))
        case .refused(let objection):
            fault(for: objection, to: session?.certificate, at: host)
        case .broken(let words, let code):
            // What a port without TLS usually amounts to.
            ProbeFault(
                .tls, "TLS: \(words)" + (TLSFailure.isOtherProtocol(code) ? " (is there TLS on this port?)" : ""))
        case .flood:
            ProbeFault(.tls, "TLS: messages of the handshake without an end")
        }
    }

    private func words(for alert: TLSAlert, wasAsked: Bool) -> String {
        let hint =
            switch configuration.certificateFile {
            case nil where alert == .certificateRequired || alert.mayAskForCertificate && wasAsked:
                " (does it want a client certificate?)"
            case let file? where alert.mayBeAboutCertificate: " (does it accept the client certificate in \(file)?)"
            default: ""
            }
        return "the server ended TLS with the alert \(alert)\(hint)"
    }

    private func fault(
        for objection: Certificate.Objection, to certificate: Certificate?, at host: HTTPURL.Host?
    ) -> ProbeFault {
        // The certificate of an authority in between is as good a reason.
        let subject = objection.depth > 0 ? "the certificate of an issuer" : "the certificate"
        switch objection.kind {
        case .expired:
            return ProbeFault(.certificate(.expired), "\(subject) expired on \(day(objection.notAfter))")
        case .notYetValid:
            return ProbeFault(.certificate(.notYetValid), "\(subject) is not valid before \(day(objection.notBefore))")
        case .wrongName:
            let (names, host) = (certificate.map { "\(CertificateNames(of: $0))" } ?? "", host.map { "\($0)" } ?? "it")
            return ProbeFault(
                .certificate(.wrongName),
                names.isEmpty
                    ? "the certificate names no host, so it is not for \(host)"
                    : "the certificate is not for \(host), but for \(names.abbreviated)")
        case .wrongPurpose:
            return ProbeFault(.certificate(.other), "\(subject) is not for servers, says its (extended) key usage")
        case .weak:
            return ProbeFault(.certificate(.other), "\(subject) is too weak: \(objection.words.lowercased())")
        case .unknownIssuer where (try? context.current())?.lacksRoots == true:
            return ProbeFault(
                .local,
                "this system has no trust roots (/etc/ssl/certs/ca-certificates.crt), so no certificate can be verified"
            )
        case .unknownIssuer:
            return ProbeFault(.certificate(.unknownIssuer), "the certificate's issuer is not trusted")
        case .other:
            return ProbeFault(.certificate(.other), "\(subject) is refused: \(objection.words.lowercased())")
        }
    }

    private func day(_ seconds: Int64?) -> String { seconds.map(String.init(day:)) ?? "an unknown day" }
}
