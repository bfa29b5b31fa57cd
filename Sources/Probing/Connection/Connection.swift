import Addressing
import DNS
import Epoll
import LVSCareModel
import LVSCareSockets
import SystemPackage

/// One connection of a probe: TCP, TLS where it is asked for, and the conversation on it where the probe says something.
///
/// It reports exactly one event, unless it is aborted before, and parts from the server by itself but after an answer:
///
/// - A connection that was opened only to see whether it opens is reset, as HAProxy's checks are. Nothing was said on it, so
///   there is nothing that the reset could lose.
/// - One that was answered on is left to the server to close.
/// - One that stays open to be watched is reset when it is not needed any more: it is idle then, and a server takes that
///   for the end of an idle connection.
/// - Whatever timed out, was cancelled or was answered with nonsense is reset.
///
/// A watched connection tells of its end the moment it comes. When the process of a server dies, the kernel of its host closes or
/// resets the connection at once. When the host itself disappears, nothing comes; so this side's kernel asks with keep-alive probes,
/// which cost this process nothing: after one second of silence, each second, until four seconds have passed without
/// an answer.
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

    /// Where a connection leads to.
    struct Target {
        var host: Host
        var port: UInt16
        /// Where it comes from; `nil` to let the kernel choose.
        var sourcePort: UInt16?
    }

    /// Seconds between two questions of the kernel whether the host of a watched connection is there, and how many may
    /// stay without an answer.
    private static let keepAlive: (interval: Int32, times: Int32) = (1, 3)

    /// Octets that a server may send, TLS and all, until the end of its answer, and on a connection that is watched.
    private static let grant = (answer: 512 * 1024, watched: 64 * 1024)

    private enum State {
        /// Looking up a name, or connecting to an address.
        case opening
        /// TLS, and the conversation until its event.
        case talking
        /// The event was an answer, and its end is waited for.
        case answered
        /// Idle, and watched.
        case kept
        /// Nothing is said or heard any more.
        case over
    }

    private let target: Target
    private let loop: EpollLoop
    private let tls: TLSClient
    private let resolver: HostResolver
    /// Time that it has, if it has to look up a name.
    private let time: Duration
    /// The look-up of a name that is under way.
    private var lookup: HostRequest?
    private var state = State.opening
    /// Addresses of a host name that have not been tried.
    private var alternatives: ArraySlice<IPAddress> = []
    private var tcp: TCPConnection?
    private var session: TLSSession?
    /// What is said on the connection once it is open; `nil` to say nothing.
    private var conversation: (any Conversation)?
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

    /// A connection on which `conversation` is held, over `tls` where that says so; a name is looked up by `resolver`,
    /// which is told how much time there is.
    init(
        to target: Target, on loop: EpollLoop, saying conversation: (any Conversation)? = nil, over tls: TLSClient,
        resolvedBy resolver: HostResolver, within time: Duration
    ) {
        self.target = target
        self.loop = loop
        self.tls = tls
        self.resolver = resolver
        self.time = time
        self.conversation = conversation
        stopwatch = Stopwatch(at: loop.now)
    }

    /// When the certificate of the real server expires, in seconds since 1970 (UTC); `nil` where it was not shown.
    var certificateExpiry: Int64? { session?.certificate?.notAfter }

    /// The address and the port that it comes from; `nil` as long as it is not opened, and when it is closed.
    var source: Endpoint? { tcp?.source }

    // MARK: What its probe wants

    func open(_ report: @escaping (Event) -> Void) {
        self.report = report
        switch target.host {
        case .address(let address):
            connect(to: address, from: target.sourcePort)
        case .name(let name):
            lookup = resolver.find(name, within: time) { [weak self] in self?.found($0, for: name) }
        }
    }

    /// Leaves the connection to the server to close, after an answer.
    func close() {
        session?.close()
        flush()
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

    private func found(_ result: Result<Answer, any Error>, for name: String) {
        guard state == .opening, report != nil else { return }
        do {
            alternatives = try result.get().addresses[...]
            guard let first = alternatives.popFirst() else { return fail(ProbeFault(.unreachable, "no address")) }
            connect(to: first)
        } catch {
            let reason = (error as? LookupError).map { "\($0.problem)" } ?? "\(error)"
            fail(ProbeFault(.unreachable, "no address for the host name \(name): \(reason)"))
        }
    }

    private func connect(to address: IPAddress, from sourcePort: UInt16? = nil) {
        do throws(Errno) {
            tcp = try TCPConnection(
                to: address, port: target.port, from: sourcePort, listens: conversation != nil,
                grant: Self.grant.answer, on: loop, for: self)
        } catch {
            connectionFailed(error)
        }
    }

    private func begin(applicationProtocol: String?) throws(ProbeFault) {
        let opening = try conversation?.begin(applicationProtocol: applicationProtocol)
        phase = .response
        say(opening)
    }

    // MARK: Talking

    private func converse(over session: TLSSession) {
        while state != .over, let event = session.nextEvent() {
            switch event {
            case .established(let applicationProtocol):
                times.tls = stopwatch.lap(at: loop.now)
                do throws(ProbeFault) {
                    try begin(applicationProtocol: applicationProtocol)
                } catch {
                    fail(error)
                }
            case .received(let plaintext):
                hear(plaintext.span.bytes)
            case .ended:
                hearGoodbye()
            case .failed(let error):
                hearFailure(error)
            }
        }
        flush()
        // Reckoning keys takes as long as hundreds of other events, which shall not seem to have come before it.
        loop.refreshNow()
    }

    private func say(_ octets: [UInt8]?) {
        guard let octets, !octets.isEmpty else { return }
        guard let session else {
            tcp?.send(octets)
            return
        }
        session.send(octets)
        flush()
    }

    /// Sends what TLS has to say.
    private func flush() {
        if let octets = session?.takeOutgoing() { tcp?.send(octets) }
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
            // What came behind the head can still speak against it.
            if state == .answered, conversation?.persistence == .impossible { close() }
        case .kept:
            // Nothing was asked for. Whatever this is (a 408 before it closes, say), the connection is of no use any more.
            end(.reset)
        case .opening, .over:
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
        case .opening, .over: break
        }
    }

    /// What TLS or the kernel has against the connection.
    private func hearFailure(_ error: any Error) {
        switch state {
        case .opening, .talking: fail(error)
        case .answered: reset()
        case .kept: end(ConnectionEnd(error))
        case .over: break
        }
    }

    // MARK: Ending

    private func fail(_ error: any Error) {
        let fault =
            (error as? TLSFailure).map { tls.fault(for: $0, of: session, with: conversation?.tlsHost) }
            ?? ProbeFault(error, in: phase)
        if phase == .tls, state == .talking {
            // There may be an alert to send, which a reset would overtake.
            flush()
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

    private func leave() {
        // It can still be aborted, until the server has closed.
        tcp?.leave()
        finish()
    }

    private func reset() {
        tcp?.reset()
        finish()
    }

    /// Forgets everything but what can still be asked for: times, and the certificate.
    private func finish() {
        state = .over
        lookup?.cancel()
        lookup = nil
        conversation = nil
        alternatives = []
        ended = nil
        settle(false)
    }

    private func settle(_ isKept: Bool) {
        let settled = settled
        self.settled = nil
        settled?(isKept)
    }
}

extension Connection: TCPConnectionOwner {
    func connectionOpened() {
        state = .talking
        times.connect = stopwatch.lap(at: loop.now)
        guard let conversation else {
            reset()
            return emit(.connected)
        }
        do {
            guard let host = conversation.tlsHost else { return try begin(applicationProtocol: nil) }
            phase = .tls
            let session = try makeSession(with: host)
            self.session = session
            session.start()
            converse(over: session)
        } catch {
            fail(error)
        }
    }

    private func makeSession(with host: Host) throws -> TLSSession {
        do {
            return try tls.makeSession(with: host)
        } catch {
            // Nothing was said yet: whatever is missing is missing here.
            throw ProbeFault(local: error)
        }
    }

    func connectionFailed(_ error: Errno) {
        if state == .opening, let next = alternatives.popFirst() { return connect(to: next) }
        hearFailure(ProbeFault(errno: error.rawValue, in: phase))
    }

    func connectionReceived(_ octets: RawSpan) {
        guard let session else { return hear(octets) }
        session.receive(octets)
        converse(over: session)
    }

    /// Keeps the connection when the whole answer is there, and nothing behind it.
    func connectionPaused() {
        guard state == .answered, conversation?.persistence == .given, let tcp, tcp.hasSentAll else { return }
        state = .kept
        // It may be idle for long, and need not hold the memory of what was said on it.
        conversation = nil
        tcp.grant(Self.grant.watched)
        tcp.keepAlive(every: Self.keepAlive.interval, times: Self.keepAlive.times)
        settle(true)
    }

    func connectionFlooded() {
        let reason: ProbeFailure.Reason = phase == .tls ? .tls : .protocolError
        hearFailure(ProbeFault(reason, "more than \(Self.grant.answer / 1024) KiB and no answer among them"))
    }

    func connectionEnded() {
        switch state {
        case .talking:
            if let session {
                session.receiveEnd()
                converse(over: session)
            }
            guard state == .talking else { return }
            do throws(ProbeFault) {
                try conversation?.receiveEnd()
                fail(ProbeFault.closedEarly)
            } catch {
                fail(error)
            }
        case .kept: end(.closed)
        case .opening, .answered, .over: finish()
        }
    }
}
