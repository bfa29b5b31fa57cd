import Addressing
import LVSCareModel
import LVSCareSockets

extension TLSClient {
    /// The fault of a probe whose `session` with `host` failed.
    func fault(for failure: TLSFailure, of session: TLSSession?, with host: Host?) -> ProbeFault {
        switch failure {
        case .endInHandshake:
            ProbeFault(.reset, "connection closed during the TLS handshake")
        case .endWithoutCloseNotify:
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
        for objection: Certificate.Objection, to certificate: Certificate?, at host: Host?
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
