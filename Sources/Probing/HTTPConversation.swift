import Director
import NIOCore
import NIOHTTP1
import NIOSSL

/// One HTTP request on an open connection and its answer; the last handler of the channel.
///
/// The head of the answer is the event. Whoever receives it says within the call what becomes of the connection:
/// ``close()`` or ``keep(ended:settled:)``.
final class HTTPConversation: Conversation, ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// Octets that the header fields of an answer may have.
    static let longestHead = 64 * 1024

    private(set) var phase = ProbeFailure.Phase.connect
    private(set) var times = ProbeTimes()
    private let request: HTTPRequest
    private let tls: TLSClient
    private let farewell = Farewell()
    private var tlsHandler: NIOSSLClientHandler?
    private var channel: (any Channel)?
    /// The handlers that are not needed, like this one, once all is said.
    private var framing: [any RemovableChannelHandler] = []
    /// Runs since the part began that is under way.
    private var stopwatch = Stopwatch()
    /// Receives the one event; `nil` afterwards.
    private var report: ((Connection.Event) -> Void)?
    private var persistence: Persistence
    /// Who waits for the end of the answer, so that the connection be kept; `nil` before and afterwards.
    private var keeping: Keeping?

    private struct Keeping {
        var ended: (ConnectionEnd) -> Void
        var settled: (KeptConnection?) -> Void
    }

    init(_ request: HTTPRequest, tls: TLSClient) {
        self.request = request
        self.tls = tls
        persistence = Persistence(of: request)
    }

    var certificateExpiry: Int64? { tlsHandler?.peerCertificate.map { Int64($0.notValidAfter) } }

    func start(on channel: any Channel, _ report: @escaping (Connection.Event) -> Void) {
        self.report = report
        self.channel = channel
        stopwatch = Stopwatch()
        phase = request.url.scheme == .https ? .tls : .response
        do {
            try addHandlers(to: channel.pipeline.syncOperations)
        } catch {
            fail(error)
            return farewell.abort()
        }
        send(on: channel)
    }

    func close() {
        // Closing makes TLS say goodbye and stops the reading; the farewell keeps the socket open until the server closes.
        farewell.begin()
        channel?.close(promise: nil)
        channel = nil
        settle(nil)
    }

    func keep(ended: @escaping (ConnectionEnd) -> Void, settled: @escaping (KeptConnection?) -> Void) {
        keeping = Keeping(ended: ended, settled: settled)
        if !persistence.isPossible { close() }
    }

    func abort() {
        report = nil
        keeping = nil
        channel = nil
        farewell.abort()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard report != nil else { return }
            times.firstByte = stopwatch.lap()
            persistence.begin(head)
            emit(.answered(status: Int(head.status.code), location: head.headers.first(name: "Location")))
        case .body(let octets):
            persistence.receive(octets.readableBytes)
            if keeping != nil, !persistence.isPossible { close() }
        case .end:
            persistence.endAnswer()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Only now is it certain that nothing came behind the answer.
        guard let ended = keeping?.ended, persistence.isDecided else { return }
        guard persistence.isGiven else { return close() }
        let pipeline = context.pipeline.syncOperations
        let kept = KeptConnection(until: farewell, ended: ended)
        do {
            try pipeline.addHandler(kept)
        } catch {
            return close()
        }
        channel = nil
        settle(kept)
        for handler in framing + [self] { pipeline.removeHandler(handler, promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        framing = []
        channel = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if keeping != nil { return close() }
        guard report != nil else { return }
        fail(error)
        // After a failed handshake the TLS handler sends an alert and closes; a reset would overtake the alert.
        if phase != .tls { farewell.abort() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        settle(nil)
        emit(.failed(.closedEarly, in: phase))
    }

    private func addHandlers(to pipeline: ChannelPipeline.SynchronousOperations) throws {
        try pipeline.addHandler(farewell)
        if request.url.scheme == .https {
            let handler = try tls.makeHandler(for: request.serverName ?? request.url.host)
            tlsHandler = handler
            try pipeline.addHandler(handler)
        }
        var framing = HTTPRequestEncoder.Configuration()
        framing.automaticallySetFramingHeaders = false
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = Self.longestHead
        limits.maxHeaderListSize = Self.longestHead
        let encoder = HTTPRequestEncoder(configuration: framing)
        let decoder = ByteToMessageHandler(
            HTTPResponseDecoder(
                // What comes behind the answer is the kept connection's to judge.
                leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop,
                limitConfiguration: limits))
        try pipeline.addHandler(encoder)
        try pipeline.addHandler(decoder)
        try pipeline.addHandler(self)
        self.framing = [encoder, decoder]
    }

    private func send(on channel: any Channel) {
        // The TLS handler keeps this back until the handshake is over, so that is when the promise is kept.
        let begun = channel.eventLoop.makePromise(of: Void.self)
        begun.futureResult.assumeIsolated().whenSuccess { self.begun() }
        let sent = channel.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenSuccess { self.persistence.endRequest() }
        channel.write(OutboundOut.head(request.head), promise: begun)
        if !request.body.isEmpty {
            channel.write(OutboundOut.body(.byteBuffer(ByteBuffer(string: request.body))), promise: nil)
        }
        channel.writeAndFlush(OutboundOut.end(nil), promise: sent)
    }

    private func begun() {
        guard phase == .tls else { return }
        times.tls = stopwatch.lap()
        phase = .response
    }

    private func fail(_ error: any Error) {
        let fault = tls.fault(for: error, of: tlsHandler) ?? ProbeFault(error, in: phase)
        emit(.failed(fault, in: phase))
    }

    private func emit(_ event: Connection.Event) {
        let report = report
        self.report = nil
        report?(event)
    }

    private func settle(_ kept: KeptConnection?) {
        let keeping = keeping
        self.keeping = nil
        keeping?.settled(kept)
    }
}
