import Addressing
import Director
import Epoll

/// One probe in flight, and the connection that stays open after it; belongs to the loop of its prober.
public final class ProbeAttempt {
    /// What the probe does.
    enum Errand {
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

    private let loop: EpollLoop
    private let tls: TLSClient
    private let sourcePorts: SourcePorts
    private let endpoint: Endpoint
    private let timeout: Duration
    private let patience: Duration
    private let begin: ContinuousClock.Instant
    private var errand: Errand
    /// Receives the outcome; `nil` once it has, or once the probe is cancelled.
    private var completion: ((ProbeOutcome) -> Void)?
    /// Receives the end of the connection that stays open; `nil` where none shall.
    private var connectionEnded: ((ConnectionEnd) -> Void)?
    private var connection: Connection?
    private var keepsConnection = false
    private var timer: LoopTimer?

    init(
        at endpoint: Endpoint,
        _ errand: Errand,
        tls: TLSClient,
        from sourcePorts: SourcePorts,
        timeout: Duration,
        patience: Duration,
        on loop: EpollLoop,
        connectionEnded: ((ConnectionEnd) -> Void)?,
        completion: @escaping (ProbeOutcome) -> Void
    ) {
        self.endpoint = endpoint
        self.errand = errand
        self.tls = tls
        self.sourcePorts = sourcePorts
        self.timeout = timeout
        self.patience = patience
        self.loop = loop
        self.connectionEnded = connectionEnded
        self.completion = completion
        begin = loop.now
    }

    /// Ends the probe, and the connection that stayed open after it: the descriptor is closed when this returns, and
    /// nobody is told of anything any more.
    ///
    /// Harmless when all is over already.
    public func cancel() {
        completion = nil
        connectionEnded = nil
        stopTimer()
        connection?.abort()
        connection = nil
    }

    /// The address and the port that the present connection comes from; `nil` where there is none.
    var source: Endpoint? { connection?.source }

    func start() {
        guard completion != nil else { return }
        timer = loop.schedule(at: deadline) { [weak self] in self?.timeIsUp() }
        connect()
    }

    /// Opens the connection for the errand at hand; each request of a chain of redirects has its own.
    private func connect() {
        if case .fail(let fault) = errand { return fail(fault, in: .connect) }
        let conversation: (any Conversation)?
        var target = Connection.Target(
            host: .address(endpoint.address), port: endpoint.port, sourcePort: sourcePorts.next())
        switch errand {
        case .connect, .fail:
            conversation = nil
        case .request(let exchange):
            target.host = exchange.request.url.host
            target.port = exchange.request.url.port
            conversation = HTTPConversation(exchange.request)
        case .call(let call):
            conversation = GRPCConversation(call)
        }
        let connection = Connection(to: target, on: loop, saying: conversation, over: tls)
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
            fail(fault, in: phase)
        }
    }

    private func judge(status: Int, location: String?) {
        guard case .request(var exchange) = errand else { return }
        let verdict = exchange.judge(status: status, location: location)
        errand = .request(exchange)
        switch verdict {
        case .healthy where exchange.request.staysOpen:
            keep(status: status)
        case .healthy:
            connection?.close()
            succeed(status: status)
        case .unhealthy(let fault):
            connection?.close()
            fail(fault, in: .response)
        case .redirected:
            connection?.close()
            connect()
        }
    }

    /// Waits a moment for the end of the answer, and has the connection closed where it does not come.
    private func keep(status: Int) {
        stopTimer()
        timer = loop.schedule(at: min(deadline, loop.now + patience)) { [weak self] in
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
            .unhealthy(
                ProbeFailure(
                    reason: fault.reason, phase: phase, elapsed: elapsed, detail: trail + fault.detail,
                    times: connection?.times ?? ProbeTimes(), certificateExpiry: connection?.certificateExpiry)))
    }

    /// Where redirects have led, for the beginning of a failure's detail.
    private var trail: String {
        guard case .request(let exchange) = errand, let url = exchange.trail else { return "" }
        return "after a redirect to \("\(url)".abbreviated): "
    }

    private func finish(_ outcome: ProbeOutcome) {
        stopTimer()
        // What the connection was for need not be held as long as it is watched.
        errand = .connect
        let completion = completion
        self.completion = nil
        completion?(outcome)
    }

    private func timeIsUp() {
        timer = nil
        let phase = connection?.phase ?? .connect
        connection?.abort()
        fail(.timeout(in: phase, after: timeout), in: phase)
    }

    private func stopTimer() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    private var deadline: ContinuousClock.Instant { begin + timeout }

    private var elapsed: Duration { loop.now - begin }
}

@available(*, unavailable)
extension ProbeAttempt: Sendable {}
