import Director
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// A connection that stays open after a healthy answer, so that its end is noticed the moment it comes; the last
/// handler of a channel on which all is said.
///
/// When the process of a server dies, the kernel of its host closes or resets the connection at once. When the host
/// itself disappears, nothing comes; so this side's kernel asks with keep-alive probes, which cost this process
/// nothing: after one second of silence, each second, until four seconds have passed without an answer.
final class KeptConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// `TCP_KEEPIDLE` and `TCP_KEEPINTVL`, in seconds.
    private static let keepAliveInterval: Int = 1
    /// `TCP_KEEPCNT`.
    private static let keepAliveProbes: Int = 3
    /// `TCP_USER_TIMEOUT`, in milliseconds, for what goes out without an acknowledgement.
    ///
    /// It takes the place of the count of keep-alive probes, tcp(7), so it is as long as they take.
    private static let userTimeout: Int = 4000

    private let farewell: Farewell
    /// Receives the end; `nil` afterwards.
    private var ended: ((ConnectionEnd) -> Void)?

    init(until farewell: Farewell, ended: @escaping (ConnectionEnd) -> Void) {
        self.farewell = farewell
        self.ended = ended
    }

    /// Closes the connection this instant with a reset, which leaves no `TIME_WAIT` behind, and reports nothing.
    func abort() {
        ended = nil
        farewell.abort()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // The goodbye of TLS makes the handler of TLS close, and the server's FIN may take its time after that.
        farewell.onClose = { [weak self] in self?.end(.closed) }
        guard let options = context.channel.syncOptions else { return }
        // A kernel that refuses one of them still sees the end of the process.
        try? options.setOption(.socketOption(.so_keepalive), value: 1)
        for (name, value) in [
            (TCP_KEEPIDLE, Self.keepAliveInterval), (TCP_KEEPINTVL, Self.keepAliveInterval),
            (TCP_KEEPCNT, Self.keepAliveProbes), (TCP_USER_TIMEOUT, Self.userTimeout),
        ] {
            try? options.setOption(.tcpOption(NIOBSDSocket.Option(rawValue: name)), value: value)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Nothing was asked for. Whatever this is (a 408 before it closes, say), the connection is of no use any more.
        cutOff(.reset)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        cutOff(ConnectionEnd(error))
    }

    func channelInactive(context: ChannelHandlerContext) { end(.closed) }

    private func cutOff(_ end: ConnectionEnd) {
        let ended = ended
        // What closing brings about is not told.
        abort()
        ended?(end)
    }

    private func end(_ end: ConnectionEnd) {
        let ended = ended
        self.ended = nil
        ended?(end)
    }
}

extension ConnectionEnd {
    /// What an error on an idle connection means.
    fileprivate init(_ error: any Error) {
        switch error {
        case NIOSSLError.uncleanShutdown:
            // A process that died could not say the goodbye of TLS.
            self = .closed
        case let error as IOError:
            switch ProbeFault(errno: error.errnoCode, in: .response).reason {
            case .unreachable, .responseTimeout: self = .lost
            default: self = .reset
            }
        default:
            self = .reset
        }
    }
}
