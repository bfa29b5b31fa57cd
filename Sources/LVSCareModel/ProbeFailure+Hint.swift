extension ProbeFailure.Reason: CustomStringConvertible {
    /// The reason in a few words that stay the same, for logs and tables: `connection refused`, `status 503`.
    public var description: String {
        switch self {
        case .refused: "connection refused"
        case .unreachable: "unreachable"
        case .connectTimeout: "connect timeout"
        case .tlsTimeout: "TLS timeout"
        case .responseTimeout: "response timeout"
        case .certificate(let fault): "certificate: \(fault.rawValue)"
        case .notServing: "not serving"
        case .grpcStatus(let code): "gRPC status \(code)"
        case .tls: "TLS"
        case .reset: "connection reset"
        case .protocolError: "protocol"
        case .status(let status): "status \(status)"
        case .local: "local"
        }
    }
}

extension ProbeFailure {
    /// A likely cause for the failure of a real server, or of the way it is asked.
    ///
    /// A hint has no words, because what can be done about it depends on how the program was told what to probe.
    @nonexhaustive
    public enum Hint: Hashable, Sendable {
        /// Nothing listens at this port.
        case nothingListens
        /// There is no route to the host, or the host is down.
        case noWay
        /// The host is down, or something drops the packets.
        case packetsDropped
        /// The port speaks no TLS, or the server is slow.
        case noTLSOrSlow
        /// The server is slow.
        case slow
        /// The server's time-limited certificate has expired, or this node's clock is fast.
        case certificateExpired
        /// This node's clock is slow, or the issuer's was fast.
        case certificateNotYetValid
        /// The certificate is for another host.
        case certificateForAnother
        /// The issuer of the certificate is not trusted.
        case issuerUnknown
        /// The port speaks no TLS, or wants a client certificate.
        case noTLSOrClientCertificate
        /// The server wants another client certificate, or has a trouble of its own.
        case clientCertificateOrTrouble
        /// The port speaks no TLS, or the server has a trouble of its own.
        case noTLSOrTrouble
        /// The port speaks TLS, or the server has a trouble of its own.
        case speaksTLSOrTrouble
        /// The port speaks TLS, or something else than HTTP.
        case speaksTLSOrNoHTTP
        /// The port speaks TLS; this is what many a server answers then (400).
        case speaksTLS
        /// The server wants to know who asks (401, 403).
        case unauthenticated(status: Int)
        /// The path does not exist (404).
        case unknownPath
        /// The method is not allowed (405).
        case methodNotAllowed
        /// The server is asked too often (429).
        case askedTooOften
        /// A healthy server may answer like that here.
        case unusualStatus(Int)
        /// Another gRPC service may be serving.
        case serviceNotServing
        /// The server knows no such gRPC service.
        case unknownService
        /// The server has no gRPC health service.
        case noHealthService
        /// The server has a trouble of its own, which its log should tell.
        case trouble
    }

    /// The likely cause; `nil` where the detail says all.
    public var hint: Hint? { hint(hasSucceeded: false) }

    /// What may be wrong, of a real server that the same kind of probe has found healthy before or has not.
    ///
    /// One that has answered speaks what it is asked in, so nothing is said against that.
    package func hint(hasSucceeded: Bool) -> Hint? {
        switch reason {
        case .refused: .nothingListens
        case .unreachable: .noWay
        case .connectTimeout: .packetsDropped
        case .tlsTimeout: hasSucceeded ? .slow : .noTLSOrSlow
        case .responseTimeout: .slow
        case .certificate(let fault): fault.hint
        case .tls: hasSucceeded ? .clientCertificateOrTrouble : .noTLSOrClientCertificate
        case .reset: hasSucceeded ? .trouble : phase == .tls ? .noTLSOrTrouble : .speaksTLSOrTrouble
        case .protocolError: hasSucceeded ? .trouble : .speaksTLSOrNoHTTP
        case .status(let status): Self.hint(status, hasSucceeded: hasSucceeded)
        case .notServing: .serviceNotServing
        case .grpcStatus(let code): Self.hint(grpcStatus: code)
        case .local: nil
        }
    }

    private static func hint(_ status: Int, hasSucceeded: Bool) -> Hint {
        switch status {
        case 400 where !hasSucceeded: .speaksTLS
        case 401, 403: .unauthenticated(status: status)
        case 404: .unknownPath
        case 405: .methodNotAllowed
        case 429: .askedTooOften
        case 500...: .trouble
        default: .unusualStatus(status)
        }
    }

    /// The codes are those of gRPC's `statuscodes.md`.
    private static func hint(grpcStatus code: Int) -> Hint {
        switch code {
        case 5: .unknownService
        case 12: .noHealthService
        default: .trouble
        }
    }
}

extension ProbeFailure.CertificateFault {
    fileprivate var hint: ProbeFailure.Hint? {
        switch self {
        case .expired: .certificateExpired
        case .notYetValid: .certificateNotYetValid
        case .wrongName: .certificateForAnother
        case .unknownIssuer: .issuerUnknown
        case .other: nil
        }
    }
}
