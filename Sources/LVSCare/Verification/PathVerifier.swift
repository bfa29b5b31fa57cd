import Addressing
import Director
import Epoll
import LVSCareModel
import Probing
import SystemPackage

/// Tries the virtual service as a client of this node: the shell around `PathVerification`.
///
/// Belongs to the loop of its core. What it costs is said in `docs/decisions/0012-verification.md`.
final class PathVerifier {
    private let service: Endpoint
    private let loop: EpollLoop
    private let side: ClientSide
    private let makeProber: () throws -> Prober
    private let look: () -> Void
    private let report: (ReachabilityReport) -> Void
    private var verification: PathVerification
    private var attempt: (number: Int, attempt: ProbeAttempt)?
    private var timer: LoopTimer?
    /// Where the latest attempt without an answer came from.
    private var latestSource: IPAddress?
    /// What is to be told, in order; the first may wait for its cause.
    private var reports: [ReachabilityReport] = []
    private var isExplaining = false
    private var isComplete = false
    private var isStopped = false

    /// A verifier of the path to `service`, which `specification` is about, that has not begun. TCP.
    ///
    /// `makeProber` gives the prober of the health check; `look` asks for a pass; both and `report` are called on the loop.
    init(
        of service: Endpoint, _ specification: Specification, on loop: EpollLoop, asking side: ClientSide,
        makeProber: @escaping () throws -> Prober, look: @escaping () -> Void,
        report: @escaping (ReachabilityReport) -> Void
    ) {
        self.service = service
        self.loop = loop
        self.side = side
        self.makeProber = makeProber
        self.look = look
        self.report = report
        verification = PathVerification(specification.healthCheck, seed: .random(in: .min ... .max))
    }

    /// What is known now.
    var reachability: Reachability { verification.reachability }

    /// Goes on with another specification of the same path.
    func adopt(_ specification: Specification) { verification.adopt(specification) }

    /// Takes in what a pass has left; one that changed nothing costs nothing unless something is doubtful.
    func record(_ passed: PassReport) {
        let wasComplete = isComplete
        isComplete = passed.succeeded && passed.observed != nil
        guard isComplete != wasComplete || passed.changedAnything || verification.awaitsPass else { return }
        let inService = passed.observed?.realServers.filter { $0.value.weight != .quiescent }.keys.map(\.self) ?? []
        handle(
            .passFinished(
                isComplete: isComplete, hasRepaired: !passed.pathChanges.isEmpty || !passed.repairs.isEmpty,
                inService: Set(inService)))
    }

    /// Takes in the outcome of a direct probe.
    func record(_ outcome: ProbeOutcome, of realServer: RealServer) {
        switch outcome {
        case .healthy(let measurement): handle(.probed(realServer, answeredAfter: measurement.total))
        // Says nothing about the real server.
        case .inconclusive: break
        case .unhealthy: handle(.probed(realServer, answeredAfter: nil))
        }
    }

    /// Ends it; nothing is reported any more.
    func stop() {
        isStopped = true
        attempt?.attempt.cancel()
        attempt = nil
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    // MARK: Engine

    private func handle(_ input: PathVerification.Input) {
        guard !isStopped else { return }
        for directive in verification.handle(input, at: loop.now) where !isStopped { carryOut(directive) }
    }

    private func carryOut(_ directive: PathVerification.Directive) {
        switch directive {
        case .attempt(let number, let timeout):
            begin(number, timeout: timeout)
        case .look:
            // Not within the call: its pass is an input in turn.
            loop.execute { [weak self] in
                guard let self, !self.isStopped else { return }
                self.look()
            }
        case .report(let report):
            reports.append(report)
            reportDue()
        case .wake(let instant):
            if let timer { loop.cancel(timer) }
            timer = loop.schedule(at: instant) { [weak self] in self?.handle(.wake) }
        }
    }

    private func begin(_ number: Int, timeout: Duration) {
        guard side.isLocal(service.address), let prober = try? makeProber() else {
            return loop.execute { [weak self] in self?.handle(.attemptEnded(number, .notMade)) }
        }
        let attempt = prober.tryAsClient(service, timeout: timeout) { [weak self] in self?.end(number, $0) }
        self.attempt = (number, attempt)
    }

    private func end(_ number: Int, _ ended: ClientAttempt) {
        guard attempt?.number == number else { return }
        attempt = nil
        let realServer = ended.source.flatMap { side.realServer($0, service) }.map(RealServer.init)
        switch ended.outcome {
        case .answered: handle(.attemptEnded(number, .answered(realServer)))
        case .notMade: handle(.attemptEnded(number, .notMade))
        case .unanswered(let failure):
            latestSource = ended.source?.address
            handle(.attemptEnded(number, .unanswered(realServer, failure)))
        }
    }

    // MARK: Reports

    private func reportDue() {
        while !isStopped, !isExplaining, let next = reports.first {
            if next.isUnanswered { return explain(next) }
            reports.removeFirst()
            report(next)
        }
    }

    /// Finds the likely cause on a thread of its own, because the look at a packet filter may take long.
    private func explain(_ unexplained: ReachabilityReport) {
        isExplaining = true
        let facts = PathFacts(realServers: unexplained.realServers, source: latestSource)
        BackgroundLook.start(on: loop) { [findFacts = side.findFacts, address = service.address] in
            UnansweredCause.likely(findFacts(facts, address))
        } completion: { [weak self] cause in
            guard let self, !self.isStopped else { return }
            self.isExplaining = false
            var explained = self.reports.removeFirst()
            explained.cause = cause ?? .unknown
            self.report(explained)
            self.reportDue()
        }
    }
}

/// Looks at something on a thread that begins and ends with it.
private enum BackgroundLook {
    /// Calls `completion` on `loop` with what `look` has found; with `nil` where there can be no more threads.
    static func start<Value: Sendable>(
        on loop: EpollLoop, _ look: @escaping @Sendable () -> Value, completion: @escaping (Value?) -> Void
    ) {
        let thread: LoopThread
        do throws(Errno) {
            thread = try LoopThread()
        } catch {
            return loop.execute { completion(nil) }
        }
        let mailbox = loop.mailbox
        let completion = LoopBound(completion, on: loop)
        thread.execute { _ in
            let value = look()
            mailbox.send { loop in completion.value(on: loop)(value) }
        }
        thread.shutDown()
    }
}
