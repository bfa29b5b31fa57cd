import Addressing
import Director
import Epoll
import Glibc
import NIOCore
import NIOSSL
import SystemPackage

/// One TCP connection of a probe, and the conversation on it where the probe says something.
///
/// It reports exactly one event, unless it is aborted before, and closes itself but after an answer. How it closes is a
/// decision about `TIME_WAIT`: the side that closes first keeps the connection's addresses and ports for a minute, so a
/// node with thousands of probes a second would fill its socket and connection-tracking tables. Therefore:
///
/// - A connection that was opened only to see whether it opens is reset (`SO_LINGER` 0), as HAProxy's checks are.
///   Nothing was said on it, so there is nothing that the reset could lose.
/// - A connection that was answered on is left to the server to close, which it does after an answer that was asked for
///   with `Connection: close`, after TLS's goodbye and after a TLS alert: a healthy server never sees a reset, and has
///   nothing to log. A server that has not closed after `patience`, or that sends more than `tolerance`, is cut off.
/// - One that stays open to be watched is reset when it is not needed any more: it is idle then, and a server takes that
///   for the end of an idle connection.
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

    /// Time that the server has to close after its answer.
    static let patience = Duration.milliseconds(250)
    /// Octets, say of an answer's body, that the server may still send then.
    static let tolerance = 64 * 1024
    /// Seconds between two questions of the kernel whether the host of a watched connection is there, and how many may
    /// stay without an answer.
    private static let keepAlive: (interval: Int32, times: Int32) = (1, 3)

    private enum State {
        /// Looking up a name, or connecting to an address.
        case opening
        /// TLS, and the conversation until its event.
        case talking
        /// The event was an answer, and its end is waited for.
        case answered
        /// All is said, and the server shall close.
        case leaving
        /// Idle, and watched.
        case kept
        case closed
    }

    private let target: Target
    private let loop: EpollLoop
    private let tls: TLSClient
    private var state = State.opening
    private var socket: StreamSocket?
    /// What is said on the connection once it is open; `nil` to say nothing.
    private var conversation: (any Conversation)?
    private var session: TLSSession?
    /// What the kernel has not taken yet.
    private var unsent: ByteBuffer?
    private var stopwatch: Stopwatch
    /// How far the connection has got.
    private(set) var phase = ProbeFailure.Phase.connect
    /// How long each part took.
    private(set) var times = ProbeTimes()
    /// Receives the one event; `nil` afterwards.
    private var report: ((Event) -> Void)?
    /// Learns whether the connection is kept after its answer; `nil` before that was asked, and afterwards.
    private var settled: ((Bool) -> Void)?
    /// Receives the end of a connection that is kept, or shall be; `nil` afterwards.
    private var ended: ((ConnectionEnd) -> Void)?
    /// Octets that have come since the server was left to close.
    private var leftover = 0
    private var timer: LoopTimer?
    /// Addresses of a host name that have not been tried.
    private var alternatives: ArraySlice<IPAddress> = []

    /// Where a connection leads to.
    struct Target {
        var host: HTTPURL.Host
        var port: UInt16
        /// Where it comes from; `nil` to let the kernel choose.
        var sourcePort: UInt16?
    }

    /// A connection on which `conversation` is held, over `tls` where that says so.
    init(to target: Target, on loop: EpollLoop, saying conversation: (any Conversation)? = nil, over tls: TLSClient) {
        self.target = target
        self.loop = loop
        self.tls = tls
        self.conversation = conversation
        stopwatch = Stopwatch(at: loop.now)
    }

    /// When the certificate of the real server expires, in seconds since 1970 (UTC); `nil` where it was not shown.
    var certificateExpiry: Int64? { session?.handler.peerCertificate.map { Int64($0.notValidAfter) } }

    // MARK: What its probe wants

    func open(_ report: @escaping (Event) -> Void) {
        self.report = report
        switch target.host {
        case .address(let address):
            connect(to: address, from: target.sourcePort)
        case .name(let name):
            HostLookup.start(name, on: loop) { [weak self] in self?.found($0, for: name) }
        }
    }

    /// Leaves the connection to the server to close, after an answer.
    func close() {
        session?.close()
        send(session?.takeOutgoing())
        leave()
    }

    /// Keeps the connection open after an answer if it can be kept, and says whether it is; otherwise closes it.
    ///
    /// Whoever receives the answer decides within the call. `settled` is called at most once, and not after ``abort()``.
    func keep(ended: @escaping (ConnectionEnd) -> Void, settled: @escaping (Bool) -> Void) {
        self.ended = ended
        self.settled = settled
        if conversation?.persistence == .impossible { close() }
    }

    /// Closes the connection this instant with a reset, and reports nothing any more.
    func abort() {
        report = nil
        settled = nil
        ended = nil
        reset()
    }

    // MARK: Opening

    private func found(_ addresses: [IPAddress], for name: String) {
        guard state == .opening, report != nil else { return }
        guard let first = addresses.first else {
            return fail(ProbeFault(.unreachable, "no address for the host name \(name)"))
        }
        alternatives = addresses.dropFirst()
        connect(to: first)
    }

    private func connect(to address: IPAddress, from sourcePort: UInt16? = nil) {
        guard let socket = StreamSocket(address.family) else { return fail(ProbeFault(errno: errno, in: .connect)) }
        self.socket = socket
        // Somebody may have the port, which is as good as having none: the kernel chooses another then.
        let isBound = sourcePort.map { socket.bind(address.family, port: $0) == 0 } ?? false
        var code = socket.connect(to: address, port: target.port)
        if isBound, code == EADDRINUSE || code == EADDRNOTAVAIL {
            dropSocket()
            return connect(to: address)
        }
        if code == 0 {
            do throws(Errno) {
                // All at once and for the connection's whole life, so that it costs one system call.
                try loop.watch(
                    socket.number,
                    for: conversation == nil
                        ? [.writable, .changesOnly] : [.readable, .writable, .peerClosed, .changesOnly], self)
                return
            } catch {
                code = error.rawValue
            }
        }
        failToConnect(code)
    }

    private func failToConnect(_ code: Int32) {
        if let next = alternatives.popFirst() {
            dropSocket()
            return connect(to: next)
        }
        fail(ProbeFault(errno: code, in: .connect))
    }

    private func connected() {
        state = .talking
        times.connect = stopwatch.lap(at: loop.now)
        guard let conversation else {
            reset()
            return emit(.connected)
        }
        do {
            if let host = conversation.tlsHost {
                phase = .tls
                let session = try TLSSession(tls.makeHandler(for: host))
                self.session = session
                session.start()
                converse(over: session)
            } else {
                try begin(applicationProtocol: nil)
            }
        } catch {
            fail(error)
        }
    }

    private func begin(applicationProtocol: String?) throws(ProbeFault) {
        let opening = try conversation?.begin(applicationProtocol: applicationProtocol)
        phase = .response
        say(opening)
    }

    // MARK: Talking

    private func converse(over session: TLSSession) {
        while state != .closed, let event = session.nextEvent() {
            switch event {
            case .established(let applicationProtocol):
                times.tls = stopwatch.lap(at: loop.now)
                do throws(ProbeFault) {
                    try begin(applicationProtocol: applicationProtocol)
                } catch {
                    fail(error)
                }
            case .received(let plaintext):
                hear(plaintext.readableBytesSpan)
            case .ended:
                hearGoodbye()
            case .failed(let error):
                hearFailure(error)
            }
        }
        send(session.takeOutgoing())
    }

    /// Takes in what was said to us.
    private func hear(_ octets: RawSpan) {
        switch state {
        case .talking, .answered:
            do throws(ProbeFault) {
                let event = try conversation?.receive(octets)
                say(conversation?.takeOutgoing())
                if let event { conclude(event) }
            } catch {
                fail(error)
            }
            // What is not given back now has come with the octets at hand.
            if state == .answered, conversation?.persistence == .impossible { close() }
        case .kept:
            // Nothing was asked for. Whatever this is (a 408 before it closes, say), the connection is of no use any more.
            end(.reset)
        case .opening, .leaving, .closed:
            break
        }
    }

    private func conclude(_ event: Event) {
        times.firstByte = stopwatch.lap(at: loop.now)
        guard case .answered = event else {
            close()
            return emit(event)
        }
        state = .answered
        emit(event)
    }

    /// The other side of TLS wants to hear and say no more.
    private func hearGoodbye() {
        switch state {
        case .talking: fail(ProbeFault.closedEarly)
        case .answered: close()
        case .kept:
            // The end of the connection itself may take its time after that.
            let ended = ended
            close()
            ended?(.closed)
        case .opening, .leaving, .closed: break
        }
    }

    /// The server has closed its side: nothing more will come.
    private func hearEnd() {
        switch state {
        case .talking:
            if let session {
                session.receiveEnd()
                converse(over: session)
            }
            guard state == .talking else { break }
            do throws(ProbeFault) {
                try conversation?.receiveEnd()
                fail(ProbeFault.closedEarly)
            } catch {
                fail(error)
            }
        case .kept: end(.closed)
        case .opening, .answered, .leaving, .closed: break
        }
        // Who closes first has the `TIME_WAIT`, and that was the server.
        finish()
    }

    private func hearFailure(_ error: any Error) {
        switch state {
        case .opening, .talking: fail(error)
        case .answered, .leaving: reset()
        case .kept: end(ConnectionEnd(error))
        case .closed: break
        }
    }

    /// Keeps the connection when the whole answer is there, and nothing behind it.
    private func keepIfGiven() {
        guard state == .answered, conversation?.persistence == .given, let socket, unsent == nil else { return }
        state = .kept
        // It may be idle for long, and need not hold the memory of what was said on it.
        conversation = nil
        socket.keepAlive(every: Self.keepAlive.interval, times: Self.keepAlive.times)
        settle(true)
    }

    private func fail(_ error: any Error) {
        let fault = tls.fault(for: error, of: session?.handler) ?? ProbeFault(error, in: phase)
        // After a failed handshake there may be an alert to send, which a reset would overtake.
        if phase == .tls, state == .talking, let session {
            send(session.takeOutgoing())
            leave()
        } else {
            reset()
        }
        emit(.failed(fault, in: phase))
    }

    private func emit(_ event: Event) {
        let report = report
        self.report = nil
        report?(event)
    }

    /// Tells of the end of a kept connection, and closes it.
    private func end(_ end: ConnectionEnd) {
        let ended = ended
        abort()
        ended?(end)
    }

    // MARK: The socket

    private func say(_ octets: ByteBuffer?) {
        guard let octets, octets.readableBytes > 0 else { return }
        guard let session else { return send(octets) }
        session.send(octets)
        send(session.takeOutgoing())
    }

    private func send(_ octets: ByteBuffer?) {
        if var octets {
            unsent?.writeBuffer(&octets)
            unsent = unsent ?? octets
        }
        guard state != .opening, let socket, var left = unsent else { return }
        while left.readableBytes > 0 {
            let count = left.withUnsafeReadableBytes(socket.send)
            if count >= 0 {
                left.moveReaderIndex(forwardBy: count)
            } else if errno != EINTR {
                break
            }
        }
        // What the kernel refuses for good it says when the rest is read: a server may have answered before it closed.
        unsent = left.readableBytes > 0 ? left : nil
    }

    /// Reads all that is there. With an end in sight it reads on to that.
    private func receive(upToEnd: Bool) {
        while state != .closed, let socket {
            let count = socket.receive(into: loop.scratch)
            if count > 0 {
                take(UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]).bytes)
                // Less than there was room for: no more is there, and what comes is told of.
                if count < loop.scratch.count, !upToEnd { break }
            } else if count == 0 {
                hearEnd()
            } else if errno == EAGAIN {
                break
            } else if errno != EINTR {
                hearFailure(ProbeFault(errno: errno, in: .response))
            }
        }
        keepIfGiven()
    }

    private func take(_ octets: RawSpan) {
        if state == .leaving {
            leftover += octets.byteCount
            if leftover > Self.tolerance { reset() }
        } else if let session {
            session.receive(octets.withUnsafeBytes { ByteBuffer(bytes: $0) })
            converse(over: session)
        } else {
            hear(octets)
        }
    }

    /// Waits for the server to close.
    private func leave() {
        guard state != .leaving, state != .closed else { return }
        state = .leaving
        conversation = nil
        ended = nil
        timer = loop.schedule(at: loop.now + Self.patience) { [weak self] in self?.reset() }
        settle(false)
    }

    /// Closes the socket with a reset.
    private func reset() {
        socket?.resetOnClose()
        finish()
    }

    /// Closes the socket; the session stays for what it can tell.
    private func finish() {
        state = .closed
        dropSocket()
        conversation = nil
        alternatives = []
        settle(false)
    }

    private func settle(_ isKept: Bool) {
        let settled = settled
        self.settled = nil
        settled?(isKept)
    }

    private func dropSocket() {
        if let timer { loop.cancel(timer) }
        timer = nil
        guard let socket else { return }
        loop.forget(socket.number)
        Glibc.close(socket.number)
        self.socket = nil
    }
}

extension Connection: ReadinessHandler {
    func descriptorIsReady(_ readiness: Readiness) {
        if state == .opening {
            if !readiness.isDisjoint(with: [.failed, .hungUp]), let code = socket?.takeError(), code != 0 {
                return failToConnect(code)
            }
            guard readiness.contains(.writable) else { return }
            connected()
        } else if unsent != nil {
            send(nil)
        }
        let isEnding = !readiness.isDisjoint(with: [.peerClosed, .failed, .hungUp])
        if isEnding || readiness.contains(.readable) { receive(upToEnd: isEnding) }
    }
}

extension ConnectionEnd {
    /// What an error on an idle connection means.
    fileprivate init(_ error: any Error) {
        switch error {
        case NIOSSLError.uncleanShutdown:
            // A process that died could not say the goodbye of TLS.
            self = .closed
        case let fault as ProbeFault where [.unreachable, .responseTimeout].contains(fault.reason):
            self = .lost
        default:
            self = .reset
        }
    }
}
