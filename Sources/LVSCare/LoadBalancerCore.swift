import Addressing
import Director
public import Epoll
public import LVSCareModel
import Probing

/// Keeps virtual services on their healthy real servers: the engine with its hands and eyes.
///
/// It lives on one loop: it is created, used and let go of there, probes and timers run there, and the kernel is talked to
/// there, which takes well below a millisecond for a service. Several cores can share a loop. It starts no thread and
/// touches no signal.
///
///     let core = LoadBalancerCore(of: try NodeServices(specification), on: loop) { event in print(event) }
///     try core.start()
///
/// When it stops or its process dies, the kernel goes on balancing with the table as it is. Those who have no loop use a
/// ``LoadBalancer``, which is a core with a thread of its own.
public final class LoadBalancerCore {
    let loop: EpollLoop
    private let listener: (BalancerEvent) -> Void
    /// Counters since the start.
    public internal(set) var counts = BalancerCounts()

    /// What is wanted; the engine may not know yet.
    var specification: NodeSpecification
    var director: NodeDirector
    var reconciler: Reconciler
    let kernel: KernelAccess?
    /// What the verification of paths asks; `nil` where the kernel is not this one.
    let clientSide: ClientSide?
    /// The services that are looked after, leaving ones included.
    var states: [VirtualService: ServiceState] = [:]
    /// What there is of paths to VIPs.
    var paths: [IPAddress: WantedPath]
    /// Name of the link that link mode uses, or has used before.
    var link: String
    private var notices: KernelNotices?
    /// Updates of which the engine does not know yet, and those that wait for passes.
    private var updates = (forEngine: [PendingUpdate](), forPasses: [PendingUpdate]())
    var probing: ProbingSide
    /// The share of this core in what the process can have, and the number of shares when that was last looked at.
    private var share: DescriptorShare?
    private var shares: Int
    private var timer: LoopTimer?
    /// When the node as a whole is looked at again; `nil` where nothing is wanted of it.
    private var nodeTimer: LoopTimer?
    private(set) var isStopped = false
    private var hasStarted = false
    /// What happened and is not yet handled; what the engine wants done may itself make something happen.
    private var inputs: [NodeDirector.Input] = []
    private var isHandling = false
    /// Lateness of the loop that the engine knows of.
    private var toldLateness: Duration

    /// A core for `services`, which may be set up already, that has not begun.
    ///
    /// `report` is called on the loop for everything that happens.
    public init(of services: NodeServices, on loop: EpollLoop, report: @escaping (BalancerEvent) -> Void) {
        self.loop = loop
        listener = report
        toldLateness = loop.lateness
        specification = services.specification
        reconciler = services.reconciler
        kernel = services.kernel
        clientSide = services.clientSide
        paths = services.paths
        link = services.specification.services.lazy.compactMap(\.path.linkName).first ?? VIPLinkMark.usualName
        let share = DescriptorShare()
        self.share = share
        shares = share.count
        director = NodeDirector(
            services.specification.services, limits: .ofThisProcess(sharedBy: shares),
            seed: .random(in: .min ... .max), at: loop.now)
        probing = ProbingSide(on: loop)
        for service in services.specification.services.map(\.service) {
            states[service] = ServiceState(limitations: services.limitations[service] ?? [])
        }
        for specification in services.specification.services {
            states[specification.service]?.verifier = makeVerifier(for: specification)
        }
        followInterests()
    }

    /// Fills the table, makes the VIPs reachable, and begins to probe.
    ///
    /// Returns after the first pass, or the first of several where there are many services. Throws what kept the virtual
    /// services from being created, if that holds for all of them; nothing has been changed then.
    public func start() throws(KernelFailure) {
        precondition(!hasStarted && !isStopped, "a load balancer starts once")
        hasStarted = true
        // The loop may not have run yet.
        loop.refreshNow()
        handle(.start)
        keepNode()
        let passed = director.services.compactMap { states[$0]?.lastPass }
        if let failure = passed.lazy.compactMap(\.failures.first).first, passed.count == director.services.count,
            passed.allSatisfy({ $0.observed == nil })
        {
            stop()
            throw failure
        }
    }

    /// Ends all probes and timers and closes all connections; nothing is reported any more. The kernel's table and the paths
    /// stay as they are.
    public func stop() {
        isStopped = true
        stopTimer()
        if let nodeTimer { loop.cancel(nodeTimer) }
        nodeTimer = nil
        probing.stop()
        notices?.close()
        notices = nil
        for service in states.keys { states[service]?.stopVerifier() }
        share = nil
        let ended = updates.forPasses + updates.forEngine
        updates = ([], [])
        for update in ended { update.completion(.failure(.ended)) }
    }

    /// Stops, and removes the virtual services and the paths to their VIPs.
    ///
    /// Returns what was removed, and what the kernel refused. The claims are held as long as the core is.
    public func cleanUp() -> [VirtualService: PassReport] {
        stop()
        kernel?.beginPass()
        return reconciler.cleanUp(Array(states.keys))
    }

    /// Returns the kernel's present table and the health of the real servers.
    ///
    /// Throws what keeps the kernel from being asked.
    public func snapshot() throws(KernelFailure) -> BalancerSnapshot {
        let observed = try reconciler.observe(Set(states.keys))
        let leaving = Set(states.keys).subtracting(director.services).sorted { $0.description < $1.description }
        let services = (director.services + leaving).compactMap { service in
            director[service].map {
                ServiceSnapshot($0, observed[service], states[service]?.verifier?.reachability ?? .unknown)
            }
        }
        return BalancerSnapshot(services: services, counts: counts)
    }

    // MARK: Notices

    /// Listens to what the paths depend on now.
    func followInterests() {
        let interests = KernelInterests(of: paths.values)
        if let notices { return notices.follow(interests) }
        guard !interests.subjects.isEmpty else { return }
        notices = KernelNotices(of: interests, on: loop, ownPort: { [kernel] in kernel?.tablePort }) {
            [weak self] vips in
            self?.noticed(vips)
        }
    }

    private func noticed(_ vips: Set<IPAddress>) {
        for vip in vips { reconciler[pathTo: vip]?.noticed() }
        look(at: vips.compactMap { reconciler.leader(of: $0) })
    }

    func look(at services: [VirtualService]) { handle(.kernelChanged(services)) }

    /// Time from one look at what holds for all services to the next.
    private static let nodeInterval: Duration = .seconds(1)

    /// Puts right what holds for all services, where anything of it is wanted, and does so again and again.
    func keepNode() {
        if let nodeTimer { loop.cancel(nodeTimer) }
        nodeTimer = nil
        guard hasStarted, !isStopped, NodePlanner.isNeeded(for: specification) else { return }
        let passed = reconciler.passNode(specification)
        for change in passed.changes { report(.nodeChanged(change)) }
        for failure in passed.failures { report(.failed(failure)) }
        counts.failures += passed.failures.count
        guard !isStopped else { return }
        nodeTimer = loop.schedule(at: .now + Self.nodeInterval) { [weak self] in self?.keepNode() }
    }

    private func stopTimer() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    // MARK: Engine

    func handle(_ input: NodeDirector.Input) {
        inputs.append(input)
        guard !isHandling else { return }
        isHandling = true
        defer { isHandling = false }
        while !inputs.isEmpty, !isStopped {
            let input = inputs.removeFirst()
            reportLateness()
            if case .configurationChanged = input { updates.forPasses.append(updates.forEngine.removeFirst()) }
            for directive in director.handle(input, at: loop.now) where !isStopped { carryOut(directive) }
        }
    }

    /// Has the engine take up what was asked for; `update` is told when it has been carried out.
    func queue(_ update: PendingUpdate) {
        updates.forEngine.append(update)
        handle(.configurationChanged(specification.services))
    }

    /// Has the engine give probes the time in which this loop could not attend to them.
    private func reportLateness() {
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
        case .heartbeat(let probe):
            probing.probes[probe]?.askForAnswer()
        case .cancelProbe(let probe), .closeConnection(let probe):
            probing.cancel(probe)
        case .wake(let instant):
            stopTimer()
            timer = loop.schedule(at: instant) { [weak self] in self?.wake() }
        case .reconcile(let services):
            pass(over: services)
        case .forget(let service):
            forget(service)
        case .report(let service, let transition):
            counts.transitions += 1
            report(.transition(transition), of: service)
        case .reportSuspicion(let service, let suspicion):
            counts.note(suspicion)
            report(.suspicion(suspicion), of: service)
        case .reportOutage(let service, let outage):
            if outage.phase == .began, outage.quorum == nil { counts.outages += 1 }
            report(.outage(outage), of: service)
        }
    }

    private func pass(over services: [VirtualService]) {
        notices?.listen()
        kernel?.beginPass()
        let desired = services.compactMap { service in director[service].map { (service, $0.desired) } }
        let reports = reconciler.pass(Dictionary(uniqueKeysWithValues: desired))
        counts.passes += 1
        for service in services where !isStopped { announce(reports[service] ?? PassReport(), of: service) }
        for service in services { finishUpdates { $0.record(reports[service] ?? PassReport(), of: service) } }
        guard !isStopped else { return }
        for service in services where states[service]?.hasProbers == false { prepareProbers(of: service) }
        // The kernel may have had much to do, and TLS takes its time to set up: none of that is the probes'.
        loop.refreshNow()
        for service in services where !isStopped { states[service]?.verifier?.record(reports[service] ?? PassReport()) }
        guard !isStopped else { return }
        inputs.append(.passFinished(reports))
        if let share, share.count != shares {
            shares = share.count
            inputs.append(.limitsChanged(.ofThisProcess(sharedBy: shares)))
        }
    }

    private func announce(_ passed: PassReport, of service: VirtualService) {
        counts.repairs += passed.repairs.count
        counts.failures += passed.failures.count
        counts.abortedConnections += passed.abortedConnections.reduce(0) { $0 + $1.count }
        for news in states[service]?.record(passed) ?? [] { report(news, of: service) }
    }

    /// Tells updates that wait for passes what happened, and whoever asked for them when nothing is left to wait for.
    func finishUpdates(_ body: (inout PendingUpdate) -> Void) {
        for index in updates.forPasses.indices { body(&updates.forPasses[index]) }
        let finished = updates.forPasses.filter(\.remaining.isEmpty)
        guard !finished.isEmpty else { return }
        updates.forPasses.removeAll(where: \.remaining.isEmpty)
        for update in finished { update.completion(.success(update.reports)) }
    }

    /// Whoever is told of something may stop the core on hearing it, and is told of nothing more.
    func report(_ kind: BalancerEvent.Kind, of service: VirtualService? = nil) {
        if !isStopped { listener(BalancerEvent(kind, of: service)) }
    }
}
