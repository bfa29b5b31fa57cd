import Glibc
import NIOCore

/// The first handler of a channel with a conversation: sees to it that the server closes the connection first.
///
/// Whatever closes the channel, it is kept open until the server has closed it, which a server does after an answer
/// that was asked for with `Connection: close`, after TLS's goodbye and after a TLS alert. Neither side sees a reset
/// then, and the `TIME_WAIT` is the server's. A server that has not closed after `patience`, or that sends more than
/// `tolerance`, is cut off with a reset; so is one that was asked to keep the connection open, in vain after all.
final class Farewell: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer

    /// Time that the server has to close.
    static let patience = TimeAmount.milliseconds(250)
    /// Octets, say of an answer's body, that the server may still send.
    static let tolerance = 64 * 1024

    /// Called when somebody above closes the channel, as TLS does on the server's goodbye.
    var onClose: (() -> Void)?
    private var context: ChannelHandlerContext?
    private var timer: NIOScheduledCallback?
    /// What the server has sent since the farewell began; `nil` before.
    private var received: Int?
    /// Whether nobody above wants to read any more; TLS does until it has the server's goodbye.
    private var isClosing = false

    /// Waits for the server to close.
    func begin() {
        guard received == nil, let context else { return }
        received = 0
        do {
            timer = try context.eventLoop.assumeIsolated().scheduleCallback(
                in: Self.patience, handler: EndOfPatience(farewell: self))
        } catch {
            abort()
        }
    }

    /// Closes the socket at once with a reset, going past TLS, which would want to say goodbye first.
    func abort() {
        guard let context else { return }
        context.channel.resetOnClose()
        context.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        onClose = nil
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let received {
            let sum = received + unwrapInboundIn(data).readableBytes
            guard sum <= Self.tolerance else { return abort() }
            self.received = sum
        }
        if !isClosing { context.fireChannelRead(data) }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        context.channel.closeFuture.cascade(to: promise)
        isClosing = true
        begin()
        let onClose = onClose
        self.onClose = nil
        onClose?()
    }
}

/// Cuts off a server that does not close.
private struct EndOfPatience: NIOScheduledCallbackHandler {
    let farewell: Farewell

    func handleScheduledCallback(eventLoop: some EventLoop) { farewell.abort() }
}

extension Channel {
    /// Makes the close to come a reset (`SO_LINGER` 0): unsent data is dropped, and no `TIME_WAIT` remains.
    func resetOnClose() {
        _ = (self as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
    }

    /// Closes the socket at once with a reset.
    func reset() {
        resetOnClose()
        close(promise: nil)
    }
}
