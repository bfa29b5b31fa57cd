import Director
import Glibc
import NIOCore
import NIOSSL

/// The TLS side of a prober: one context for all of its connections, made when it is first needed.
final class TLSClient {
    private let verifiesCertificate: Bool
    /// What is offered for the time after the handshake (ALPN, RFC 7301); empty to offer nothing.
    private let applicationProtocols: [String]
    private let systemRoots: NIOSSLTrustRoots
    private let additionalRoots: [NIOSSLCertificate]
    private var context: NIOSSLContext?
    /// Whether the system's trust roots could not be read.
    private var lacksRoots = false

    init(
        verifiesCertificate: Bool, applicationProtocols: [String] = [], systemRoots: NIOSSLTrustRoots,
        additionalRoots: [NIOSSLCertificate]
    ) {
        self.verifiesCertificate = verifiesCertificate
        self.applicationProtocols = applicationProtocols
        self.systemRoots = systemRoots
        self.additionalRoots = additionalRoots
    }

    /// Makes the context now, so that the first probe need not.
    func prepare() throws { _ = try preparedContext() }

    /// A handler for one connection to `host`.
    ///
    /// For an address there is no server name: none goes out, and the certificate is compared with the address that
    /// the connection has.
    func makeHandler(for host: HTTPURL.Host) throws -> NIOSSLClientHandler {
        let name: String? =
            switch host {
            case .address: nil
            case .name(let name): name
            }
        return try NIOSSLClientHandler(context: preparedContext(), serverHostname: name)
    }

    private func preparedContext() throws -> NIOSSLContext {
        if let context { return context }
        let made: NIOSSLContext
        do {
            made = try NIOSSLContext(configuration: settings(roots: systemRoots))
        } catch {
            // Without verification no roots are read.
            guard verifiesCertificate else { throw error }
            // No file with trust roots, or an unreadable one: nobody is trusted then, which each probe will say.
            made = try NIOSSLContext(configuration: settings(roots: .certificates([])))
            lacksRoots = true
        }
        context = made
        return made
    }

    private func settings(roots: NIOSSLTrustRoots) -> TLSConfiguration {
        var settings = TLSConfiguration.makeClientConfiguration()
        // The least that Go's client accepts.
        settings.minimumTLSVersion = .tlsv12
        settings.shutdownTimeout = Farewell.patience
        settings.applicationProtocols = applicationProtocols
        if verifiesCertificate {
            settings.certificateVerification = .fullVerification
            settings.trustRoots = roots
            settings.additionalTrustRoots = [.certificates(additionalRoots)]
        } else {
            settings.certificateVerification = .none
        }
        return settings
    }

    /// What `error` says about TLS with `host`; `nil` when it is not about TLS.
    func fault(for error: any Error, of handler: NIOSSLClientHandler?, at host: HTTPURL.Host) -> ProbeFault? {
        switch error {
        case NIOSSLError.handshakeFailed(.sslError(let stack)) where stack.contains(.eofDuringHandshake):
            ProbeFault(.reset, "connection closed during the TLS handshake")
        case NIOSSLError.handshakeFailed(.sslError(let stack))
        where stack.contains { $0.code == "CERTIFICATE_VERIFY_FAILED" }:
            objection(to: handler?.peerCertificate)
        case NIOSSLError.handshakeFailed(let error):
            ProbeFault(.tls, "TLS handshake: \(error.inWords)")
        case NIOSSLError.uncleanShutdown:
            .closedEarly
        case let error as BoringSSLError:
            ProbeFault(.tls, "TLS: \(error.inWords)")
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            ProbeFault(.certificate(.wrongName), "the certificate is not for \(host)")
        case let error as NIOSSLExtraError:
            ProbeFault(.tls, "\(error)")
        case let error as NIOSSLError:
            ProbeFault(.tls, "TLS: \(error)")
        default:
            nil
        }
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
        return ProbeFault(
            .certificate(.unknownIssuer),
            lacksRoots
                ? "this system has no trust roots (/etc/ssl/certs/ca-certificates.crt), so no certificate can be verified"
                : "the certificate's issuer is not trusted")
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

extension BoringSSLError {
    /// What the library said, in lower case: `wrong version number`.
    fileprivate var inWords: String {
        switch self {
        case .sslError(let stack), .unknownError(let stack):
            guard let first = stack.first else { return "unknown error" }
            let words = first.code.lowercased().split(separator: "_").joined(separator: " ")
            // What a port without TLS usually amounts to.
            return first.code == "WRONG_VERSION_NUMBER" ? "\(words) (is there TLS on this port?)" : words
        default:
            return "\(self)"
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
