import Addressing
import DNS
import Epoll
import LVSCareHTTP
import LVSCareModel
import LVSCareSockets
import SystemPackage

/// The driver of a ``ConnectionMachine``: owns the socket, the TLS session and the lookup of one connection, hands in
/// what happens to them, and carries the actions out.
///
/// A kept connection reports its end the moment it comes. When the process of a server dies, the kernel of its host
/// closes or resets the connection at once. When the host itself disappears, nothing comes; so this side's kernel asks
/// with keep-alive probes, which cost this process nothing: after one second of silence, each second, until four
/// seconds have passed without an answer.
final class Connection {
    /// Where a connection leads to.
    struct Target {
        var host: Host
        var port: UInt16
        /// Where it comes from; `nil` to let the kernel choose.
        var sourcePort: UInt16?
    }

    /// Seconds between two questions of the kernel whether the host of a kept connection is there, and how many may
    /// stay without an answer.
    private static let keepAlive: (interval: Int32, times: Int32) = (1, 3)

    /// Octets that a server may send, TLS and all, until the end of its response, and on a connection that is kept.
    private static let limit = (response: 512 * 1024, kept: 64 * 1024)

    private let port: UInt16
    private let loop: EpollLoop
    private let tls: TLSClient
    private let mayResume: Bool
    private let resolver: HostResolver
    /// Time that it has.
    private let time: Duration
    private var machine: ConnectionMachine
    private var lookup: HostRequest?
    private var tcp: TCPConnection?
    private var session: TLSSession?
    /// Whom TLS is with, and since when; `nil` without TLS, and before the connection is opened.
    private var server: (identity: TLSServerIdentity, since: ContinuousClock.Instant)?
    /// Goes off when a server has not said anything to an offer to resume a session.
    private var offerTimer: AttendedTimer?
    /// Receives the events; gone when the machine is over.
    private var handler: ((ConnectionMachine.Event) -> Void)?

    /// Part of its time that a server has to say something to an offer to resume a session.
    private static let offerTime = 0.75

    /// A connection for `conversation`, over `tls` if that names a host for TLS. `resolver` looks up a name within
    /// `time`. With `mayResume`, TLS resumes a former session where there is one.
    init(
        to target: Target, on loop: EpollLoop, for conversation: (any Conversation)? = nil, over tls: TLSClient,
        mayResume: Bool = false, resolvedBy resolver: HostResolver, within time: Duration
    ) {
        port = target.port
        self.loop = loop
        self.tls = tls
        self.mayResume = mayResume
        self.resolver = resolver
        self.time = time
        machine = ConnectionMachine(to: target.host, from: target.sourcePort, for: conversation, at: loop.now)
    }

    /// How far the connection has got.
    var phase: ProbeFailure.Phase { machine.phase }

    /// How long each part took.
    var times: ProbeTimes { machine.times }

    /// When the certificate of the real server expires, in seconds since 1970 (UTC); `nil` where it is not known.
    var certificateExpiry: Int64? { session?.certificateExpiry }

    /// Whether TLS has resumed a former session.
    var isResumed: Bool { session?.isResumed ?? false }

    /// Whether a former session was offered to the server, which has not shown its certificate instead.
    var restsOnOffer: Bool { session?.restsOnOffer ?? false }

    /// The address and the port that it comes from; `nil` as long as it is not opened, and when it is closed.
    var source: Endpoint? { tcp?.source }

    // MARK: Requests of the probe

    /// Opens the connection; `handler` is called for each event, maybe within this call.
    func open(_ handler: @escaping (ConnectionMachine.Event) -> Void) {
        self.handler = handler
        perform(machine.start())
    }

    /// Closes the connection after a response.
    func close() { perform(machine.close()) }

    /// Keeps the connection open after a response, if that can be.
    func keep() { perform(machine.keep()) }

    /// Whether it is kept and answers PINGs.
    var answersPings: Bool { machine.answersPings }

    /// Sends a heartbeat on a connection that is kept.
    func askForAnswer() {
        // What is sent now and then makes the questions of the kernel needless, and each has its limit.
        tcp?.setLimit(Self.limit.kept)
        tcp?.stopKeepAlive()
        perform(machine.askForAnswer())
    }

    /// Closes the descriptor with a reset before this returns; there is no event any more.
    func cancel() { perform(machine.cancel()) }

    // MARK: Sessions of TLS

    /// Keeps what the server has given so far for a later handshake.
    func keepSession() {
        if let session, let server { tls.keep(session, with: server.identity, since: server.since, at: loop.now) }
    }

    /// Has the next handshake with the server be a full one.
    func forgetSession() {
        if let server { tls.forget(server.identity, at: loop.now) }
    }

    /// Has handshakes with the server be full ones for a while.
    func abstainFromSessions() {
        if let server { tls.abstain(from: server.identity, at: loop.now) }
    }

    // MARK: Actions

    private func perform(_ actions: ConnectionMachine.Actions) {
        if let name = actions.lookUp { lookUp(name) }
        if let route = actions.connect { connect(route) }
        if let host = actions.handshake { beginTLS(with: host) }
        if let octets = actions.send { send(octets) }
        if actions.monitors {
            tcp?.setLimit(Self.limit.kept)
            tcp?.keepAlive(every: Self.keepAlive.interval, times: Self.keepAlive.times)
        }
        if let parting = actions.parting { part(parting) }
        let handler = handler
        if machine.isOver {
            self.handler = nil
            lookup?.cancel()
            lookup = nil
            offerTimer?.cancel()
            offerTimer = nil
        }
        if let event = actions.event { handler?(event) }
    }

    private func lookUp(_ name: String) {
        lookup = resolver.find(name, within: time) { [weak self] result in
            guard let self else { return }
            do {
                perform(machine.resolved(try result.get().addresses))
            } catch {
                perform(machine.unresolved((error as? LookupError).map { "\($0.problem)" } ?? "\(error)"))
            }
        }
    }

    private func connect(_ route: ConnectionMachine.Route) {
        if let host = machine.tlsHost {
            server = (TLSServerIdentity(Endpoint(address: route.address, port: port), as: host), loop.now)
        }
        do throws(Errno) {
            tcp = try TCPConnection(
                to: route.address, port: port, from: route.sourcePort, receives: machine.hasConversation,
                limit: Self.limit.response, on: loop, for: self)
        } catch {
            perform(machine.broken(errno: error.rawValue))
        }
    }

    private func part(_ parting: ConnectionMachine.Parting) {
        switch parting {
        case .close(let notifies):
            if notifies { session?.close() }
            flush()
            // It can still be cancelled, until the server has closed.
            tcp?.waitForClose()
        case .reset:
            tcp?.reset()
        }
    }

    private func send(_ octets: [UInt8]) {
        guard !octets.isEmpty else { return }
        guard let session else {
            tcp?.send(octets)
            return
        }
        session.send(octets)
        flush()
    }

    // MARK: TLS

    private func beginTLS(with host: Host) {
        do {
            let session = try makeSession(with: host)
            try session.offer(machine.applicationProtocols)
            self.session = session
            session.start()
            if session.restsOnOffer { limitOffer() }
            converse(over: session)
        } catch {
            // Nothing was sent yet: whatever is missing is missing here.
            perform(machine.failed(ProbeFault(local: error)))
        }
    }

    private func makeSession(with host: Host) throws -> TLSSession {
        guard mayResume, let server else { return try tls.makeSession(with: host) }
        return try tls.makeSession(resumingWith: server.identity, at: loop.now)
    }

    /// Gives up the connection when the offer of a session meets with silence, so that there is time for a handshake
    /// without one: something on the way may drop what it does not know.
    private func limitOffer() {
        let time = time * Self.offerTime
        offerTimer = loop.schedule(afterAttending: time, since: loop.now) { [weak self] in
            guard let self else { return }
            offerTimer = nil
            if machine.phase == .tls, restsOnOffer { perform(machine.failed(.timeout(in: .tls, after: time))) }
        }
    }

    /// Sends what TLS has to send.
    private func flush() {
        if let octets = session?.takeOutgoing() { tcp?.send(octets) }
    }

    private func converse(over session: TLSSession) {
        while !machine.isOver, let event = session.nextEvent() {
            switch event {
            case .established(let name):
                offerTimer?.cancel()
                offerTimer = nil
                perform(machine.established(applicationProtocol: name, at: loop.now))
            case .received(let plaintext): perform(machine.received(plaintext.span.bytes, at: loop.now))
            case .ended: perform(machine.closeNotified())
            case .failed(let failure):
                let fault = tls.fault(for: failure, of: session, with: machine.tlsHost)
                // A process that died could not send the close_notify of TLS.
                perform(machine.failed(fault, meaning: failure == .endWithoutCloseNotify ? .closed : .reset))
            }
        }
        flush()
        // A TLS handshake takes as long as hundreds of other events; none of them shall be timed too early.
        loop.refreshNow()
    }
}

extension Connection: TCPConnectionOwner {
    func connectionOpened() { perform(machine.opened(at: loop.now)) }

    func connectionFailed(_ error: Errno) { perform(machine.broken(errno: error.rawValue)) }

    func connectionReceived(_ octets: RawSpan) {
        guard let session else { return perform(machine.received(octets, at: loop.now)) }
        session.receive(octets)
        converse(over: session)
    }

    func connectionPaused() { perform(machine.paused(hasSentAll: tcp?.hasSentAll ?? false)) }

    func connectionFlooded() { perform(machine.flooded(limit: Self.limit.response)) }

    func connectionEnded() {
        if machine.isTalking, let session {
            session.receiveEnd()
            converse(over: session)
        }
        perform(machine.ended())
    }
}
