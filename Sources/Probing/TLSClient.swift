import Director
import Epoll
import Glibc
import NIOCore
import NIOSSL

/// The TLS side of a prober: one context for all of its connections, made when it is first needed, and again when its
/// files change.
final class TLSClient {
    private let configuration: TLSProbeConfiguration
    /// The context of all connections.
    let context: FileBacked<TLSContextMaker.Made>

    init(
        _ configuration: TLSProbeConfiguration, applicationProtocols: [String] = [],
        systemRoots: NIOSSLTrustRoots = .default,
        additionalRoots: [NIOSSLCertificate] = []
    ) {
        self.configuration = configuration
        let maker = TLSContextMaker(
            configuration: configuration, applicationProtocols: applicationProtocols, systemRoots: systemRoots,
            additionalRoots: additionalRoots)
        context = FileBacked(maker.files) { try maker.make() }
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

    /// A handler for one connection to `host`, which the certificate has to be for, where it is verified.
    ///
    /// A name also goes out as SNI (RFC 6066); an address does not.
    func makeHandler(for host: HTTPURL.Host) throws -> NIOSSLClientHandler {
        let context = try context.current().context
        let name: String? =
            switch host {
            case .address: nil
            case .name(let name): name
            }
        guard configuration.verifiesCertificate else {
            return try NIOSSLClientHandler(context: context, serverHostname: name)
        }
        // The library would be content with the address that the connection has, even if a name was asked for.
        return try NIOSSLClientHandler._makeSSLClientHandler(context: context, serverHostname: name) {
            certificate, channel in
            let names = CertificateNames(of: certificate)
            if names.contain(host) { return channel.eventLoop.makeSucceededVoidFuture() }
            return channel.eventLoop.makeFailedFuture(ProbeFault.wrongName(names, at: host))
        }
    }

    /// What `error` says about TLS; `nil` when it is not about TLS.
    func fault(for error: any Error, of handler: NIOSSLClientHandler?) -> ProbeFault? {
        switch error {
        case NIOSSLError.handshakeFailed(.sslError(let stack)) where stack.contains(.eofDuringHandshake):
            ProbeFault(.reset, "connection closed during the TLS handshake")
        case NIOSSLError.handshakeFailed(.sslError(let stack))
        where stack.contains { $0.code == "CERTIFICATE_VERIFY_FAILED" }:
            objection(to: handler?.peerCertificate)
        case NIOSSLError.handshakeFailed(let error):
            ProbeFault(.tls, words(for: error, in: "TLS handshake"))
        case NIOSSLError.uncleanShutdown:
            .closedEarly
        case let error as BoringSSLError:
            ProbeFault(.tls, words(for: error, in: "TLS"))
        case let error as NIOSSLExtraError:
            ProbeFault(.tls, "\(error)")
        case let error as NIOSSLError:
            ProbeFault(.tls, "TLS: \(error)")
        default:
            nil
        }
    }

    /// What the library or, with an alert, the server said: `TLS handshake: wrong version number`.
    private func words(for error: BoringSSLError, in part: String) -> String {
        guard let code = error.code else { return "\(part): \(error)" }
        if let alert = Self.alert(code) {
            // Servers that want to know who asks say so with one of these.
            let isAboutUs = ["certificate_required", "handshake_failure", "bad_certificate", "access_denied"]
                .contains(alert)
            let isAboutOurs = isAboutUs || alert == "unknown_ca" || alert.contains("certificate")
            let hint =
                switch configuration.certificateFile {
                case nil: isAboutUs ? " (does it want a client certificate?)" : ""
                case let file?: isAboutOurs ? " (does it accept the client certificate in \(file)?)" : ""
                }
            return "the server ended TLS with the alert \(alert)\(hint)"
        }
        let words = code.lowercased().split(separator: "_").joined(separator: " ")
        // What a port without TLS usually amounts to.
        let hint = code == "WRONG_VERSION_NUMBER" ? " (is there TLS on this port?)" : ""
        return "\(part): \(words)\(hint)"
    }

    /// The alert in the words of RFC 8446, of the library's `SSLV3_ALERT_HANDSHAKE_FAILURE`.
    private static func alert(_ code: String) -> String? {
        if code == "TLSV1_CERTIFICATE_REQUIRED" { return "certificate_required" }
        return code.firstRange(of: "_ALERT_").map { code[$0.upperBound...].lowercased() }
    }

    /// Why `certificate` failed verification, as far as it shows: the library does not tell.
    private func objection(to certificate: NIOSSLCertificate?) -> ProbeFault {
        if let certificate, certificate.notValidAfter < time(nil) {
            return ProbeFault(
                .certificate(.expired), "the certificate expired on \(Self.day(certificate.notValidAfter))")
        }
        if let certificate, certificate.notValidBefore > time(nil) {
            return ProbeFault(
                .certificate(.notYetValid),
                "the certificate is not valid before \(Self.day(certificate.notValidBefore))")
        }
        guard (try? context.current())?.lacksRoots != true else {
            return ProbeFault(
                .local,
                "this system has no trust roots (/etc/ssl/certs/ca-certificates.crt), so no certificate can be verified"
            )
        }
        return ProbeFault(.certificate(.unknownIssuer), "the certificate's issuer is not trusted")
    }

    /// `2026-01-31`, in UTC.
    private static func day(_ time: time_t) -> String {
        var time = time
        var parts = tm()
        gmtime_r(&time, &parts)
        let month = String(101 + parts.tm_mon).dropFirst()
        let day = String(100 + parts.tm_mday).dropFirst()
        return "\(parts.tm_year + 1900)-\(month)-\(day)"
    }
}

extension ProbeFault {
    fileprivate static func wrongName(_ names: CertificateNames, at host: HTTPURL.Host) -> ProbeFault {
        let others = "\(names)"
        return ProbeFault(
            .certificate(.wrongName),
            others.isEmpty
                ? "the certificate names no host, so it is not for \(host)"
                : "the certificate is not for \(host), but for \(others.abbreviated)")
    }
}

extension BoringSSLError {
    /// The library's name for the first error: `WRONG_VERSION_NUMBER`.
    fileprivate var code: String? {
        switch self {
        case .sslError(let stack), .unknownError(let stack): stack.first?.code ?? "UNKNOWN_ERROR"
        default: nil
        }
    }
}

extension BoringSSLInternalError {
    /// The library's name for the error: `WRONG_VERSION_NUMBER`.
    ///
    /// It is only to be had from the description,
    /// `Error: 268435703 error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER at file:line`.
    fileprivate var code: String {
        let message = description.split(separator: " at ", maxSplits: 1).first ?? ""
        return String(message.split(separator: ":").last ?? "unknown")
    }
}
