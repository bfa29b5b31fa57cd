import Director
import NIOCore
import NIOHTTP1
import NIOSSL

/// One HTTP request on an open connection and the head of its answer; the last handler of the channel.
final class HTTPConversation: Conversation, ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// Octets that the header fields of an answer may have.
    static let longestHead = 64 * 1024

    private(set) var phase = ProbeFailure.Phase.connect
    private let request: HTTPRequest
    private let tls: TLSClient
    private let farewell = Farewell()
    private var tlsHandler: NIOSSLClientHandler?
    /// Receives the one event; `nil` afterwards.
    private var report: ((Connection.Event) -> Void)?

    init(_ request: HTTPRequest, tls: TLSClient) {
        self.request = request
        self.tls = tls
    }

    func start(on channel: any Channel, _ report: @escaping (Connection.Event) -> Void) {
        self.report = report
        phase = request.url.scheme == .https ? .tls : .response
        do {
            try addHandlers(to: channel.pipeline.syncOperations)
        } catch {
            fail(error)
            return farewell.abort()
        }
        send(on: channel)
    }

    func abort() {
        report = nil
        farewell.abort()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data), report != nil else { return }
        // Closing makes TLS say goodbye and stops the reading; the farewell keeps the socket open until the server closes.
        farewell.begin()
        context.close(promise: nil)
        emit(.answered(status: Int(head.status.code), location: head.headers.first(name: "Location")))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard report != nil else { return }
        fail(error)
        // After a failed handshake the TLS handler sends an alert and closes; a reset would overtake the alert.
        if phase != .tls { farewell.abort() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        emit(.failed(.closedEarly, in: phase))
    }

    private func addHandlers(to pipeline: ChannelPipeline.SynchronousOperations) throws {
        try pipeline.addHandler(farewell)
        if request.url.scheme == .https {
            let handler = try tls.makeHandler(for: request.url.host)
            tlsHandler = handler
            try pipeline.addHandler(handler)
        }
        var framing = HTTPRequestEncoder.Configuration()
        framing.automaticallySetFramingHeaders = false
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = Self.longestHead
        limits.maxHeaderListSize = Self.longestHead
        try pipeline.addHandler(HTTPRequestEncoder(configuration: framing))
        try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder(limitConfiguration: limits)))
        try pipeline.addHandler(self)
    }

    private func send(on channel: any Channel) {
        // The TLS handler keeps this back until the handshake is over, so that is when the promise is kept.
        let sent = channel.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenSuccess { self.phase = .response }
        channel.write(OutboundOut.head(request.head), promise: sent)
        if !request.body.isEmpty {
            channel.write(OutboundOut.body(.byteBuffer(ByteBuffer(string: request.body))), promise: nil)
        }
        channel.writeAndFlush(OutboundOut.end(nil), promise: nil)
    }

    private func fail(_ error: any Error) {
        let fault = tls.fault(for: error, of: tlsHandler, at: request.url.host) ?? ProbeFault(error, in: phase)
        emit(.failed(fault, in: phase))
    }

    private func emit(_ event: Connection.Event) {
        let report = report
        self.report = nil
        report?(event)
    }
}
