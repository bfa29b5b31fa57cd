import Addressing
import Director
import NIOCore

/// One probe in flight; belongs to the event loop of its prober.
public final class ProbeAttempt {
    private let eventLoop: any EventLoop
    private let tls: TLSClient
    private let sourcePorts: SourcePorts
    private let endpoint: Endpoint
    private let timeout: Duration
    private let begin: NIODeadline
    /// The requests and their judgement; `nil` for TCP, where the connection itself is the answer, and for gRPC.
    private var exchange: HTTPExchange?
    /// The gRPC call; `nil` for other probes.
    private let call: GRPCCall?
    /// Receives the outcome; `nil` once it has, or once the probe is cancelled.
    private var completion: ((ProbeOutcome) -> Void)?
    private var connection: Connection?
    private var timer: NIOScheduledCallback?

    init(
        at endpoint: Endpoint,
        exchange: HTTPExchange?,
        call: GRPCCall?,
        tls: TLSClient,
        from sourcePorts: SourcePorts,
        timeout: Duration,
        on eventLoop: any EventLoop,
        completion: @escaping (ProbeOutcome) -> Void
    ) {
        self.endpoint = endpoint
        self.exchange = exchange
        self.call = call
        self.tls = tls
        self.sourcePorts = sourcePorts
        self.timeout = timeout
        self.eventLoop = eventLoop
        self.completion = completion
        begin = eventLoop.now
    }

    /// Ends the probe: the descriptor is closed when this returns, and there will be no completion.
    ///
    /// Harmless when the probe is over already.
    public func cancel() {
        eventLoop.preconditionInEventLoop()
        completion = nil
        timer?.cancel()
        timer = nil
        connection?.abort()
        connection = nil
    }

    func start() {
        guard completion != nil else { return }
        do {
            timer = try eventLoop.assumeIsolated().scheduleCallback(
                at: begin + TimeAmount(timeout), handler: Deadline(attempt: self))
        } catch {
            return fail(ProbeFault(.local, "no timer: \(error)"), in: .connect)
        }
        connect()
    }

    /// Opens the connection for the request at hand; each request of a chain of redirects has its own.
    private func connect() {
        let connection =
            call.map { Connection(for: $0, tls: tls, from: sourcePorts.next(), on: eventLoop) }
            ?? exchange.map { Connection(for: $0.request, tls: tls, from: sourcePorts.next(), on: eventLoop) }
            ?? Connection(to: endpoint, from: sourcePorts.next(), on: eventLoop)
        self.connection = connection
        connection.open { event in self.handle(event) }
    }

    private func handle(_ event: Connection.Event) {
        switch event {
        case .connected, .serving:
            finish(.healthy(ProbeMeasurement(total: elapsed)))
        case .answered(let status, let location):
            judge(status: status, location: location)
        case .failed(let fault, let phase):
            fail(fault, in: phase)
        }
    }

    private func judge(status: Int, location: String?) {
        switch exchange?.judge(status: status, location: location) {
        case .healthy:
            finish(.healthy(ProbeMeasurement(total: elapsed, status: status)))
        case .unhealthy(let fault):
            fail(fault, in: .response)
        case .redirected:
            connect()
        case nil:
            break
        }
    }

    private func fail(_ fault: ProbeFault, in phase: ProbeFailure.Phase) {
        let trail = exchange?.trail.map { "after a redirect to \("\($0)".abbreviated): " } ?? ""
        finish(
            .unhealthy(
                ProbeFailure(reason: fault.reason, phase: phase, elapsed: elapsed, detail: trail + fault.detail)))
    }

    private func finish(_ outcome: ProbeOutcome) {
        timer?.cancel()
        timer = nil
        let completion = completion
        self.completion = nil
        completion?(outcome)
    }

    fileprivate func timeIsUp() {
        timer = nil
        let phase = connection?.phase ?? .connect
        connection?.abort()
        fail(.timeout(in: phase, after: timeout), in: phase)
    }

    private var elapsed: Duration { Duration(eventLoop.now - begin) }
}

/// Tells an attempt that its time is up.
private struct Deadline: NIOScheduledCallbackHandler {
    let attempt: ProbeAttempt

    func handleScheduledCallback(eventLoop: some EventLoop) { attempt.timeIsUp() }
}

@available(*, unavailable)
extension ProbeAttempt: Sendable {}
