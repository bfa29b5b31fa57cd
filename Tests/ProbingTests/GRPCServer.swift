import Addressing
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import ProbingTestKit
import Synchronization

/// A gRPC server on loopback that answers each call as a script says, with NIO's own HTTP/2.
final class GRPCServer: Sendable {
    /// One frame of an answer.
    enum Step: Sendable {
        case fields([(String, String)], isLast: Bool = false)
        case data([UInt8], isLast: Bool = false)
        case reset(NIOHTTP2.HTTP2ErrorCode)
    }

    /// A call as the server has seen it.
    struct Call: Sendable {
        var fields: [String: String] = [:]
        var body: [UInt8] = []
    }

    let endpoint: Endpoint
    private let channel: any Channel
    private let recorder: Recorder

    fileprivate final class Recorder: Sendable {
        let calls = Mutex<[Call]>([])
        let errors = Mutex<[String]>([])
    }

    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    init(
        tls: TLSServerContext? = nil, settings: HTTP2Settings = nioDefaultSettings,
        answering answer: @escaping @Sendable (Call) -> [Step]
    ) async throws {
        let recorder = Recorder()
        self.recorder = recorder
        channel = try await ServerBootstrap(group: Self.group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(TLSServerHandler(context: tls)) }
                    var connection = NIOHTTP2Handler.ConnectionConfiguration()
                    connection.initialSettings = settings
                    _ = try pipeline.configureHTTP2Pipeline(
                        mode: .server, connectionConfiguration: connection, streamConfiguration: .init()
                    ) { stream in
                        stream.eventLoop.makeCompletedFuture {
                            try stream.pipeline.syncOperations.addHandler(CallHandler(answer, recorder: recorder))
                        }
                    }
                    try pipeline.addHandler(ErrorHandler(recorder: recorder))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        endpoint = Endpoint(address: .loopback(.ipv4), port: UInt16(port))
    }

    /// The calls so far.
    var calls: [Call] { recorder.calls.withLock { $0 } }
    /// What the server would log.
    var errors: [String] { recorder.errors.withLock { $0 } }
    /// The same without the end of connections that the server does not close by itself.
    var complaints: [String] { errors.filter { !$0.contains("reset by peer") } }

    func stop() async throws { try await channel.close() }

    /// The head of an answer.
    static let head = Step.fields([(":status", "200"), ("content-type", "application/grpc")])

    /// The end of an answer.
    static func trailers(_ status: Int = 0, _ message: String? = nil) -> Step {
        .fields(
            [("grpc-status", String(status))] + (message.map { [("grpc-message", $0)] } ?? []), isLast: true)
    }

    /// A whole answer with `message`.
    static func answer(_ message: [UInt8]) -> [Step] {
        [head, .data([0, 0, 0, 0, UInt8(message.count)] + message), trailers()]
    }

    /// `HealthCheckResponse(status=SERVING).SerializeToString()` of grpcio-health-checking.
    static let serving: [UInt8] = [0x08, 0x01]
}

private final class CallHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let answer: @Sendable (GRPCServer.Call) -> [GRPCServer.Step]
    private let recorder: GRPCServer.Recorder
    private var call = GRPCServer.Call()

    init(_ answer: @escaping @Sendable (GRPCServer.Call) -> [GRPCServer.Step], recorder: GRPCServer.Recorder) {
        self.answer = answer
        self.recorder = recorder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let head):
            for field in head.headers { call.fields[field.name] = field.value }
        case .data(let data):
            if case .byteBuffer(let octets) = data.data { call.body += Array(buffer: octets) }
            guard data.endStream else { return }
            recorder.calls.withLock { $0.append(call) }
            for step in answer(call) { perform(step, context) }
        default:
            break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        recorder.errors.withLock { $0.append("\(error)") }
    }

    private func perform(_ step: GRPCServer.Step, _ context: ChannelHandlerContext) {
        let payload: HTTP2Frame.FramePayload
        switch step {
        case .fields(let fields, let isLast):
            payload = .headers(.init(headers: HPACKHeaders(fields), endStream: isLast))
        case .data(let octets, let isLast):
            payload = .data(.init(data: .byteBuffer(ByteBuffer(bytes: octets)), endStream: isLast))
        case .reset(let code):
            payload = .rstStream(code)
        }
        context.writeAndFlush(wrapOutboundOut(payload), promise: nil)
    }
}

/// Notes what goes wrong on a connection.
private final class ErrorHandler: ChannelInboundHandler {
    typealias InboundIn = Never

    private let recorder: GRPCServer.Recorder

    init(recorder: GRPCServer.Recorder) { self.recorder = recorder }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        recorder.errors.withLock { $0.append("\(error)") }
        context.close(promise: nil)
    }
}
