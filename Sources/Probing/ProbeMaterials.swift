import Director
import Epoll

/// What all probes of one prober share and may have to be read from files: the TLS context and the token.
final class ProbeMaterials {
    /// The TLS side of all connections to real servers.
    let tls: TLSClient
    /// The same for whom a redirect leads to: it does not show who asks.
    let anonymousTLS: TLSClient
    private let token: FileBacked<String>?

    init(_ tls: TLSClient, anonymous: TLSClient, tokenFile: String? = nil) {
        (self.tls, anonymousTLS) = (tls, anonymous)
        token = tokenFile.map { path in
            let file = SmallFile(path: path, use: .token)
            return FileBacked([file]) { try BearerToken.read(from: file) }
        }
    }

    /// The value of the field `Authorization`; `nil` where there is no token file. Throws where it never could be read.
    func authorization() throws -> String? { try token.map { "Bearer \(try $0.current())" } }

    /// Calls `body` when all that there is to read was read, or cannot be: at once where that is known.
    func prepare(on loop: EpollLoop, _ body: @escaping () -> Void) {
        let prepareTLS = { [tls, anonymousTLS] in
            tls.prepare(on: loop) {
                if anonymousTLS === tls { body() } else { anonymousTLS.prepare(on: loop, body) }
            }
        }
        if let token { token.prepare(on: loop, prepareTLS) } else { prepareTLS() }
    }

    /// Tells `body` of files that cannot be used any more, so that what they said before stays in use.
    func whenAged(_ body: @escaping (String) -> Void) {
        let tell: (any Error) -> Void = { body("\($0)") }
        token?.hasAged = tell
        tls.context.hasAged = tell
    }
}
