import NIOCore
import ProbingTestKit

/// Speaks TLS as a server in a channel.
final class TLSServerHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let side: TLSServerSide
    private var told = 0

    init(context: TLSServerContext) throws { side = try TLSServerSide(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        side.receive(Array(unwrapInboundIn(data).readableBytesView))
        flush(context)
        let plaintext = side.takePlaintext()
        if !plaintext.isEmpty { context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: plaintext))) }
        tellErrors(context)
        if side.isOver { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        side.receiveEnd()
        tellErrors(context)
        context.fireChannelInactive()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        side.send(Array(unwrapOutboundIn(data).readableBytesView))
        let octets = side.takeOutgoing() ?? []
        context.write(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if side.isOver { return context.close(mode: mode, promise: promise) }
        side.close()
        flush(context)
        // A client that does not answer the close_notify is cut off.
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(5)) { context.close(promise: nil) }
        promise?.succeed(())
    }

    private func flush(_ context: ChannelHandlerContext) {
        if let octets = side.takeOutgoing() {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: nil)
        }
    }

    private func tellErrors(_ context: ChannelHandlerContext) {
        for error in side.errors.dropFirst(told) { context.fireErrorCaught(Failure(description: error)) }
        told = side.errors.count
    }
}
