import Addressing
import Director
import Glibc
import NIOCore
import NIOPosix

/// One TCP connection of a probe, with one request on it where the probe makes requests.
///
/// It reports exactly one event, unless it is aborted before, and closes itself. How it closes is a decision about
/// `TIME_WAIT`: the side that closes first keeps the connection's addresses and ports for a minute, so a node with
/// thousands of probes a second would fill its socket and connection-tracking tables. Therefore:
///
/// - A connection that was opened only to see whether it opens is reset (`SO_LINGER` 0), as HAProxy's checks are.
///   Nothing was said on it, so there is nothing that the reset could lose.
/// - A connection that was answered on is left to the server to close (see `Farewell`): a healthy server never sees a
///   reset, and has nothing to log.
/// - Whatever timed out, was cancelled or was answered with nonsense is reset.
final class Connection {
    /// What a connection has to report.
    enum Event {
        /// It is open, and there is nothing to send on it.
        case connected
        /// The head of the answer is there.
        case answered(status: Int, location: String?)
        /// The gRPC health service says that it serves.
        case serving
        /// It came to nothing.
        case failed(ProbeFault, in: ProbeFailure.Phase)
    }

    /// The probe has a deadline of its own; NIO's of ten seconds must not come before it.
    private static let never = TimeAmount.hours(24 * 365)
    /// An answer's head nearly always fits in one read, a certificate chain in two.
    private static let receiveAllocator = FixedSizeRecvByteBufferAllocator(capacity: 4096)

    private let host: HTTPURL.Host
    private let port: UInt16
    /// Where it comes from; `nil` to let the kernel choose.
    private let sourcePort: UInt16?
    private let eventLoop: any EventLoop
    /// What is said on the connection once it is open; `nil` to say nothing.
    private let conversation: (any Conversation)?
    /// Channels that are being connected; several only while the addresses of a host name are tried.
    private var opening: [any Channel] = []
    /// Receives the one event; `nil` afterwards.
    private var report: ((Event) -> Void)?

    /// A connection without a request.
    init(to endpoint: Endpoint, from sourcePort: UInt16? = nil, on eventLoop: any EventLoop) {
        host = .address(endpoint.address)
        self.sourcePort = sourcePort
        port = endpoint.port
        conversation = nil
        self.eventLoop = eventLoop
    }

    /// A connection for `request`.
    init(
        for request: HTTPRequest, tls: TLSClient, from sourcePort: UInt16? = nil, on eventLoop: any EventLoop
    ) {
        self.sourcePort = sourcePort
        host = request.url.host
        port = request.url.port
        conversation = HTTPConversation(request, tls: tls)
        self.eventLoop = eventLoop
    }

    /// A connection for `call`.
    init(for call: GRPCCall, tls: TLSClient, from sourcePort: UInt16? = nil, on eventLoop: any EventLoop) {
        self.sourcePort = sourcePort
        host = .address(call.endpoint.address)
        port = call.endpoint.port
        conversation = GRPCConversation(call, tls: tls)
        self.eventLoop = eventLoop
    }

    /// How far the connection has got.
    var phase: ProbeFailure.Phase { conversation?.phase ?? .connect }

    func open(_ report: @escaping (Event) -> Void) {
        self.report = report
        connect().assumeIsolated().whenComplete { self.opened($0) }
    }

    /// Closes the connection this instant and reports nothing any more.
    func abort() {
        report = nil
        conversation?.abort()
        let channels = opening
        opening = []
        for channel in channels { channel.reset() }
    }

    private func connect() -> EventLoopFuture<any Channel> {
        switch host {
        case .address(let address):
            guard let sourcePort else { return connect(bootstrap(), to: address) }
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            return connect(bootstrap(), to: address, from: sourcePort).flatMapError { error in
                // Somebody has the port, which is as good as none: there are others.
                guard let errno = (error as? IOError)?.errnoCode, errno == EADDRINUSE || errno == EADDRNOTAVAIL else {
                    return bound.value.eventLoop.makeFailedFuture(error)
                }
                return bound.value.connect(bound.value.bootstrap(), to: address)
            }
        case .name(let name):
            return bootstrap().connect(host: name, port: Int(port))
        }
    }

    private func connect(
        _ bootstrap: ClientBootstrap, to address: IPAddress, from sourcePort: UInt16? = nil
    ) -> EventLoopFuture<any Channel> {
        do {
            var bootstrap = bootstrap
            if let sourcePort {
                let anywhere = ByteBuffer(repeating: 0, count: address.octets.count)
                // So that probes of different real servers can have the same one at the same time.
                bootstrap = bootstrap.channelOption(.socketOption(.so_reuseaddr), value: 1)
                    .bind(to: try SocketAddress(packedIPAddress: anywhere, port: Int(sourcePort)))
            }
            let octets = ByteBuffer(bytes: address.octets)
            return bootstrap.connect(to: try SocketAddress(packedIPAddress: octets, port: Int(port)))
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }

    private func bootstrap() -> ClientBootstrap {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(Self.never)
            .channelOption(.recvAllocator, value: Self.receiveAllocator)
            .channelInitializer { bound.value.admit($0) }
    }

    private func admit(_ channel: any Channel) -> EventLoopFuture<Void> {
        // Looking up a name cannot be stopped: what it finds after the end must not be connected to.
        guard report != nil else { return eventLoop.makeFailedFuture(ChannelError.alreadyClosed) }
        opening.append(channel)
        return eventLoop.makeSucceededVoidFuture()
    }

    private func opened(_ result: Result<any Channel, any Error>) {
        opening = []
        guard let report else {
            if case .success(let channel) = result { channel.reset() }
            return
        }
        self.report = nil
        switch result {
        case .success(let channel):
            if let conversation {
                conversation.start(on: channel, report)
            } else {
                channel.reset()
                report(.connected)
            }
        case .failure(let error):
            report(.failed(ProbeFault(error, in: .connect), in: .connect))
        }
    }
}
