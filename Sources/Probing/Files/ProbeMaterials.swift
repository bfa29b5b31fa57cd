import Epoll
import Glibc
import LVSCareModel
import LVSCareSockets

/// What all probes of one prober share: the TLS context and the token, which may be in files, and the resolver of host
/// names.
final class ProbeMaterials {
    /// The TLS side of all connections to real servers.
    let tls: TLSClient
    /// The same for servers that a redirect leads to: it shows no certificate.
    let anonymousTLS: TLSClient
    /// Looks up the hosts that redirects lead to.
    let resolver: HostResolver
    private let token: FileBacked<String>?
    private let tokenFile: String?
    /// Reports that the client certificate expires soon.
    private var warn: ((Int64) -> Void)?
    /// When that was done last.
    private var warned: ContinuousClock.Instant?

    init(_ tls: TLSClient, anonymous: TLSClient, tokenFile: String? = nil, resolver: HostResolver) {
        (self.tls, anonymousTLS, self.tokenFile, self.resolver) = (tls, anonymous, tokenFile, resolver)
        token = tokenFile.map { path in
            let file = SmallFile(path: path, use: .token)
            return FileBacked([file]) { try BearerToken.read(from: file) }
        }
    }

    /// The value of the field `Authorization`; `nil` where there is no token file. Throws where it never could be read.
    func authorization() throws -> String? { try token.map { "Bearer \(try $0.current())" } }

    /// Calls `body` when all that there is to read was read, or cannot be: at once where that is known.
    func prepare(on loop: EpollLoop, _ body: @escaping () -> Void) {
        if warn != nil { watchExpiry(at: loop.now) }
        let prepareTLS = { [tls, anonymousTLS] in
            tls.prepare(on: loop) {
                if anonymousTLS === tls { body() } else { anonymousTLS.prepare(on: loop, body) }
            }
        }
        if let token { token.prepare(on: loop, prepareTLS) } else { prepareTLS() }
    }

    /// Calls `body` when files change or cannot be used, and for a client certificate that expires within a day: at
    /// once, and each hour.
    func whenSomethingHappens(_ body: @escaping (Prober.Notice) -> Void) {
        let reportAging: (any Error) -> Void = { body(.fileAged("\($0)")) }
        token?.hasAged = reportAging
        tls.context.hasAged = reportAging
        if let tokenFile { token?.hasRenewed = { _ in body(.fileRenewed(tokenFile, expiry: nil)) } }
        if let issuersFile = tls.issuersFile, tls.certificateFile == nil {
            tls.context.hasRenewed = { _ in body(.fileRenewed(issuersFile, expiry: nil)) }
        }
        guard let certificateFile = tls.certificateFile else { return }
        tls.context.hasRenewed = { [weak self] made in
            self?.warned = nil
            body(.fileRenewed(certificateFile, expiry: made.certificateExpiry))
        }
        self.warn = { expiry in body(.certificateExpires(certificateFile, at: expiry)) }
    }

    private func watchExpiry(at now: ContinuousClock.Instant) {
        guard let warn, let expiry = tls.context.known?.certificateExpiry, expiry < Int64(time(nil)) + Self.day,
            warned.map({ now - $0 >= .seconds(3600) }) ?? true
        else { return }
        warned = now
        warn(expiry)
    }

    private static let day: Int64 = 86_400
}
