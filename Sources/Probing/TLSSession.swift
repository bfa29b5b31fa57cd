import Dispatch
import NIOCore
import NIOSSL
import NIOTLS

/// One TLS session of a client without I/O: octets of the network go in and come out, what they mean comes as events.
///
/// The library speaks TLS only as a handler in a channel's pipeline. This is the least of a channel that the handler is
/// content with; it does nothing on its own, but all within the calls. A session belongs to one thread. Letting go of
/// it is enough to be rid of it, whatever it was about.
final class TLSSession {
    /// What has happened. The last event is ``ended`` or ``failed(_:)``.
    enum Event {
        /// The handshake is done and the certificate accepted; the protocol is what both sides agreed on (ALPN).
        case established(applicationProtocol: String?)
        case received(ByteBuffer)
        /// The server said goodbye; or the session came to its end, in whatever way, after our own goodbye.
        case ended
        /// What `TLSClient` finds the words for.
        case failed(any Error)
    }

    /// Knows the certificate, also after a failure.
    let handler: NIOSSLClientHandler
    private let ends = PipelineEnds()

    init(_ handler: NIOSSLClientHandler) throws {
        self.handler = handler
        try ends.pipeline.syncOperations.addHandlers([handler, ends])
    }

    deinit {
        // The pipeline, its handlers and their contexts hold each other.
        ends.removeHandlers(pipeline: ends.pipeline)
    }

    /// Begins the handshake.
    func start() {
        guard !ends.isActive, !ends.isOver else { return }
        ends.isActive = true
        ends.pipeline.fireChannelActive()
    }

    /// Takes what came from the network.
    func receive(_ octets: ByteBuffer) {
        // The library takes no octets for the end.
        guard !ends.isOver, octets.readableBytes > 0 else { return }
        ends.pipeline.fireChannelRead(octets)
        ends.pipeline.fireChannelReadComplete()
    }

    /// Takes the end of what comes from the network, which is a failure unless somebody said goodbye before.
    func receiveEnd() {
        guard !ends.isOver else { return }
        ends.isActive = false
        ends.pipeline.fireChannelInactive()
    }

    /// Sends something to the server as soon as the handshake is done.
    func send(_ plaintext: ByteBuffer) {
        guard !ends.isOver, !ends.isClosing else { return }
        ends.pipeline.writeAndFlush(plaintext, promise: nil)
    }

    /// Says goodbye, after which nothing matters but that the session has ended.
    ///
    /// A goodbye ends an unfinished handshake at once and without a word, for there is none in TLS.
    func close() {
        guard !ends.isClosing else { return }
        ends.isClosing = true
        guard !ends.isOver else { return }
        ends.pipeline.close(promise: nil)
    }

    /// What is to go to the network, after a failure and a goodbye, too; `nil` when there is nothing.
    func takeOutgoing() -> ByteBuffer? {
        defer { ends.outgoing = nil }
        return ends.outgoing
    }

    func nextEvent() -> Event? { ends.nextEvent() }
}

/// Both ends of the handler's pipeline: what the handler takes for the network, and what it takes for the application.
///
/// Sendable, as all channels have to be, without being safe to share: none but the session and its handler know it, and
/// they are for one thread. To whom the handler shows it (to the check of a certificate), it does within a call.
private final class PipelineEnds: Channel, ChannelCore, ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    let eventLoop: any EventLoop = CallersLoop.shared
    private(set) lazy var pipeline = ChannelPipeline(channel: self)
    var isActive = false
    var outgoing: ByteBuffer?
    /// Whether the session has come to its end, if only from this side's point of view.
    private(set) var isOver = false
    /// Whether this side has said goodbye.
    var isClosing = false {
        didSet {
            events = []
            if end != nil { end = .ended }
        }
    }
    private var events: [TLSSession.Event] = []
    /// The last event, for the handler hands out the last plaintext after the failure that came behind it.
    private var end: TLSSession.Event?

    func nextEvent() -> TLSSession.Event? {
        if !events.isEmpty { return events.removeFirst() }
        defer { end = nil }
        return end
    }

    private func finish(_ event: TLSSession.Event) {
        guard !isOver else { return }
        isOver = true
        end = isClosing ? .ended : event
    }

    // MARK: The application

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let name)? = event as? TLSUserEvent, !isClosing else { return }
        events.append(.established(applicationProtocol: name))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isClosing { events.append(.received(unwrapInboundIn(data))) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { finish(.failed(error)) }

    func channelInactive(context: ChannelHandlerContext) { finish(.ended) }

    // MARK: The network

    func write0(_ data: NIOAny, promise: EventLoopPromise<Void>?) {
        var octets = unwrapData(data, as: ByteBuffer.self)
        if octets.readableBytes > 0 { outgoing.setOrWriteBuffer(&octets) }
        promise?.succeed(())
    }

    func close0(error: any Error, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        // The handler is done, after the goodbyes of both sides, or after a failure that it has told.
        finish(.ended)
        promise?.succeed(())
    }

    func flush0() {}
    func read0() {}

    // MARK: What nobody asks for

    var _channelCore: any ChannelCore { self }
    var allocator: ByteBufferAllocator { ByteBufferAllocator() }
    var isWritable: Bool { true }
    var parent: (any Channel)? { nil }
    var localAddress: SocketAddress? { nil }
    var remoteAddress: SocketAddress? { nil }
    var closeFuture: EventLoopFuture<Void> { unsupported() }

    func setOption<Option: ChannelOption>(_ option: Option, value: Option.Value) -> EventLoopFuture<Void> {
        unsupported()
    }
    func getOption<Option: ChannelOption>(_ option: Option) -> EventLoopFuture<Option.Value> { unsupported() }
    private func unsupported<T>() -> EventLoopFuture<T> {
        eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
    }

    func localAddress0() throws -> SocketAddress { throw ChannelError.operationUnsupported }
    func remoteAddress0() throws -> SocketAddress { throw ChannelError.operationUnsupported }
    func register0(promise: EventLoopPromise<Void>?) { refuse(promise) }
    func registerAlreadyConfigured0(promise: EventLoopPromise<Void>?) { refuse(promise) }
    func bind0(to: SocketAddress, promise: EventLoopPromise<Void>?) { refuse(promise) }
    func connect0(to: SocketAddress, promise: EventLoopPromise<Void>?) { refuse(promise) }
    func triggerUserOutboundEvent0(_ event: Any, promise: EventLoopPromise<Void>?) { refuse(promise) }
    private func refuse(_ promise: EventLoopPromise<Void>?) { promise?.fail(ChannelError.operationUnsupported) }

    // The end of the pipeline is behind the application, which passes nothing on.
    func channelRead0(_ data: NIOAny) {}
    func errorCaught0(error: any Error) {}
}

/// The event loop of whoever calls: everything is done at once, and nothing later.
///
/// The handler schedules one thing, the end of its patience with a server that does not say goodbye. Probes have
/// patience, and timers, of their own.
private final class CallersLoop: EventLoop {
    static let shared = CallersLoop()

    var inEventLoop: Bool { true }

    func execute(_ task: @escaping @Sendable () -> Void) { task() }

    func scheduleTask<T>(deadline: NIODeadline, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        let promise = makePromise(of: T.self)
        promise.fail(EventLoopError.cancelled)
        return Scheduled(promise: promise) {}
    }

    func scheduleTask<T>(in delay: TimeAmount, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        scheduleTask(deadline: .distantFuture, task)
    }

    func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {
        queue.async { callback(EventLoopError.unsupportedOperation) }
    }
}
