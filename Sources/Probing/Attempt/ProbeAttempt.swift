import Addressing
import Epoll
import Glibc
import LVSCareHTTP
import LVSCareModel
import LVSCareSockets

/// One probe in flight, and the connection that stays open after it; belongs to the loop of its prober.
public final class ProbeAttempt {
    /// What the probe does.
    enum Task {
        /// The connection itself is the answer.
        case connect
        /// Requests and their judgement.
        case request(HTTPExchange)
        /// A gRPC call.
        case call(GRPCCall)
        /// Nothing, for something is missing on this node.
        case fail(ProbeFault)
    }

    /// Time that an answer may take from its head to its end, so that its connection can be kept.
    ///
    /// Servers write a short body along with the head, or right after it. The verdict waits for it, so it is short.
    static let patience = Duration.milliseconds(100)

    /// Lateness of this node within a probe that explains why a real server did not wait for it any longer.
    static let tiringLateness = Duration.seconds(1)

    private let loop: EpollLoop
    private let materials: ProbeMaterials
    private let sourcePorts: SourcePorts
    private let endpoint: Endpoint
    private let timeout: Duration
    private let patience: Duration
    private let begin: ContinuousClock.Instant
    private let makeTask: () -> Task
    private let notice: (Prober.Notice) -> Void
    private var task = Task.connect
    /// Receives the outcome; `nil` once it has, or once the probe is cancelled.
    private var completion: ((ProbeOutcome) -> Void)?
    /// Receives the end of the connection that stays open; `nil` where none shall.
    private var connectionEnded: ((ConnectionEnd) -> Void)?
    private var connection: Connection?
    private var keepsConnection = false
    /// Where the connections come from.
    private var ports = PortPlan.own
    /// Whether the connection comes from a port that the kernel has chosen.
    private var isUsual = false
    private var timer: AttendedTimer?
    /// Goes off when a usual port is to be tried.
    private var halftime: AttendedTimer?
    /// Lateness of the loop when this attempt began, or began again.
    private var lateness = Duration.zero

    init(
        at endpoint: Endpoint,
        with materials: ProbeMaterials,
        from sourcePorts: SourcePorts,
        timeout: Duration,
        patience: Duration,
        on loop: EpollLoop,
        connectionEnded: ((ConnectionEnd) -> Void)?,
        notice: @escaping (Prober.Notice) -> Void,
        completion: @escaping (ProbeOutcome) -> Void,
        task: @escaping () -> Task
    ) {
        self.endpoint = endpoint
        self.materials = materials
        self.sourcePorts = sourcePorts
        self.timeout = timeout
        self.patience = patience
        self.loop = loop
        self.connectionEnded = connectionEnded
        self.notice = notice
        self.completion = completion
        makeTask = task
        begin = loop.now
    }

    /// Ends the probe, and the connection that stayed open after it: the descriptor is closed when this returns, and
    /// nobody is told of anything any more.
    ///
    /// Harmless when all is over already.
    public func cancel() {
        completion = nil
        connectionEnded = nil
        stopTimers()
        connection?.abort()
        connection = nil
    }

    /// The address and the port that the present connection comes from; `nil` where there is none.
    var source: Endpoint? { connection?.source }

    func start() {
        guard completion != nil else { return }
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
            guard self.completion != nil else { return }
            self.task = self.makeTask()
            if self.ports == .both {
                self.halftime = self.loop.schedule(afterAttending: self.timeout / 2, since: self.loop.now) {
                    [weak self] in
                    self?.tryUsualPort()
                }
            }
            self.connect()
        }
    }

    /// Gives up a connection that does not come about from one of the probes' own ports, and tries one as clients have them.
    private func tryUsualPort() {
        guard let connection, connection.phase == .connect else { return }
        connection.abort()
        isUsual = true
        connect()
    }

    /// Opens the connection for the request at hand; each of a chain of redirects has its own.
    private func connect() {
        if case .fail(let fault) = task { return fail(fault, in: .connect) }
        let conversation: (any Conversation)?
        var tls = materials.tls
        var target = Connection.Target(
            host: .address(endpoint.address), port: endpoint.port,
            sourcePort: isUsual ? nil : sourcePorts.next())
        switch task {
        case .connect, .fail:
            conversation = nil
        case .request(let exchange):
            target.host = exchange.request.url.host
            target.port = exchange.request.url.port
            conversation = HTTPConversation(exchange)
            if exchange.isAnonymous { tls = materials.anonymousTLS }
        case .call(let call):
            conversation = GRPCConversation(call)
        }
        let connection = Connection(
            to: target, on: loop, saying: conversation, over: tls, resolvedBy: materials.resolver,
            within: timeout - elapsed)
        self.connection = connection
        connection.open { event in self.handle(event) }
    }

    private func handle(_ event: Connection.Event) {
        switch event {
        case .connected, .serving:
            succeed()
        case .answered(let status, let location):
            judge(status: status, location: location)
        case .failed(let fault, let phase):
            if isExcused(fault) { startOver() } else { fail(fault, in: phase) }
        }
    }

    /// Whether the real server did not want to wait any longer, and it was this node that was late.
    private func isExcused(_ fault: ProbeFault) -> Bool {
        guard fault.reason == .reset || fault.reason == .status(408) else { return false }
        return loop.measureLateness() - lateness >= Self.tiringLateness
    }

    /// Asks once more, within the attended time that is left.
    private func startOver() {
        halftime?.cancel()
        halftime = nil
        connection = nil
        ask()
    }

    private func judge(status: Int, location: String?) {
        guard case .request(var exchange) = task else { return }
        let verdict = exchange.judge(status: status, location: location)
        task = .request(exchange)
        switch verdict {
        case .healthy where exchange.request.staysOpen:
            keep(status: status)
        case .healthy:
            connection?.close()
            succeed(status: status)
        case .unhealthy(let fault):
            connection?.close()
            if isExcused(fault) { startOver() } else { fail(fault, in: .response) }
        case .redirected:
            connection?.close()
            connect()
        }
    }

    /// Waits a moment for the end of the answer, and has the connection closed where it does not come.
    private func keep(status: Int) {
        stopTimers()
        let time = max(.zero, min(patience, timeout - elapsed))
        timer = loop.schedule(afterAttending: time, since: loop.now) { [weak self] in
            self?.timer = nil
            // The answer is long, and the verdict has waited long enough for its end.
            self?.connection?.close()
        }
        connection?.keep { end in
            let connectionEnded = self.connectionEnded
            self.connectionEnded = nil
            connectionEnded?(end)
        } settled: { isKept in
            self.keepsConnection = isKept
            self.succeed(status: status)
        }
    }

    private func succeed(status: Int? = nil) {
        finish(
            .healthy(
                ProbeMeasurement(
                    total: elapsed, status: status, times: connection?.times ?? ProbeTimes(),
                    certificateExpiry: connection?.certificateExpiry, keepsConnection: keepsConnection)))
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
        guard case .request(let exchange) = task, let url = exchange.trail else { return "" }
        return "after a redirect to \("\(url)".abbreviated): "
    }

    private func finish(_ outcome: ProbeOutcome) {
        stopTimers()
        learn(from: outcome)
        // What the connection was for need not be held as long as it is watched.
        task = .connect
        let completion = completion
        self.completion = nil
        completion?(outcome)
    }

    /// Remembers whether anything came back.
    private func learn(from outcome: ProbeOutcome) {
        switch outcome.failure?.reason {
        case .connectTimeout:
            sourcePorts.doubts.missConnection(to: endpoint)
        case .local, .unreachable:
            break
        case let reason:
            let isNews = sourcePorts.doubts.hear(
                from: endpoint, plan: ports, isUsual: isUsual, isConnected: reason != .refused)
            if isNews, let range = sourcePorts.ports { notice(.portsFiltered(endpoint, range)) }
        }
    }

    private func timeIsUp() {
        timer = nil
        guard let connection else {
            return fail(ProbeFault(.local, "files that it needs were not read within \(timeout.inWords)"), in: .connect)
        }
        let phase = connection.phase
        connection.abort()
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
