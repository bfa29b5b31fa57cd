import Addressing
import Epoll
import Glibc
import LVSCareHTTP
import LVSCareModel
import LVSCareSockets

/// One probe in flight, and the connection that stays open after it; belongs to the loop of its prober.
public final class ProbeAttempt {
    /// What has come of a probe.
    enum Event {
        /// The outcome, which is the last event unless the connection is kept.
        case finished(ProbeOutcome)
        /// The connection that was kept has answered a heartbeat.
        case heartbeatAnswered
        /// The connection that was kept has ended.
        case connectionEnded(ConnectionEnd)
    }

    typealias Handler = (Event) -> Void

    /// The handler is there as long as there are events to come.
    private enum State {
        /// The outcome is to come.
        case running(Handler)
        /// The response is healthy, and its end is waited for.
        case keeping(status: Int, Handler)
        /// The connection is open, and its end is to come.
        case monitoring(Handler)
        case over
    }

    /// Time that a response may take from its head to its end, so that its connection can be kept.
    ///
    /// Servers write a short body along with the head, or right after it. The verdict waits for it, so it is short.
    static let bodyTimeout = Duration.milliseconds(100)

    /// Lateness of this node within a probe that explains why a real server did not wait for it any longer.
    static let excusingLateness = Duration.seconds(1)

    private let loop: EpollLoop
    private let materials: ProbeMaterials
    private let sourcePorts: SourcePorts
    private let endpoint: Endpoint
    private let timeout: Duration
    private let bodyTimeout: Duration
    /// Whether sessions of TLS are resumed, and kept for later probes.
    private let usesSessions: Bool
    private let begin: ContinuousClock.Instant
    private let makeCourse: () throws -> any ProbeCourse
    private let notice: (Prober.Notice) -> Void
    /// What it does; `nil` before it begins, and when it is over.
    private var course: (any ProbeCourse)?
    private var state: State
    private var connection: Connection?
    /// Where the connections come from.
    private var ports = PortPlan.own
    /// Whether the connection comes from a port that the kernel has chosen.
    private var isUsual = false
    private var timer: AttendedTimer?
    /// Goes off when a usual port is to be tried.
    private var halftime: AttendedTimer?
    /// Lateness of the loop when this attempt began, or began again.
    private var lateness = Duration.zero
    /// The connection with a resumed session that has failed; after it no session is offered.
    private var failedResumption: Connection?
    /// The connections before the present one, to which redirects have led.
    private var formerConnections: [Connection] = []

    init(
        at endpoint: Endpoint,
        with materials: ProbeMaterials,
        from sourcePorts: SourcePorts,
        timeout: Duration,
        bodyTimeout: Duration,
        usesSessions: Bool,
        on loop: EpollLoop,
        notice: @escaping (Prober.Notice) -> Void,
        course: @escaping () throws -> any ProbeCourse,
        handler: @escaping Handler
    ) {
        self.endpoint = endpoint
        self.materials = materials
        self.sourcePorts = sourcePorts
        self.timeout = timeout
        self.bodyTimeout = bodyTimeout
        self.usesSessions = usesSessions
        self.loop = loop
        self.notice = notice
        state = .running(handler)
        makeCourse = course
        begin = loop.now
    }

    /// Ends the probe, and the connection that stayed open after it: the descriptor is closed when this returns, and
    /// there are no more events.
    ///
    /// Harmless when all is over already.
    public func cancel() {
        state = .over
        stopTimers()
        connection?.cancel()
        connection = nil
        formerConnections = []
        failedResumption = nil
    }

    /// Sends a heartbeat on the connection that stayed open, whose answer is an event; nothing happens where there is none.
    public func askForAnswer() { if case .monitoring = state { connection?.askForAnswer() } }

    /// The address and the port that the present connection comes from; `nil` where there is none.
    var source: Endpoint? { connection?.source }

    func start() {
        guard case .running = state else { return }
        timer = loop.schedule(afterAttending: timeout, since: begin) { [weak self] in self?.timeIsUp() }
        ask()
    }

    /// Begins with the first connection.
    private func ask() {
        lateness = loop.lateness
        ports = sourcePorts.plan(for: endpoint)
        isUsual = ports == .usual
        materials.prepare(on: loop) {
            // Until here, nobody else may hold the attempt.
            guard case .running = self.state else { return }
            do {
                self.course = try self.makeCourse()
            } catch {
                return self.fail(ProbeFault(local: error), in: .connect)
            }
            if self.ports == .both {
                self.halftime = self.loop.schedule(afterAttending: self.timeout / 2, since: self.loop.now) {
                    [weak self] in
                    self?.tryUsualPort()
                }
            }
            self.connect()
        }
    }

    /// Gives up a connection that does not come about from one of the probes' own ports, and tries one as clients have
    /// them.
    private func tryUsualPort() {
        guard let connection, connection.phase == .connect else { return }
        connection.cancel()
        isUsual = true
        connect()
    }

    /// Opens the connection for the request at hand; each of a chain of redirects has its own.
    private func connect() {
        guard let step = course?.step else { return }
        let connection = Connection(
            to: .init(host: step.host, port: step.port, sourcePort: isUsual ? nil : sourcePorts.next()), on: loop,
            for: step.conversation, over: step.isAnonymous ? materials.anonymousTLS : materials.tls,
            mayResume: usesSessions && failedResumption == nil, resolvedBy: materials.resolver,
            within: timeout - elapsed)
        self.connection = connection
        connection.open { event in self.handle(event) }
    }

    private func handle(_ event: ConnectionMachine.Event) {
        switch (event, state) {
        case (.connected, _), (.healthy, _):
            succeed()
        case (.responded(let status, let location), _):
            judge(status: status, location: location)
        case (.failed(let fault, let phase), _):
            failOrRepeat(fault, in: phase)
        case (.kept(let isKept), .keeping(let status, _)):
            succeed(status: status, keepsConnection: isKept)
        case (.answered, .monitoring(let handler)):
            handler(.heartbeatAnswered)
        case (.ended(let end), .monitoring(let handler)):
            state = .over
            // Servers are restarted for other certificates, too.
            if usesSessions { connection?.forgetSession() }
            handler(.connectionEnded(end))
        case (.kept, _), (.ended, _), (.answered, _):
            break
        }
    }

    /// Fails unless this node is to blame, or may be.
    ///
    /// A resumed session makes no verdict but a good one: whatever else comes of it, a full handshake is asked within
    /// the same time.
    private func failOrRepeat(_ fault: ProbeFault, in phase: ProbeFailure.Phase) {
        if isExcused(fault) {
            startOver()
        } else if let connection, connection.restsOnOffer {
            failedResumption = connection
            connect()
        } else {
            fail(fault, in: phase)
        }
    }

    /// Whether the real server did not want to wait any longer, and it was this node that was late.
    private func isExcused(_ fault: ProbeFault) -> Bool {
        guard fault.reason == .reset || fault.reason == .status(408) else { return false }
        return loop.measureLateness() - lateness >= Self.excusingLateness
    }

    /// Asks once more, within the attended time that is left.
    private func startOver() {
        halftime?.cancel()
        halftime = nil
        connection = nil
        ask()
    }

    private func judge(status: Int, location: String?) {
        switch course?.judge(status: status, location: location) {
        case nil: break
        case .healthy(staysOpen: true):
            keep(status: status)
        case .healthy(staysOpen: false):
            connection?.close()
            succeed(status: status)
        case .unhealthy(let fault):
            connection?.close()
            failOrRepeat(fault, in: .response)
        case .redirected:
            if usesSessions, let connection {
                connection.keepSession()
                formerConnections.append(connection)
            }
            connection?.close()
            connect()
        }
    }

    /// Waits a moment for the end of the response, and closes the connection where it does not come.
    private func keep(status: Int) {
        guard case .running(let handler) = state else { return }
        state = .keeping(status: status, handler)
        stopTimers()
        let time = max(.zero, min(bodyTimeout, timeout - elapsed))
        timer = loop.schedule(afterAttending: time, since: loop.now) { [weak self] in
            self?.timer = nil
            // The response is long, and the verdict has waited long enough for its end.
            self?.connection?.close()
        }
        connection?.keep()
    }

    private func succeed(status: Int? = nil, keepsConnection: Bool = false) {
        finish(
            .healthy(
                ProbeMeasurement(
                    total: elapsed, status: status, times: connection?.times ?? ProbeTimes(),
                    certificateExpiry: connection?.certificateExpiry, keepsConnection: keepsConnection,
                    answersPings: keepsConnection && connection?.answersPings == true,
                    resumesSession: connection?.isResumed ?? false)),
            keepsConnection: keepsConnection)
    }

    private func fail(_ fault: ProbeFault, in phase: ProbeFailure.Phase) {
        finish(
            ProbeOutcome(
                ProbeFailure(
                    reason: reason(of: fault), phase: phase, elapsed: elapsed, detail: trail + fault.detail,
                    times: connection?.times ?? ProbeTimes(), certificateExpiry: connection?.certificateExpiry,
                    code: fault.code)))
    }

    /// Why it failed. An address that this node cannot even try is its own trouble only where nobody has led it there.
    private func reason(of fault: ProbeFault) -> ProbeFailure.Reason {
        guard fault.reason == .local, !trail.isEmpty else { return fault.reason }
        return [EADDRNOTAVAIL, EAFNOSUPPORT, EACCES, EPERM].contains(fault.code) ? .unreachable : .local
    }

    /// Where redirects have led, for the beginning of a failure's detail.
    private var trail: String {
        guard let trail = course?.trail else { return "" }
        return "after a redirect to \(trail.abbreviated): "
    }

    private func finish(_ outcome: ProbeOutcome, keepsConnection: Bool = false) {
        let handler: Handler
        switch state {
        case .running(let waiting), .keeping(_, let waiting): handler = waiting
        case .monitoring, .over: return
        }
        state = keepsConnection ? .monitoring(handler) : .over
        stopTimers()
        learn(from: outcome)
        if usesSessions { settleSessions(after: outcome) }
        // What the connection was for need not be held as long as it is watched.
        course = nil
        handler(.finished(outcome))
    }

    /// Remembers whether anything came back.
    private func learn(from outcome: ProbeOutcome) {
        switch outcome.failure?.reason {
        case .connectTimeout:
            sourcePorts.doubts.noConnection(to: endpoint)
        case .local, .unreachable:
            break
        case let reason:
            let isNews = sourcePorts.doubts.receivedReply(
                from: endpoint, plan: ports, isUsual: isUsual, isConnected: reason != .refused)
            if isNews, let range = sourcePorts.ports { notice(.portsFiltered(endpoint, range)) }
        }
    }

    /// Keeps the sessions of healthy servers, and has a probe after a failure show the certificate.
    private func settleSessions(after outcome: ProbeOutcome) {
        switch outcome {
        case .healthy:
            connection?.keepSession()
            failedResumption?.abstainFromSessions()
        case .unhealthy:
            for connection in formerConnections + [connection].compactMap(\.self) { connection.forgetSession() }
        case .inconclusive: break
        }
        formerConnections = []
        failedResumption = nil
    }

    private func timeIsUp() {
        timer = nil
        guard let connection else {
            return fail(ProbeFault(.local, "files that it needs were not read within \(timeout.inWords)"), in: .connect)
        }
        let phase = connection.phase
        connection.cancel()
        let origin = phase == .connect ? sourcePorts.origin(ports) : ""
        fail(.timeout(in: phase, after: timeout, from: origin), in: phase)
    }

    private func stopTimers() {
        timer?.cancel()
        timer = nil
        halftime?.cancel()
        halftime = nil
    }

    private var elapsed: Duration { loop.now - begin }
}

@available(*, unavailable)
extension ProbeAttempt: Sendable {}
