import Addressing
import Director
public import Epoll
public import LVSCareModel
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
/// When it stops or its process dies, the kernel goes on balancing with the table as it is. Those who have no loop
/// use a ``CareSession``, which is a caretaker with a thread of its own.
public final class Caretaker {
    private let loop: EpollLoop
    private let listener: (CareEvent) -> Void
    /// Made when the table is filled, because TLS takes longer to set up than that, and before the engine begins to count
    /// the time of the first probes.
    private var prober: (configuration: ProbeConfiguration, prober: Prober)?

    /// What happened since the start, in numbers.
    public private(set) var counts = CareCounts()

    private var director: NodeDirector
    private var reconciler: Reconciler
    private let claim: ServiceClaim?
    private let kernel: KernelAccess?
    private var notices: KernelNotices?
    /// What its path verification asks; `nil` where the kernel is not this one.
    private let clientSide: ClientSide?
    private var verifier: PathVerifier?
    /// What is wanted; the engine may not know yet.
    private var specification: Specification
    /// Name of the link that link mode uses, or has used before.
    private var link: String
    /// Who waits for a pass with what is wanted: those of whose wish the engine knows come last.
    private var waiting = (forEngine: [UpdateCompletion](), forPass: [UpdateCompletion]())
    /// The share of this caretaker in what the process can have, and the number of shares when that was last looked at.
    private var share: DescriptorShare?
    private var shares: Int
    /// The probes in flight, and those whose connection is still open.
    private var probes: [ProbeID: ProbeAttempt] = [:]
    private var timer: LoopTimer?
    private var isStopped = false
    /// Whether table and path were complete once.
    private var isReady = false
    private var lastPass: PassReport?
    /// What is known to be missing on this node.
    private var shortcomings: [Shortcoming]
    /// What happened and is not yet handled; what the engine wants done may itself make something happen.
    private var inputs: [NodeDirector.Input] = []
    private var isHandling = false
    /// Lateness of the loop that the engine knows of.
    private var toldLateness: Duration

    /// A caretaker of `service`, which may be set up already, that has not begun.
    ///
    /// `report` is called on the loop for everything that happens.
    public init(of service: NodeService, on loop: EpollLoop, report: @escaping (CareEvent) -> Void) {
        self.loop = loop
        listener = report
        toldLateness = loop.lateness
        reconciler = service.reconciler
        shortcomings = service.shortcomings
        claim = service.claim
        kernel = service.kernel
        clientSide = service.clientSide
        specification = service.specification
        link = service.specification.path.linkName ?? VIPLinkMark.usualName
        let share = DescriptorShare()
        self.share = share
        shares = share.count
        director = NodeDirector(
            [service.specification], limits: .ofThisProcess(sharedBy: shares),
            seed: .random(in: .min ... .max), at: loop.now)
        notices = service.interests.map(makeNotices)
        verifier = makeVerifier(for: specification)
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
        verifier?.stop()
        verifier = nil
        share = nil
        let completions = waiting.forPass + waiting.forEngine
        waiting = ([], [])
        for completion in completions { completion(.failure(.ended)) }
    }

    /// Stops, and removes the virtual service and the path to its VIP.
    ///
    /// Returns what was removed, and what the kernel refused. The claim is held as long as the caretaker is.
    public func cleanUp() -> PassReport {
        stop()
        return reconciler.cleanUp(specification.service)
    }

    // MARK: Changing and looking

    /// What is told when a wish was carried out.
    public typealias UpdateCompletion = (Result<PassReport, CareError>) -> Void

    /// Asks for something else of the same virtual service, from now on.
    ///
    /// Real servers that stay keep their verdict, their turn and their watched connections; those that are new are added
    /// and probed at once; those that are no longer declared get no new connections, and are removed an interval later
    /// (``Specification/drainTimeout``). Another kind of probe is made at once; the verdicts stay until it has decided.
    /// Another path is put in place before what is left of the former one is removed.
    ///
    /// `completion` is called after the first pass with what is wanted, with what that did and what the kernel refused,
    /// which is tried again; or with ``CareError/ended`` if the caretaker is stopped before.
    ///
    /// Throws, and changes nothing, when the caretaker was stopped, when what is asked for cannot change
    /// (``CareError/FixedPart``), and when the kernel's interfaces for another path cannot be opened.
    public func update(
        _ specification: Specification, completion: @escaping UpdateCompletion = { _ in }
    ) throws(CareError) {
        guard !isStopped else { throw .ended }
        loop.refreshNow()
        let former = self.specification
        guard specification.service == former.service else { throw .cannotChange(.virtualService) }
        if let name = specification.path.linkName, let before = former.path.linkName, name != before {
            throw .cannotChange(.linkName)
        }
        // The real servers decide on the source of the route.
        if specification.path != former.path || specification.realServers != former.realServers {
            try followPath(of: specification)
            // Who was told of what was removed may have stopped the caretaker on hearing it.
            guard !isStopped else { throw .ended }
        }
        self.specification = specification
        if kernel != nil, specification.path != former.path {
            notices?.close()
            notices = KernelInterests(of: specification).map(makeNotices)
        }
        followVerification(of: specification, insteadOf: former)
        waiting.forEngine.append(completion)
        handle(.configurationChanged([specification]))
    }

    /// What the kernel has now, and what is known about the health of the real servers.
    ///
    /// Throws what keeps the kernel from being asked.
    public func snapshot() throws(KernelFailure) -> CareSnapshot {
        CareSnapshot(
            specification, director[specification.service], try reconciler.observe(specification.service),
            verifier?.reachability ?? .unknown, counts)
    }

    private func followPath(of specification: Specification) throws(CareError) {
        guard let kernel else { return }
        let path: (any VIPPath)?
        do throws(KernelFailure) {
            path = try kernel.path(for: specification, insteadOf: link)
        } catch {
            throw .refused(error)
        }
        if path == nil, let removed = reconciler[pathOf: specification.service]?.remove() {
            for change in removed.changes { report(.pathChanged(change)) }
            for failure in removed.failures { report(.failed(failure)) }
            counts.failures += removed.failures.count
        }
        reconciler[pathOf: specification.service] = path
        link = specification.path.linkName ?? link
    }

    private func makeNotices(of interests: KernelInterests) -> KernelNotices {
        KernelNotices(of: interests, on: loop) { [weak self] in
            guard let self else { return }
            self.reconciler[pathOf: self.specification.service]?.noticed()
            self.look()
        }
    }

    private func followVerification(of specification: Specification, insteadOf former: Specification) {
        verifier?.adopt(specification)
        guard specification.path != former.path || specification.verifiesPath != former.verifiesPath else { return }
        verifier?.stop()
        verifier = makeVerifier(for: specification)
    }

    /// Where somebody else sees to the path, packets for the VIP may leave this node with what the probes carry.
    private func makeVerifier(for specification: Specification) -> PathVerifier? {
        guard let clientSide, specification.verifiesPath, specification.path != .none,
            case .endpoint(.tcp, let endpoint) = specification.service
        else { return nil }
        return PathVerifier(of: endpoint, specification, on: loop, asking: clientSide) { [weak self] in
            guard let self else { throw CareError.ended }
            return try self.makeProber()
        } look: { [weak self] in
            self?.look()
        } report: { [weak self] in
            self?.report(.reachability($0))
        }
    }

    private func stopTimer() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    // MARK: Engine

    private func look() { handle(.kernelChanged([specification.service])) }

    private func handle(_ input: NodeDirector.Input) {
        inputs.append(input)
        guard !isHandling else { return }
        isHandling = true
        defer { isHandling = false }
        while !inputs.isEmpty, !isStopped {
            let input = inputs.removeFirst()
            tellLateness()
            if case .configurationChanged = input { waiting.forPass.append(waiting.forEngine.removeFirst()) }
            for directive in director.handle(input, at: loop.now) where !isStopped { carryOut(directive) }
        }
    }

    /// Has the engine give probes the time in which this loop could not attend to them.
    private func tellLateness() {
        let news = loop.lateness - toldLateness
        guard news > .zero else { return }
        toldLateness += news
        for directive in director.handle(.stalled(news), at: loop.now) where !isStopped { carryOut(directive) }
    }

    private func wake() {
        // Somebody may be given up now, so it has to be known exactly.
        if let deadline = director.probeDeadline, deadline <= loop.now { _ = loop.measureLateness() }
        handle(.wake)
    }

    private func carryOut(_ directive: NodeDirector.Directive) {
        switch directive {
        case .probe(let probe, let timeout, let keepsConnection):
            begin(probe, timeout: timeout, keepsConnection: keepsConnection)
        case .cancelProbe(let probe), .closeConnection(let probe):
            probes.removeValue(forKey: probe)?.cancel()
        case .wake(let instant):
            stopTimer()
            timer = loop.schedule(at: instant) { [weak self] in self?.wake() }
        case .reconcile:
            pass()
        case .forget:
            // The one service of a caretaker stays as long as it does.
            break
        case .report(_, let transition):
            counts.transitions += 1
            report(.transition(transition))
        case .reportOutage(_, let outage):
            if outage.phase == .began { counts.outages += 1 }
            report(.outage(outage))
        }
    }

    private func pass() {
        notices?.listen()
        let completions = waiting.forPass
        waiting.forPass = []
        guard let desired = director[specification.service]?.desired else { return }
        let service = specification.service
        let passed = reconciler.pass([service: desired])[service] ?? PassReport()
        announce(passed)
        for completion in completions { completion(.success(passed)) }
        guard !isStopped else { return }
        // What keeps it from being made now is found again, and told, by each probe.
        _ = try? makeProber()
        // The kernel may have had much to do, and TLS takes its time to set up: none of that is the probes'.
        loop.refreshNow()
        verifier?.take(passed)
        guard !isStopped else { return }
        inputs.append(.passFinished([specification.service: passed]))
        if let share, share.count != shares {
            shares = share.count
            inputs.append(.limitsChanged(.ofThisProcess(sharedBy: shares)))
        }
    }

    private func makeProber() throws -> Prober {
        try makeProber(of: specification.healthCheck.probe)
    }

    private func makeProber(of configuration: ProbeConfiguration) throws -> Prober {
        if let prober, prober.configuration == configuration { return prober.prober }
        let made = try Prober(configuration: configuration, on: loop) { [weak self] in self?.notice($0) }
        prober = (configuration: configuration, prober: made)
        return made
    }

    private func notice(_ notice: Prober.Notice) {
        switch notice {
        case .fileAged(let text): report(.fileAged(text))
        case .fileRenewed(let path, let expiry): report(.fileRenewed(path, expiry: expiry))
        case .certificateExpires(let path, let expiry): report(.certificateExpires(path, at: expiry))
        case .portsFiltered(let endpoint, let range): report(.portsFiltered(RealServer(endpoint), probes: range))
        }
    }

    private func begin(_ probe: ProbeID, timeout: Duration, keepsConnection: Bool) {
        guard let check = director.specification(of: probe.check) else { return }
        let prober: Prober
        do {
            prober = try makeProber(of: check.healthCheck.probe)
        } catch {
            // It has not been tried, so nothing was learned about the real server.
            let failure = ProbeFailure(reason: .local, phase: .connect, elapsed: .zero, detail: "\(error)")
            return conclude(probe, .inconclusive(failure))
        }
        let ended: (ConnectionEnd) -> Void = { [weak self] end in self?.connectionEnded(probe, end) }
        probes[probe] = prober.probe(
            check.target, timeout: timeout, connectionEnded: keepsConnection ? ended : nil
        ) { [weak self] outcome in
            guard let self, self.probes[probe] != nil else { return }
            if case .healthy(let measurement) = outcome, measurement.keepsConnection {
                // Held until it ends, or the engine wants it closed.
            } else {
                self.probes[probe] = nil
            }
            self.conclude(probe, outcome)
        }
    }

    private func connectionEnded(_ probe: ProbeID, _ end: ConnectionEnd) {
        guard probes.removeValue(forKey: probe) != nil else { return }
        counts.endedConnections += 1
        for member in director.members(of: probe.check) { report(.connectionEnded(member.realServer, end)) }
        handle(.connectionEnded(probe, end))
    }

    private func conclude(_ probe: ProbeID, _ outcome: ProbeOutcome) {
        let members = director.members(of: probe.check)
        for member in members { report(.probed(member.realServer, outcome)) }
        if case .inconclusive(let failure) = outcome {
            counts.inconclusiveProbes += 1
            for member in members { report(.notProbed(member.realServer, failure)) }
        }
        for member in members { verifier?.take(outcome, of: member.realServer) }
        handle(.probeFinished(probe, outcome))
    }

    /// Whoever is told of something may stop the caretaker on hearing it, and is told of nothing more.
    private func report(_ event: CareEvent) {
        if !isStopped { listener(event) }
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
        if lastPass == nil, !passed.succeeded, let observed = passed.observed { report(.incomplete(observed)) }
        if !isReady, passed.succeeded, let observed = passed.observed {
            isReady = true
            report(.ready(observed))
        }
        if lastPass?.succeeded == false, passed.succeeded { report(.recovered) }
        lastPass = passed
    }
}
