import Addressing
public import Director
public import Epoll
import Probing

/// Keeps one virtual service on its healthy real servers: the engine with its hands and eyes.
///
/// A caretaker lives on one loop: it is created, used and let go of there, probes and timers run there, and the
/// kernel is talked to there, which takes well below a millisecond. Several caretakers can share a loop. It starts no
/// thread and touches no signal.
///
///     let caretaker = Caretaker(of: try NodeService(specification), on: loop) { event in print(event) }
///     try caretaker.start()
///
/// When it stops or its process dies, the kernel goes on balancing with the table as it is.
public final class Caretaker {
    private let loop: EpollLoop
    private let report: (CareEvent) -> Void
    /// Made when the table is filled, because TLS takes longer to set up than that, and before the engine begins to count
    /// the time of the first probes.
    private var prober: Prober?

    /// What happened since the start, in numbers.
    public private(set) var counts = CareCounts()

    private var director: ServiceDirector
    private var reconciler: Reconciler
    private let claim: ServiceClaim?
    private var notices: KernelNotices?
    /// The probes in flight, and those whose connection is still open, by their numbers.
    private var probes: [Int: ProbeAttempt] = [:]
    private var timer: LoopTimer?
    private var isStopped = false
    private var lastPass: PassReport?
    /// What is known to be missing on this node.
    private var shortcomings: [Shortcoming]
    /// What happened and is not yet handled; what the engine wants done may itself make something happen.
    private var inputs: [ServiceDirector.Input] = []
    private var isHandling = false

    /// A caretaker of `service`, which may be set up already, that has not begun.
    ///
    /// `report` is called on the loop for everything that happens.
    public init(of service: NodeService, on loop: EpollLoop, report: @escaping (CareEvent) -> Void) {
        self.loop = loop
        self.report = report
        reconciler = service.reconciler
        shortcomings = service.shortcomings
        claim = service.claim
        director = ServiceDirector(
            specification: service.specification, limits: .ofThisProcess, seed: .random(in: .min ... .max))
        notices = service.interests.map { interests in
            KernelNotices(of: interests, on: loop) { [weak self] in self?.handle(.kernelChanged) }
        }
    }

    /// Fills the table, makes the VIP reachable, and begins to probe.
    ///
    /// Returns after the first pass. Throws what kept the virtual service from being created; nothing has been changed
    /// then.
    public func start() throws(KernelFailure) {
        precondition(lastPass == nil && !isStopped, "a caretaker starts once")
        // The loop may not have run yet.
        loop.refreshNow()
        handle(.start)
        if let lastPass, lastPass.observed == nil, let failure = lastPass.failures.first {
            stop()
            throw failure
        }
    }

    /// Ends all probes and timers and closes all connections; nothing is reported any more. The kernel's table and the path stay as they are.
    public func stop() {
        isStopped = true
        stopTimer()
        for probe in probes.values { probe.cancel() }
        probes = [:]
        notices?.close()
        notices = nil
    }

    private func stopTimer() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    // MARK: Engine

    private func handle(_ input: ServiceDirector.Input) {
        inputs.append(input)
        guard !isHandling else { return }
        isHandling = true
        defer { isHandling = false }
        while !inputs.isEmpty, !isStopped {
            // Whoever is told of something may stop the caretaker on hearing it.
            for directive in director.handle(inputs.removeFirst(), at: loop.now) where !isStopped { carryOut(directive) }
        }
    }

    private func carryOut(_ directive: ServiceDirector.Directive) {
        switch directive {
        case .probe(let realServer, let attempt, let timeout, let keepsConnection):
            probe(realServer, attempt: attempt, timeout: timeout, keepsConnection: keepsConnection)
        case .cancelProbe(_, let attempt), .closeConnection(_, let attempt):
            probes.removeValue(forKey: attempt)?.cancel()
        case .wake(let instant):
            stopTimer()
            timer = loop.schedule(at: instant) { [weak self] in self?.handle(.wake) }
        case .reconcile:
            notices?.listen()
            let passed = reconciler.pass(director.desired)
            // The kernel may have had much to do.
            loop.refreshNow()
            claim?.dismissVisitors()
            announce(passed)
            // What keeps it from being made now is found again, and told, by each probe.
            if !isStopped { _ = try? makeProber() }
            inputs.append(.passFinished(passed))
        case .report(let transition):
            counts.transitions += 1
            report(.transition(transition))
        case .reportOutage(let outage):
            if outage.phase == .began { counts.outages += 1 }
            report(.outage(outage))
        }
    }

    private func makeProber() throws -> Prober {
        if let prober { return prober }
        let made = try Prober(configuration: director.specification.healthCheck.probe, on: loop)
        prober = made
        return made
    }

    private func probe(_ realServer: RealServer, attempt: Int, timeout: Duration, keepsConnection: Bool) {
        let prober: Prober
        do {
            prober = try makeProber()
        } catch {
            // It has not been tried, so nothing was learned about the real server but that nobody can tell.
            let failure = ProbeFailure(reason: .local, phase: .connect, elapsed: .zero, detail: "\(error)")
            return conclude(realServer, attempt: attempt, .unhealthy(failure))
        }
        let ended: (ConnectionEnd) -> Void = { [weak self] end in
            self?.connectionEnded(realServer, attempt: attempt, end)
        }
        probes[attempt] = prober.probe(
            realServer.endpoint, timeout: timeout, connectionEnded: keepsConnection ? ended : nil
        ) { [weak self] outcome in
            guard let self, self.probes[attempt] != nil else { return }
            if case .healthy(let measurement) = outcome, measurement.keepsConnection {
                // Held until it ends, or the engine wants it closed.
            } else {
                self.probes[attempt] = nil
            }
            self.conclude(realServer, attempt: attempt, outcome)
        }
    }

    private func connectionEnded(_ realServer: RealServer, attempt: Int, _ end: ConnectionEnd) {
        guard probes.removeValue(forKey: attempt) != nil else { return }
        counts.endedConnections += 1
        report(.connectionEnded(realServer, end))
        handle(.connectionEnded(realServer, attempt: attempt, end))
    }

    private func conclude(_ realServer: RealServer, attempt: Int, _ outcome: ProbeOutcome) {
        report(.probed(realServer, outcome))
        handle(.probeFinished(realServer, attempt: attempt, outcome))
    }

    private func announce(_ passed: PassReport) {
        for change in passed.applied { report(.changed(change)) }
        for change in passed.pathChanges { report(.pathChanged(change)) }
        for repair in passed.repairs { report(.repaired(repair)) }
        for shortcoming in passed.shortcomings where !shortcomings.contains(shortcoming) {
            report(.fellShort(shortcoming))
        }
        shortcomings = passed.shortcomings
        for failure in passed.failures { report(.failed(failure)) }
        counts.passes += 1
        counts.repairs += passed.repairs.count
        counts.failures += passed.failures.count
        if lastPass == nil, let observed = passed.observed { report(.ready(observed)) }
        if lastPass?.succeeded == false, passed.succeeded { report(.recovered) }
        lastPass = passed
    }
}
