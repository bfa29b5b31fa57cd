import Addressing
import LVSCareHTTP
import LVSCareModel

/// One connection of a probe as a value: TCP, TLS where it is asked for, the conversation on it, and how it ends.
///
///     idle ─▶ resolving ─▶ connecting ─▶ handshaking ─▶ conversing ─▶ responded ─▶ kept
///       └───────────────────▲   └───────────────────────▲
///
/// and from each of them to `over`. What has happened goes in, with the time; what is to be done comes out. Sockets,
/// TLS and the loop are ``Connection``'s.
///
/// There is one event about the outcome, unless the connection is cancelled before. After a response the probe
/// closes or keeps the connection within the event; what then becomes of a kept one is an event, too.
///
/// - A connection that was opened only to see whether it opens is reset, as HAProxy's checks are. Nothing was sent on
///   it, so there is nothing that the reset could lose.
/// - One with a response is left to the server to close.
/// - One that stays open to be monitored is reset when it is not needed any more: it is idle then, and a server takes
///   that for the end of an idle connection.
/// - Whatever timed out, was cancelled or got nonsense in return is reset.
struct ConnectionMachine {
    typealias Instant = ContinuousClock.Instant

    private enum State {
        case idle
        case resolving
        /// Addresses of a host name that have not been tried.
        case connecting(others: ArraySlice<IPAddress>)
        case handshaking
        case conversing
        /// The probe knows the response. Whether the end of it is awaited, so that the connection can be kept.
        case responded(isKeeping: Bool)
        case kept
        case over(reached: ProbeFailure.Phase)
    }

    private let host: Host
    private let sourcePort: UInt16?
    private var state = State.idle
    /// What is sent and received once the connection is open; `nil` for nothing, and when that is done.
    private var conversation: (any Conversation)?
    /// Heartbeats on a connection that is kept; `nil` for none.
    private var heartbeat: (any ConnectionHeartbeat)?
    private var stopwatch: Stopwatch
    /// How long each part took.
    private(set) var times = ProbeTimes()

    /// A connection to `host`, from `sourcePort` where that is an address.
    init(to host: Host, from sourcePort: UInt16? = nil, for conversation: (any Conversation)? = nil, at now: Instant) {
        self.host = host
        self.sourcePort = sourcePort
        self.conversation = conversation
        stopwatch = Stopwatch(at: now)
    }

    /// How far the connection has got.
    var phase: ProbeFailure.Phase {
        switch state {
        case .idle, .resolving, .connecting: .connect
        case .handshaking: .tls
        case .conversing, .responded, .kept: .response
        case .over(let phase): phase
        }
    }

    /// Whether nothing happens any more.
    var isOver: Bool {
        if case .over = state { true } else { false }
    }

    /// Whether an outcome is to come on a connection that is open.
    var isTalking: Bool {
        switch state {
        case .handshaking, .conversing: true
        default: false
        }
    }

    /// Whether anything will be received.
    var hasConversation: Bool { conversation != nil }

    /// Whom TLS is for; `nil` without TLS.
    var tlsHost: Host? { conversation?.tlsHost }

    /// What is offered in the handshake of TLS.
    var applicationProtocols: [String] { conversation?.applicationProtocols ?? [] }

    /// Whether it is kept and answers PINGs.
    var answersPings: Bool { heartbeat?.isPing ?? false }

    // MARK: Requests of the probe

    /// Begins.
    mutating func start() -> Actions {
        guard case .idle = state else { return Actions() }
        switch host {
        case .address(let address):
            state = .connecting(others: [])
            return Actions(connect: Route(address: address, sourcePort: sourcePort))
        case .name(let name):
            state = .resolving
            return Actions(lookUp: name)
        }
    }

    /// Keeps the connection open after its response, if that can be.
    mutating func keep() -> Actions {
        guard case .responded = state else { return Actions() }
        state = .responded(isKeeping: true)
        return conversation?.persistence == .impossible ? close() : Actions()
    }

    /// Sends a heartbeat on a connection that is kept.
    mutating func askForAnswer() -> Actions {
        guard case .kept = state, let octets = heartbeat?.ask() else { return Actions() }
        return Actions(send: octets)
    }

    /// Closes the connection after its response.
    mutating func close() -> Actions { isOver ? Actions() : finish(.close(notifies: true)) }

    /// Ends everything, without any event. A connection that the server has still to close is reset, too.
    mutating func cancel() -> Actions {
        state = .over(reached: phase)
        conversation = nil
        heartbeat = nil
        return Actions(parting: .reset)
    }

    // MARK: Opening

    /// The addresses of the name are known.
    mutating func resolved(_ addresses: [IPAddress]) -> Actions {
        guard case .resolving = state else { return Actions() }
        guard let first = addresses.first else { return fail(ProbeFault(.unreachable, "no address")) }
        state = .connecting(others: addresses.dropFirst())
        return Actions(connect: Route(address: first))
    }

    /// The addresses of the name cannot be found.
    mutating func unresolved(_ reason: String) -> Actions {
        guard case .resolving = state else { return Actions() }
        return fail(ProbeFault(.unreachable, "no address for the host name \(host): \(reason)"))
    }

    /// TCP is connected.
    mutating func opened(at now: Instant) -> Actions {
        guard case .connecting = state else { return Actions() }
        times.connect = stopwatch.lap(at: now)
        guard let conversation else { return finish(.reset, .connected) }
        guard let host = conversation.tlsHost else { return begin(applicationProtocol: nil) }
        state = .handshaking
        return Actions(handshake: host)
    }

    /// TLS is established.
    mutating func established(applicationProtocol: String?, at now: Instant) -> Actions {
        guard case .handshaking = state else { return Actions() }
        times.tls = stopwatch.lap(at: now)
        return begin(applicationProtocol: applicationProtocol)
    }

    private mutating func begin(applicationProtocol: String?) -> Actions {
        do throws(ProbeFault) {
            let opening = try conversation?.begin(applicationProtocol: applicationProtocol)
            state = .conversing
            return Actions(send: opening)
        } catch {
            return fail(error)
        }
    }

    // MARK: Receiving

    /// Something came, out of TLS where there is any.
    mutating func received(_ octets: RawSpan, at now: Instant) -> Actions {
        switch state {
        case .conversing, .responded:
            do throws(ProbeFault) {
                let event = try conversation?.receive(octets)
                let outgoing = conversation?.takeOutgoing()
                if let event { return conclude(event, sending: outgoing, at: now) }
                // What came behind the head can still speak against it.
                if case .responded(isKeeping: true) = state, conversation?.persistence == .impossible { return close() }
                return Actions(send: outgoing)
            } catch {
                return failed(error)
            }
        case .kept:
            guard heartbeat != nil else { return finish(.reset, .ended(.reset)) }
            do throws(ProbeFault) {
                let isAnswered = try heartbeat?.receive(octets) ?? false
                return Actions(send: heartbeat?.takeOutgoing(), event: isAnswered ? .answered : nil)
            } catch {
                return finish(.reset, .ended(error.reason == .protocolError ? .reset : .closed))
            }
        case .idle, .resolving, .connecting, .handshaking, .over:
            return Actions()
        }
    }

    private mutating func conclude(_ event: ConversationEvent, sending octets: [UInt8]?, at now: Instant) -> Actions {
        times.firstByte = stopwatch.lap(at: now)
        var actions: Actions
        switch event {
        case .responded(let status, let location):
            state = .responded(isKeeping: false)
            actions = Actions(event: .responded(status: status, location: location))
        case .healthy: actions = finish(.close(notifies: true), .healthy)
        case .unhealthy(let fault): actions = finish(.close(notifies: true), .failed(fault, in: phase))
        }
        actions.send = octets
        return actions
    }

    /// All that had come has been read; `hasSentAll` is whether the kernel has taken all that was to be sent.
    ///
    /// Keeps the connection when the whole response is there, and nothing behind it.
    mutating func paused(hasSentAll: Bool) -> Actions {
        guard case .responded(isKeeping: true) = state, conversation?.persistence == .given, hasSentAll else {
            return Actions()
        }
        state = .kept
        heartbeat = conversation?.heartbeat
        // It may be idle for long, and need not hold the memory of what was sent and received.
        conversation = nil
        return Actions(monitors: true, event: .kept(true))
    }

    // MARK: Ending

    /// The server has ended TLS with a close_notify.
    mutating func closeNotified() -> Actions {
        switch state {
        case .handshaking, .conversing: fail(.closedEarly)
        case .responded: close()
        // The end of the connection itself may take its time after that.
        case .kept: finish(.close(notifies: true), .ended(.closed))
        case .idle, .resolving, .connecting, .over: Actions()
        }
    }

    /// The server has closed the connection.
    mutating func ended() -> Actions {
        switch state {
        case .handshaking, .conversing:
            do throws(ProbeFault) {
                try conversation?.receiveEnd()
                return fail(.closedEarly)
            } catch {
                return fail(error)
            }
        case .kept: return finish(nil, .ended(.closed))
        case .idle, .resolving, .connecting, .responded: return finish(nil)
        case .over: return Actions()
        }
    }

    /// Connecting, reading or writing failed.
    mutating func broken(errno: Int32) -> Actions {
        if case .connecting(var others) = state, let next = others.popFirst() {
            state = .connecting(others: others)
            return Actions(connect: Route(address: next))
        }
        return failed(ProbeFault(errno: errno, in: phase))
    }

    /// The server has sent more than the `limit`, in octets.
    mutating func flooded(limit: Int) -> Actions {
        failed(
            ProbeFault(
                phase == .tls ? .tls : .protocolError, "more than \(limit / 1024) KiB and no answer among them"))
    }

    /// TLS, or what else is wrong, has ended the connection; `end` is what that means to a kept one.
    mutating func failed(_ fault: ProbeFault, meaning end: ConnectionEnd? = nil) -> Actions {
        switch state {
        case .idle, .resolving, .connecting, .handshaking, .conversing: fail(fault)
        case .responded: finish(.reset)
        case .kept: finish(.reset, .ended(end ?? ConnectionEnd(fault)))
        case .over: Actions()
        }
    }

    private mutating func fail(_ fault: ProbeFault) -> Actions {
        // In a handshake there may be an alert to send, which a reset would overtake.
        let parting: Parting = if case .handshaking = state { .close(notifies: false) } else { .reset }
        return finish(parting, .failed(fault, in: phase))
    }

    /// Forgets everything but what can still be asked for.
    private mutating func finish(_ parting: Parting?, _ event: Event? = nil) -> Actions {
        var event = event
        if case .responded(isKeeping: true) = state { event = .kept(false) }
        state = .over(reached: phase)
        conversation = nil
        heartbeat = nil
        return Actions(parting: parting, event: event)
    }
}
