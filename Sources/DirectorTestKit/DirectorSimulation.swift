package import Director
package import LVSCareModel

/// A director with its reconciler, scripted real servers and a clock that only moves when it is told to.
///
/// A test sets `realServers`, `table` and `path` to what happens in the world, lets time pass with `advance`, and reads
/// `events`. Everything that happens is in order and repeatable; no real time passes.
package final class DirectorSimulation {
    /// Something that happened, and how long after the beginning.
    package struct Event: Hashable, Sendable {
        /// Since the beginning of the simulation.
        package var at: Duration
        /// What happened.
        package var what: What
    }

    /// What can happen.
    package enum What: Hashable, Sendable {
        /// A probe started.
        case probeStarted(RealServer)
        /// A probe was cancelled.
        case probeCancelled(RealServer)
        /// The director closed a connection that a probe had left behind.
        case connectionClosed(RealServer)
        /// A heartbeat was sent.
        case heartbeat(RealServer)
        /// There was news of a suspicion.
        case suspicion(SuspicionReport)
        /// There was news of an outage.
        case outage(OutageReport)
        /// The verdict on a real server changed.
        case transition(HealthTransition)
        /// A pass ran.
        case pass(PassReport)
    }

    private enum Delivery {
        case probeFinished(RealServer, attempt: Int, ProbeOutcome)
        case passFinished(PassReport)
        case connectionEnded(RealServer, attempt: Int, ConnectionEnd)
        case heartbeatAnswered(RealServer, attempt: Int)

        /// Whether a prober reports that the time of a probe is over.
        var isTimeout: Bool {
            guard case .probeFinished(_, _, let outcome) = self else { return false }
            return [.connectTimeout, .tlsTimeout, .responseTimeout].contains(outcome.failure?.reason)
        }
    }

    /// The engine.
    package private(set) var director: SoleDirector
    /// The table that passes work on.
    package let table: InMemoryDataPlane
    /// The path that passes work on.
    package let path: InMemoryPath
    /// How each real server answers the probes that start from now on; one that is not here answers well.
    package var realServers: [RealServer: ScriptedRealServer] = [:]
    /// How real servers answer probes of one kind, where that is another way than in `realServers`.
    package var answers: [ProbeConfiguration: [RealServer: ScriptedRealServer]] = [:]
    /// What each real server does with connections that probes leave behind from now on; one that is not here keeps them
    /// for ever.
    package var habits: [RealServer: ConnectionHabit] = [:]
    /// How long after a heartbeat its answer comes, of those that are sent from now on; `nil` for never. Whoever is not here answers
    /// after a millisecond, as long as `realServers` has it answer probes.
    package var echoes: [RealServer: Duration?] = [:]
    /// Whether connections that probes leave behind answer PINGs.
    package var answersPings = false
    /// How long a pass takes.
    package var passLength: Duration = .zero

    /// What has happened so far.
    package private(set) var events: [Event] = []
    /// Since the beginning.
    package private(set) var elapsed: Duration = .zero
    /// Number of `wake` directives so far.
    package private(set) var timersSet = 0
    /// Real servers that were to be probed while a probe of the same check was in flight; a director that works leaves it empty.
    package private(set) var overlaps: [RealServer] = []
    /// The connections that are open, by the number of the probe that left each behind.
    package private(set) var connections: [Int: RealServer] = [:]
    /// Most probes that were in flight at the same time.
    package private(set) var mostInFlight = 0
    /// Most connections that there were at the same time, those of probes in flight included.
    package private(set) var mostConnections = 0
    /// Number of times a pass was asked for while one was running; a director that works leaves it 0.
    package private(set) var overlappingPasses = 0

    private var reconciler: SoleReconciler
    /// The simulation counts from here; clock instants can be made in no other way.
    private let origin = ContinuousClock.now
    private var timer: ContinuousClock.Instant?
    private var inFlight: [CheckID: Int] = [:]
    /// The check of each probe that has begun and not ended.
    private var checks: [Int: CheckID] = [:]
    private var isPassing = false
    private var deliveries: [Int: Delivery] = [:]
    private var deliveryTimes: [(at: ContinuousClock.Instant, number: Int)] = []
    private var delivered = 0

    /// A simulation at its beginning; nothing has happened yet, `start` included.
    package init(
        _ specification: Specification, table: InMemoryDataPlane = InMemoryDataPlane(),
        path: InMemoryPath = InMemoryPath(), limits: ProbeLimits = ProbeLimits(), seed: UInt64 = 1
    ) {
        self.table = table
        self.path = path
        director = SoleDirector(specification: specification, limits: limits, seed: seed)
        reconciler = SoleReconciler(service: specification.service, plane: table, path: path)
    }

    private var now: ContinuousClock.Instant { origin + elapsed }

    /// Hands an input to the director, now.
    package func handle(_ input: SoleDirector.Input) {
        for directive in director.handle(input, at: now) {
            switch directive {
            case .probe(let realServer, let attempt, let timeout, let keepsConnection):
                events.append(Event(at: elapsed, what: .probeStarted(realServer)))
                guard let (check, probe) = director.check(of: attempt) else { continue }
                if inFlight.updateValue(attempt, forKey: check) != nil { overlaps.append(realServer) }
                checks[attempt] = check
                mostInFlight = max(mostInFlight, inFlight.count)
                mostConnections = max(mostConnections, inFlight.count + connections.count)
                let special = answers.isEmpty ? nil : answers[probe]?[realServer]
                let pings = answersPings
                let script = special ?? realServers[realServer] ?? .answers()
                let isKept = keepsConnection && habits[realServer] != .declines
                if let (delay, outcome) = script.result(timeout: timeout, keepsConnection: isKept, answersPings: pings)
                {
                    deliver(.probeFinished(realServer, attempt: attempt, outcome), after: delay)
                }
            case .heartbeat(let realServer, let attempt):
                events.append(Event(at: elapsed, what: .heartbeat(realServer)))
                if let delay = echo(of: realServer) {
                    deliver(.heartbeatAnswered(realServer, attempt: attempt), after: delay)
                }
            case .cancelProbe(let realServer, let attempt):
                events.append(Event(at: elapsed, what: .probeCancelled(realServer)))
                _ = land(attempt)
            case .closeConnection(let realServer, let attempt):
                events.append(Event(at: elapsed, what: .connectionClosed(realServer)))
                connections[attempt] = nil
            case .wake(let instant):
                timersSet += 1
                timer = instant
            case .reconcile:
                if isPassing { overlappingPasses += 1 }
                isPassing = true
                let report = reconciler.pass(director.desired, at: now)
                events.append(Event(at: elapsed, what: .pass(report)))
                deliver(.passFinished(report), after: passLength)
            case .report(let transition):
                events.append(Event(at: elapsed, what: .transition(transition)))
            case .reportSuspicion(let report):
                events.append(Event(at: elapsed, what: .suspicion(report)))
            case .reportOutage(let report):
                events.append(Event(at: elapsed, what: .outage(report)))
            }
        }
    }

    private func echo(of realServer: RealServer) -> Duration? {
        if let echo = echoes[realServer] { return echo }
        guard case .answers = realServers[realServer] ?? .answers() else { return nil }
        return .milliseconds(1)
    }

    /// Lets the director begin and handles all that happens at that instant.
    package func start() {
        handle(.start)
        advance(by: .zero)
    }

    /// Lets time pass, event by event.
    package func advance(by duration: Duration) {
        let end = now + duration
        while let next = [deliveryTimes.last?.at, timer].compactMap({ $0 }).min(), next <= end {
            elapsed = max(next, now) - origin
            if let timer, timer <= next {
                self.timer = nil
                handle(.wake)
            } else {
                deliverNext()
            }
        }
        elapsed = end - origin
    }

    /// Lets time pass while this node sleeps: what was to happen meanwhile happens at the end, what has come first.
    ///
    /// Probers give the probes in flight the time back: a timeout of theirs comes that much later.
    package func sleep(for duration: Duration) {
        let asleep = now
        elapsed += duration
        handle(.stalled(duration))
        postpone(by: duration, since: asleep)
        while let next = deliveryTimes.last?.at, next <= now { deliverNext() }
        advance(by: .zero)
    }

    /// Moves the timeouts that probers are to report.
    private func postpone(by duration: Duration, since instant: ContinuousClock.Instant) {
        deliveryTimes = deliveryTimes.map { entry in
            guard entry.at >= instant, deliveries[entry.number]?.isTimeout == true else { return entry }
            return (entry.at + duration, entry.number)
        }
        deliveryTimes.sort { ($0.at, $0.number) > ($1.at, $1.number) }
    }

    /// Lets the process of a real server die: its connections are reset, and it refuses new ones.
    package func crash(_ realServer: RealServer) {
        realServers[realServer] = .fails(after: .zero)
        endConnections(to: realServer, .reset)
    }

    /// Lets all connections to a real server end, now.
    package func endConnections(to realServer: RealServer, _ end: ConnectionEnd) {
        for (attempt, owner) in connections.sorted(by: { $0.key < $1.key }) where owner == realServer {
            connections[attempt] = nil
            handle(.connectionEnded(realServer, attempt: attempt, end))
        }
        advance(by: .zero)
    }

    private func deliver(_ delivery: Delivery, after delay: Duration) {
        delivered += 1
        deliveries[delivered] = delivery
        let entry = (at: now + delay, number: delivered)
        // Kept sorted, the next one last.
        var low = 0
        var high = deliveryTimes.count
        while low < high {
            let middle = (low + high) / 2
            if deliveryTimes[middle] > entry { low = middle + 1 } else { high = middle }
        }
        deliveryTimes.insert(entry, at: low)
    }

    /// Takes a probe out of those in flight; `false` when it was none of them.
    private func land(_ attempt: Int) -> Bool {
        guard let check = checks.removeValue(forKey: attempt), inFlight[check] == attempt else { return false }
        inFlight[check] = nil
        return true
    }

    private func deliverNext() {
        guard let (_, number) = deliveryTimes.popLast(), let delivery = deliveries.removeValue(forKey: number) else {
            return
        }
        switch delivery {
        case .probeFinished(let realServer, let attempt, let outcome):
            if land(attempt) {
                if case .healthy(let measurement) = outcome, measurement.keepsConnection {
                    connections[attempt] = realServer
                    if case .closes(let time)? = habits[realServer] {
                        deliver(.connectionEnded(realServer, attempt: attempt, .closed), after: time)
                    }
                }
            }
            handle(.probeFinished(realServer, attempt: attempt, outcome))
        case .connectionEnded(let realServer, let attempt, let end):
            guard connections.removeValue(forKey: attempt) != nil else { return }
            handle(.connectionEnded(realServer, attempt: attempt, end))
        case .heartbeatAnswered(let realServer, let attempt):
            guard connections[attempt] != nil else { return }
            handle(.heartbeatAnswered(realServer, attempt: attempt))
        case .passFinished(let report):
            isPassing = false
            handle(.passFinished(report))
        }
    }
}

extension DirectorSimulation {
    /// What the table has for the service now.
    package var observed: ObservedService? { table.services[director.specification.service] }

    /// Weight of each real server in the table now.
    package var weights: [RealServer: Weight] { observed?.realServers.mapValues(\.weight) ?? [:] }

    /// The passes so far.
    package var passes: [(at: Duration, report: PassReport)] {
        events.compactMap { event in
            if case .pass(let report) = event.what { (event.at, report) } else { nil }
        }
    }

    /// The changes of the table so far, with their causes.
    package var changes: [(at: Duration, planned: PlannedChange)] {
        passes.flatMap { pass in pass.report.applied.map { (pass.at, $0) } }
    }

    /// The transitions so far.
    package var transitions: [(at: Duration, transition: HealthTransition)] {
        events.compactMap { event in
            if case .transition(let transition) = event.what { (event.at, transition) } else { nil }
        }
    }

    /// The news of suspicions so far.
    package var suspicions: [(at: Duration, report: SuspicionReport)] {
        events.compactMap { event in
            if case .suspicion(let report) = event.what { (event.at, report) } else { nil }
        }
    }

    /// When heartbeats were sent to a real server.
    package func heartbeats(of realServer: RealServer) -> [Duration] {
        events.filter { $0.what == .heartbeat(realServer) }.map(\.at)
    }

    /// The news of outages so far.
    package var outages: [(at: Duration, report: OutageReport)] {
        events.compactMap { event in
            if case .outage(let report) = event.what { (event.at, report) } else { nil }
        }
    }

    /// The real servers that are monitored.
    package var monitored: [RealServer] { connections.values.sorted() }

    /// When probes of a real server started.
    package func probes(of realServer: RealServer) -> [Duration] {
        events.filter { $0.what == .probeStarted(realServer) }.map(\.at)
    }
}
