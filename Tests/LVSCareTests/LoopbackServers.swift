import Addressing
import LVSCareModel
import NIOCore
import NIOPosix
import Synchronization

/// A listening socket that accepts by itself as long as its backlog lasts.
final class TCPServer: Sendable {
    let realServer: RealServer
    private let channel: any Channel

    init() async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { $0.eventLoop.makeSucceededVoidFuture() }
            .bind(host: "127.0.0.1", port: 0).get()
        realServer = RealServer(Endpoint(address: .loopback(.ipv4), port: UInt16(channel.localAddress?.port ?? 0)))
    }

    deinit { close() }

    /// Nobody can connect any more when this returns.
    func close() { try? channel.close().wait() }
}

/// An HTTP server that keeps connections open and answers every request with the same status.
final class KeepAliveServer: Sendable {
    let realServer: RealServer
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let counter: Counter

    /// Number of connections that it has taken.
    var connections: Int { counter.count.withLock(\.self) }

    init(status: String = "200 OK") async throws {
        let counter = Counter()
        self.counter = counter
        let channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                counter.count.withLock { $0 += 1 }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answer(status: status))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        realServer = RealServer(Endpoint(address: .loopback(.ipv4), port: UInt16(channel.localAddress?.port ?? 0)))
    }

    deinit { kill() }

    /// Dies with all its connections.
    func kill() { group.shutdownGracefully { _ in } }

    private final class Counter: Sendable {
        let count = Mutex(0)
    }

    private final class Answer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let status: String

        init(status: String) { self.status = status }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let answer = ByteBuffer(string: "HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        }
    }
}
