import Addressing
import Director
import Glibc
import NIOCore
import NIOPosix

/// One TCP connection of a probe, and the conversation on it where the probe says something.
///
/// It reports exactly one event, unless it is aborted before, and closes itself but after an answer. How it closes is a decision about
/// `TIME_WAIT`: the side that closes first keeps the connection's addresses and ports for a minute, so a node with
/// thousands of probes a second would fill its socket and connection-tracking tables. Therefore:
///
/// - A connection that was opened only to see whether it opens is reset (`SO_LINGER` 0), as HAProxy's checks are.
///   Nothing was said on it, so there is nothing that the reset could lose.
/// - A connection that was answered on is left to the server to close (see `Farewell`): a healthy server never sees a
///   reset, and has nothing to log.
/// - One that stays open to be watched (see `KeptConnection`) is reset when it is not needed any more: it is idle then,
///   and a server takes that for the end of an idle connection.
/// - Whatever timed out, was cancelled or was answered with nonsense is reset.
final class Connection {
    /// What a connection has to report.
    enum Event {
        /// It is open, and there is nothing to send on it.
        case connected
        /// The head of the answer is there; what becomes of the connection is to be said within the call.
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
    private var stopwatch = Stopwatch()
    /// How long connecting took; `nil` before it is done.
    private var connectTime: Duration?
    /// Receives the one event; `nil` afterwards.
    private var report: ((Event) -> Void)?

    /// A connection on which `conversation` is held.
    init(
        to host: HTTPURL.Host, port: UInt16, from sourcePort: UInt16? = nil, on eventLoop: any EventLoop,
        saying conversation: (any Conversation)? = nil
    ) {
        self.host = host
        self.port = port
        self.sourcePort = sourcePort
        self.eventLoop = eventLoop
        self.conversation = conversation
    }

    convenience init(
        to endpoint: Endpoint, from sourcePort: UInt16? = nil, on eventLoop: any EventLoop,
        saying conversation: (any Conversation)? = nil
    ) {
        self.init(
            to: .address(endpoint.address), port: endpoint.port, from: sourcePort, on: eventLoop, saying: conversation)
    }

    /// How far the connection has got.
    var phase: ProbeFailure.Phase { conversation?.phase ?? .connect }

    /// How long each part took.
    var times: ProbeTimes {
        var times = conversation?.times ?? ProbeTimes()
        times.connect = connectTime
        return times
    }

    /// When the certificate of the real server expires, in seconds since 1970 (UTC); `nil` where it was not shown.
    var certificateExpiry: Int64? { conversation?.certificateExpiry }

    func open(_ report: @escaping (Event) -> Void) {
        self.report = report
        stopwatch = Stopwatch()
        connect().assumeIsolated().whenComplete { self.opened($0) }
    }

    /// Closes the connection in an orderly way, after an answer.
    func close() { conversation?.close() }

    /// Keeps the connection open after an answer if it can be kept, and says whether it is; otherwise closes it.
    ///
    /// Whoever receives the answer decides within the call. `settled` is called at most once, and not after ``abort()``.
    func keep(ended: @escaping (ConnectionEnd) -> Void, settled: @escaping (KeptConnection?) -> Void) {
        conversation?.keep(ended: ended, settled: settled)
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
            connectTime = stopwatch.lap()
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
