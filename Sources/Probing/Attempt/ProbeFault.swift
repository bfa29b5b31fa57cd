import Addressing
import Glibc
import LVSCareHTTP
import LVSCareModel
import LVSCareSockets
import LVSCareSystem

/// What went wrong in a probe: the parts of a `ProbeFailure` that need no clock.
struct ProbeFault: Error, Hashable {
    let reason: ProbeFailure.Reason
    let detail: String
    /// The errno of a system call; 0 where none failed.
    let code: CInt

    /// Octets of a detail, whoever has chosen how many of them.
    private static let longestDetail = 500

    init(_ reason: ProbeFailure.Reason, _ detail: String, code: CInt = 0) {
        self.reason = reason
        self.detail = detail.abbreviated(to: Self.longestDetail)
        self.code = code
    }

    /// The end of a connection before any response.
    static let closedEarly = ProbeFault(HTTPFault.closedEarly)

    /// What went wrong in HTTP.
    init(_ fault: HTTPFault) {
        let reason: ProbeFailure.Reason =
            switch fault.kind {
            case .protocolError: .protocolError
            case .reset: .reset
            case .invalidRequest: .local
            }
        self.init(reason, fault.detail)
    }

    /// The end of the time that a probe has; `origin` is where its connections came from.
    static func timeout(in phase: ProbeFailure.Phase, after time: Duration, from origin: String = "") -> ProbeFault {
        let missing =
            switch phase {
            case .connect: "connection"
            case .tls: "TLS session"
            case .response: "answer head"
            }
        return ProbeFault(.timeout(in: phase), "no \(missing) within \(time.inWords)\(origin)")
    }

    /// The fault of any error but those of TLS, which are `TLSClient`'s.
    init(_ error: any Error, in phase: ProbeFailure.Phase) {
        self =
            switch error {
            case let fault as ProbeFault: fault
            case let file as UnusableFile: ProbeFault(.local, "\(file)")
            default: ProbeFault(.protocolError, "\(error)")
            }
    }

    /// What keeps this node from asking at all.
    init(local error: any Error) {
        let fault = ProbeFault(error, in: .connect)
        self.init(.local, fault.detail, code: fault.code)
    }

    /// What connecting, reading or writing failed with.
    ///
    /// The errors that connecting takes over from ICMP are in ip(7) and `icmp_err_convert` of Linux.
    init(errno code: CInt, in phase: ProbeFailure.Phase) {
        let reason: ProbeFailure.Reason =
            switch code {
            case ECONNREFUSED: .refused
            case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ENONET, ENOPROTOOPT, EOPNOTSUPP: .unreachable
            // A route of the type `blackhole`.
            case EINVAL where phase == .connect: .unreachable
            // The kernel gives up after minutes, so only a very long timeout of ours lets it be first.
            case ETIMEDOUT: .timeout(in: phase)
            case ECONNRESET, EPIPE, ECONNABORTED, ENETRESET: .reset
            // Among the rest: no descriptor, memory, permission, free local port or (EADDRNOTAVAIL, EAFNOSUPPORT) local
            // address of the family.
            default: .local
            }
        self.init(reason, ErrorText.clause(code), code: code)
    }
}

extension ProbeFailure.Reason {
    /// The timeout that ends `phase`.
    fileprivate static func timeout(in phase: ProbeFailure.Phase) -> Self {
        switch phase {
        case .connect: .connectTimeout
        case .tls: .tlsTimeout
        case .response: .responseTimeout
        }
    }
}

extension Duration {
    /// `2 s`, `1.5 s`, `250 ms`.
    var inWords: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard seconds > 0 else { return "\(milliseconds) ms" }
        guard milliseconds > 0 else { return "\(seconds) s" }
        var decimals = String(1000 + milliseconds).dropFirst()
        while decimals.last == "0" { decimals = decimals.dropLast() }
        return "\(seconds).\(decimals) s"
    }
}
