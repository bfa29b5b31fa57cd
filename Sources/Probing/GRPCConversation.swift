import Addressing
import Director
import NIOCore
import NIOSSL
import NIOTLS

/// One gRPC call on an open connection and its answer; the last handler of the channel.
final class GRPCConversation: Conversation, ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What HTTP/2 over TLS is called in the handshake (ALPN, RFC 7301).
    static let applicationProtocol = "h2"

    private(set) var phase = ProbeFailure.Phase.connect
    private(set) var times = ProbeTimes()
    private var call: GRPCCall
    private let tls: TLSClient
    private let farewell = Farewell()
    private var tlsHandler: NIOSSLClientHandler?
    /// Runs since the part began that is under way.
    private var stopwatch = Stopwatch()
    /// What is going on above TLS; `nil` before and afterwards.
    private var exchange: HTTP2Exchange?
    /// Receives the one event; `nil` afterwards.
    private var report: ((Connection.Event) -> Void)?

    init(_ call: GRPCCall, tls: TLSClient) {
        self.call = call
        self.tls = tls
    }

    var certificateExpiry: Int64? { tlsHandler?.peerCertificate.map { Int64($0.notValidAfter) } }

    func start(on channel: any Channel, _ report: @escaping (Connection.Event) -> Void) {
        self.report = report
        stopwatch = Stopwatch()
        phase = call.tls == nil ? .response : .tls
        do {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(farewell)
            if call.tls != nil {
                let handler = try tls.makeHandler(for: host)
                tlsHandler = handler
                try pipeline.addHandler(handler)
            }
            try pipeline.addHandler(self)
            if call.tls == nil { try send(pipeline.context(handler: self)) }
        } catch {
            fail(error)
            farewell.abort()
        }
    }

    /// It has said goodbye already, after its answer.
    func close() {}

    /// A connection that was called on is not kept.
    func keep(ended: @escaping (ConnectionEnd) -> Void, settled: @escaping (KeptConnection?) -> Void) { settled(nil) }

    func abort() {
        report = nil
        farewell.abort()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if report != nil, case TLSUserEvent.handshakeCompleted(let negotiated)? = event as? TLSUserEvent {
            do {
                times.tls = stopwatch.lap()
                guard negotiated == Self.applicationProtocol else { throw Self.withoutHTTP2 }
                phase = .response
                try send(context)
            } catch {
                fail(error)
                farewell.abort()
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard report != nil else { return }
        exchange?.receive(unwrapInboundIn(data))
        do {
            while let part = try exchange?.nextPart() {
                if times.firstByte == nil { times.firstByte = stopwatch.lap() }
                if let verdict = try call.judge(part) { return end(verdict, context) }
            }
            flush(context)
        } catch {
            fail(error)
            farewell.abort()
        }
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

    private var host: HTTPURL.Host {
        call.tls?.serverName.map(HTTPURL.Host.init(named:)) ?? .address(call.endpoint.address)
    }

    private static let withoutHTTP2 = ProbeFault(
        .protocolError, "the server agrees to TLS but not to HTTP/2 (ALPN); is there a gRPC server on this port?")

    private func send(_ context: ChannelHandlerContext) throws(ProbeFault) {
        exchange = try HTTP2Exchange(headers: call.headers, body: call.body)
        flush(context)
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard let octets = exchange?.takeOutgoing() else { return }
        context.writeAndFlush(wrapOutboundOut(octets), promise: nil)
    }

    private func end(_ verdict: GRPCCall.Verdict, _ context: ChannelHandlerContext) {
        exchange?.sayGoodbye()
        flush(context)
        exchange = nil
        // Closing makes TLS say goodbye and stops the reading; the farewell keeps the socket open until the server closes.
        farewell.begin()
        context.close(promise: nil)
        switch verdict {
        case .healthy: emit(.serving)
        case .unhealthy(let fault): emit(.failed(fault, in: phase))
        }
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
}
