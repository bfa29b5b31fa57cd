import Addressing
import Glibc
import NIOCore
import NIOPosix
import ProbingTestKit
import Synchronization

@testable import LVSCareHTTP
@testable import Probing

/// A server on loopback that does to each connection what a script says, in raw octets.
final class LoopbackServer: Sendable {
    /// What the server does.
    enum Step: Sendable {
        case send(String)
        case octets([UInt8])
        /// Send one octet after the other, one each 20 ms, until the far end is gone.
        case drip(String)
        /// Send `x` after `x` until the far end is gone.
        case sendForever
        /// Close the sending side only.
        case shutDown
        case close
        /// Close as the kernel does it for a process that died: past TLS, which cannot say goodbye any more.
        case die
        case reset
    }

    /// What the server does to a connection: at once, and when a whole request is there.
    struct Script: Sendable {
        var onAccept: [Step] = []
        var onRequest: @Sendable (_ request: String) -> [Step] = { _ in [] }
        /// Whether the server reads what it is sent.
        var reads = true
        /// Format of the requests; `onRequest` gets an empty text for one of HTTP/2.
        var framing = Framing.http1
    }

    enum Framing: Sendable { case http1, http2 }

    /// What a server has seen.
    struct Record: Sendable {
        /// The requests, each with its body.
        var requests: [String] = []
        var connections = 0
        /// Where the connections came from.
        var clientPorts: [UInt16] = []
        var openConnections = 0
        /// What went wrong on the connections as far as the server's program can tell: what it would log.
        var errors: [String] = []
    }

    let endpoint: Endpoint
    private let channel: any Channel
    private let recorder: Recorder

    fileprivate final class Recorder: Sendable {
        let record = Mutex(Record())
        let channels = Mutex<[ObjectIdentifier: any Channel]>([:])
    }

    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    init(
        on host: String = "127.0.0.1", port: UInt16 = 0, tls: TLSServerContext? = nil, _ script: Script
    ) async throws {
        let recorder = Recorder()
        self.recorder = recorder
        channel = try await ServerBootstrap(group: Self.group)
            .serverChannelOption(.backlog, value: 1024)
            // So that another can take its place.
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // With TLS, NIOSSL takes an orderly end for an unclean one if this is on.
            .childChannelOption(.allowRemoteHalfClosure, value: tls == nil)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Doorstep())
                    if let tls { try channel.pipeline.syncOperations.addHandler(TLSServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(script, recorder: recorder))
                }
            }
            .childChannelOption(.autoRead, value: script.reads)
            .bind(host: host, port: Int(port)).get()
        guard let address = IPAddress(host), let port = channel.localAddress?.port else {
            throw ChannelError.unknownLocalAddress
        }
        endpoint = Endpoint(address: address, port: UInt16(port))
    }

    /// A server that answers each request with the same octets and closes.
    convenience init(on host: String = "127.0.0.1", tls: TLSServerContext? = nil, answering answer: String) async throws
    {
        try await self.init(on: host, tls: tls, Script(onRequest: { _ in [.send(answer), .close] }))
    }

    /// What the server has seen so far.
    var record: Record { recorder.record.withLock { $0 } }

    func stop() async throws { try await channel.close() }

    /// Does something on all connections that are open.
    func perform(_ steps: [Step]) {
        let channels = recorder.channels.withLock { Array($0.values) }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(steps) }
    }
}

/// The side of a channel's handlers that is the socket's.
private final class Doorstep: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private(set) var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }
}

/// An answer with `status` and `headers`, each with its line end, and the body `ok`.
func answer(_ status: String, _ headers: String = "") -> String {
    "HTTP/1.1 \(status)\r\n\(headers)Content-Length: 2\r\nConnection: close\r\n\r\nok"
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: LoopbackServer.Script
    private let recorder: LoopbackServer.Recorder
    private var received: [UInt8] = []
    /// Whether the preface of HTTP/2 has been read.
    private var hasPreface = false

    init(_ script: LoopbackServer.Script, recorder: LoopbackServer.Recorder) {
        self.script = script
        self.recorder = recorder
    }

    func channelActive(context: ChannelHandlerContext) {
        recorder.record.withLock {
            $0.connections += 1
            if let port = context.remoteAddress?.port { $0.clientPorts.append(UInt16(port)) }
            $0.openConnections += 1
        }
        recorder.channels.withLock { $0[ObjectIdentifier(context.channel)] = context.channel }
        perform(script.onAccept[...], context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        recorder.record.withLock { $0.openConnections -= 1 }
        recorder.channels.withLock { $0[ObjectIdentifier(context.channel)] = nil }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        guard let request = script.framing == .http1 ? takeRequest() : takeHTTP2Request() else { return }
        recorder.record.withLock { $0.requests.append(request) }
        perform(script.onRequest(request)[...], context)
    }

    /// Takes a whole request with its body.
    private func takeRequest() -> String? {
        let request = String(decoding: received, as: UTF8.self)
        guard let headEnd = request.range("\r\n\r\n") else { return nil }
        let length = request.lineValue("Content-Length").flatMap { Int($0) } ?? 0
        guard request.utf8.distance(from: headEnd, to: request.endIndex) >= length else { return nil }
        received = []
        return request
    }

    /// Takes everything up to the end of a stream.
    private func takeHTTP2Request() -> String? {
        var rest = received[...]
        defer { received = Array(rest) }
        if !hasPreface { hasPreface = rest.readSlice(length: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8.count) != nil }
        while hasPreface, let frame = try? rest.readHTTP2Frame() {
            if frame.kind == .data || frame.kind == .headers, frame.flags.contains(.endStream) { return "" }
        }
        return nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let steps = event as? [LoopbackServer.Step] { return perform(steps[...], context) }
        if event as? ChannelEvent == .inputClosed { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        recorder.record.withLock { $0.errors.append("\(error)") }
        context.close(promise: nil)
    }

    private func perform(_ steps: ArraySlice<LoopbackServer.Step>, _ context: ChannelHandlerContext) {
        guard let step = steps.first, context.channel.isActive else { return }
        let rest = steps.dropFirst()
        let loop = context.eventLoop.assumeIsolated()
        switch step {
        case .send(let text):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            perform(rest, context)
        case .octets(let octets):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: nil)
            perform(rest, context)
        case .drip(let text):
            guard let first = text.first else { return perform(rest, context) }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: String(first))), promise: nil)
            loop.scheduleTask(in: .milliseconds(20)) {
                self.perform([.drip(String(text.dropFirst()))] + rest, context)
            }
        case .sendForever:
            let block = ByteBuffer(repeating: UInt8(ascii: "x"), count: 16384)
            context.writeAndFlush(wrapOutboundOut(block)).assumeIsolated().whenSuccess {
                self.perform([.sendForever], context)
            }
        case .shutDown:
            context.close(mode: .output, promise: nil)
            perform(rest, context)
        case .close:
            context.close(promise: nil)
        case .die:
            doorstep(context)?.close(promise: nil)
        case .reset:
            _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            doorstep(context)?.close(promise: nil)
        }
    }

    private func doorstep(_ context: ChannelHandlerContext) -> ChannelHandlerContext? {
        try? context.pipeline.syncOperations.handler(type: Doorstep.self).context
    }
}

extension String {
    /// The end of the first occurrence of `text`.
    fileprivate func range(_ text: String) -> Index? { firstRange(of: text)?.upperBound }

    /// The value of the header field `name`.
    func lineValue(_ name: String) -> String? {
        split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }
}
