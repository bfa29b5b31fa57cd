import Director
import Epoll

/// What all probes of one prober share and may have to be read from files: the TLS context and the token.
final class ProbeMaterials {
    /// The TLS side of all connections.
    let tls: TLSClient
    private let token: FileBacked<String>?

    init(_ tls: TLSClient, tokenFile: String? = nil) {
        self.tls = tls
        token = tokenFile.map { path in
            let file = SmallFile(path: path, use: .token)
            return FileBacked([file]) { try BearerToken.read(from: file) }
        }
    }

    /// The value of the field `Authorization`; `nil` where there is no token file. Throws where it never could be read.
    func authorization() throws -> String? { try token.map { "Bearer \(try $0.current())" } }

    /// Calls `body` when all that there is to read was read, or cannot be: at once where that is known.
    func prepare(on loop: EpollLoop, _ body: @escaping () -> Void) {
        guard let token else { return tls.prepare(on: loop, body) }
        token.prepare(on: loop) { [tls] in tls.prepare(on: loop, body) }
    }

    /// Tells `body` of files that cannot be used any more, so that what they said before stays in use.
    func whenAged(_ body: @escaping (String) -> Void) {
        let tell: (any Error) -> Void = { body("\($0)") }
        token?.hasAged = tell
        tls.context.hasAged = tell
    }
}
