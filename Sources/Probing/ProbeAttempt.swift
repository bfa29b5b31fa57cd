import Addressing
import Director
import NIOCore

/// One probe in flight, and the connection that stays open after it; belongs to the event loop of its prober.
public final class ProbeAttempt {
    /// What the probe does.
    enum Errand {
        /// The connection itself is the answer.
        case connect
        /// Requests and their judgement.
        case request(HTTPExchange)
        /// Nothing, for something is missing on this node.
        case fail(ProbeFault)
    }

    /// Time that an answer may take from its head to its end, so that its connection can be kept.
    ///
    /// Servers write a short body along with the head, or right after it. The verdict waits for it, so it is short.
    static let patience = TimeAmount.milliseconds(100)

    private let eventLoop: any EventLoop
    private let tls: TLSClient
    private let sourcePorts: SourcePorts
    private let endpoint: Endpoint
    private let timeout: Duration
    private let patience: TimeAmount
    private let begin: NIODeadline
    private var errand: Errand
    /// Receives the outcome; `nil` once it has, or once the probe is cancelled.
    private var completion: ((ProbeOutcome) -> Void)?
    /// Receives the end of the connection that stays open; `nil` where none shall.
    private var connectionEnded: ((ConnectionEnd) -> Void)?
    private var connection: Connection?
    private var kept: KeptConnection?
    private var timer: NIOScheduledCallback?

    init(
        at endpoint: Endpoint,
        _ errand: Errand,
        tls: TLSClient,
        from sourcePorts: SourcePorts,
        timeout: Duration,
        patience: TimeAmount,
        on eventLoop: any EventLoop,
        connectionEnded: ((ConnectionEnd) -> Void)?,
        completion: @escaping (ProbeOutcome) -> Void
    ) {
        self.endpoint = endpoint
        self.errand = errand
        self.tls = tls
        self.sourcePorts = sourcePorts
        self.timeout = timeout
        self.patience = patience
        self.eventLoop = eventLoop
        self.connectionEnded = connectionEnded
        self.completion = completion
        begin = eventLoop.now
    }

    /// Ends the probe, and the connection that stayed open after it: the descriptor is closed when this returns, and
    /// nobody is told of anything any more.
    ///
    /// Harmless when all is over already.
    public func cancel() {
        eventLoop.preconditionInEventLoop()
        completion = nil
        connectionEnded = nil
        timer?.cancel()
        timer = nil
        connection?.abort()
        connection = nil
        kept?.abort()
        kept = nil
    }

    func start() {
        guard completion != nil else { return }
        guard schedule(at: deadline, .timeIsUp) else { return }
        connect()
    }

    /// Opens the connection for the errand at hand; each request of a chain of redirects has its own.
    private func connect() {
        if case .fail(let fault) = errand { return fail(fault, in: .connect) }
        let connection =
            switch errand {
            case .connect, .fail:
                Connection(to: endpoint, from: sourcePorts.next(), on: eventLoop)
            case .request(let exchange):
                Connection(
                    to: exchange.request.url.host, port: exchange.request.url.port, from: sourcePorts.next(),
                    on: eventLoop, saying: HTTPConversation(exchange.request, tls: tls))
            }
        self.connection = connection
        connection.open { event in self.handle(event) }
    }

    private func handle(_ event: Connection.Event) {
        switch event {
        case .connected:
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
        timer?.cancel()
        guard schedule(at: min(deadline, .now() + patience), .answerIsLong) else { return }
        connection?.keep { end in
            let connectionEnded = self.connectionEnded
            self.connectionEnded = nil
            connectionEnded?(end)
        } settled: { kept in
            self.kept = kept
            self.succeed(status: status)
        }
    }

    private func succeed(status: Int? = nil) {
        finish(
            .healthy(
                ProbeMeasurement(
                    total: elapsed, status: status, times: connection?.times ?? ProbeTimes(),
                    certificateExpiry: connection?.certificateExpiry, keepsConnection: kept != nil)))
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
        timer?.cancel()
        timer = nil
        if kept != nil {
            // The connection may be idle for long, and need not hold the memory of what was said on it.
            connection = nil
            errand = .connect
        }
        let completion = completion
        self.completion = nil
        completion?(outcome)
    }

    private func schedule(at instant: NIODeadline, _ event: Alarm.Event) -> Bool {
        do {
            timer = try eventLoop.assumeIsolated().scheduleCallback(
                at: instant, handler: Alarm(attempt: self, event: event))
            return true
        } catch {
            connection?.abort()
            fail(ProbeFault(.local, "no timer: \(error)"), in: connection?.phase ?? .connect)
            return false
        }
    }

    fileprivate func handle(_ event: Alarm.Event) {
        timer = nil
        switch event {
        case .timeIsUp:
            let phase = connection?.phase ?? .connect
            connection?.abort()
            fail(.timeout(in: phase, after: timeout), in: phase)
        case .answerIsLong:
            connection?.close()
        }
    }

    private var deadline: NIODeadline { begin + TimeAmount(timeout) }

    private var elapsed: Duration { Duration(eventLoop.now - begin) }
}

/// Tells an attempt that time has passed.
private struct Alarm: NIOScheduledCallbackHandler {
    enum Event {
        /// The probe has had all the time that it may take.
        case timeIsUp
        /// The verdict has waited long enough for the end of the answer.
        case answerIsLong
    }

    let attempt: ProbeAttempt
    let event: Event

    func handleScheduledCallback(eventLoop: some EventLoop) { attempt.handle(event) }
}

@available(*, unavailable)
extension ProbeAttempt: Sendable {}
