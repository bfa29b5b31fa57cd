/// The engine as a value: takes what happened, gives back what to do.
///
/// It reads no clock, opens no socket and knows no thread. Whoever runs it tells it the time, carries out its directives
/// in their order, and keeps one timer for it.
///
/// Every real server has its own schedule: it is probed one `interval` after the start of its last probe, never twice at
/// a time, and a probe that does not come back counts as timed out. Passes are asked for when a verdict changes, at
/// failing checks while a quiesced real server waits for its removal, when the kernel's state changed, every
/// `repairInterval`, and after a failed pass without end, with a wait that grows from 100 ms to `repairInterval`, or to
/// 5 s where that is shorter.
public struct ServiceDirector: Sendable {
    /// A point in time of the one clock that all inputs use.
    public typealias Instant = ContinuousClock.Instant

    /// What is looked after; its `service` never changes.
    public private(set) var specification: Specification
    /// What the kernel's table should lead to now.
    public private(set) var desired: DesiredState

    private struct Check {
        var tracker: HealthTracker
        var schedule = CheckSchedule()
        /// Whether the probe before this one was given up because this node slept.
        var isRepeated = false
    }

    /// Most probes that start at the same instant; see `startProbes`.
    static let crowd = 64
    /// Longest time over which a crowd of probes is spread.
    static let longestSpread: Duration = .seconds(1)

    private var checks: [RealServer: Check]
    /// For each real server: when its next probe starts, or when the one in flight must have come back.
    private var agenda = Agenda<RealServer>()
    /// `nil` before `start`.
    private var passes: PassSchedule?
    /// Whether a failing check may have to be followed by a pass; assumed while a pass runs.
    private var awaitsCheck = false
    private var undeclaredCheckDue: Instant?
    /// The instant of the latest `wake` directive; `nil` when it has come.
    private var armed: Instant?
    private var attempts = 0
    private var generator: SplitMix64

    /// A director that has not begun; `seed` decides the jitter.
    public init(specification: Specification, seed: UInt64) {
        self.specification = specification
        desired = DesiredState(specification: specification)
        checks = Dictionary(
            uniqueKeysWithValues: specification.realServers.map { ($0, Check(tracker: HealthTracker($0))) })
        generator = SplitMix64(seed: seed)
    }

    /// Takes in what happened at `now`, which never runs backwards, and says what to do, in this order.
    public mutating func handle(_ input: Input, at now: Instant) -> [Directive] {
        var directives: [Directive] = []
        // Whoever answers at all does so within the other half.
        if let armed, now - armed > specification.healthCheck.timeout / 2 { repeatProbes(at: now, &directives) }
        switch input {
        case .start:
            start(at: now)
        case .probeFinished(let realServer, let attempt, let outcome):
            finishProbe(of: realServer, attempt, outcome, at: now, &directives)
        case .connectionEnded:
            break
        case .wake:
            armed = nil
        case .kernelChanged:
            passes?.request(.observation, at: now)
        case .passFinished(let report):
            awaitsCheck = report.awaitsCheck || !report.succeeded
            passes?.end(succeeded: report.succeeded, at: now, repairInterval: specification.repairInterval)
        case .specificationChanged(let specification):
            adopt(specification, at: now, &directives)
        }
        if passes != nil { settle(at: now, &directives) }
        return directives
    }

    /// Probes again what was in flight while this node slept or this process was stopped.
    ///
    /// The answers may have come in time and nobody was there to take them, so such a probe tells nothing about its real
    /// server. Once in a row: a node that is always late must still find out who does not answer.
    private mutating func repeatProbes(at now: Instant, _ directives: inout [Directive]) {
        for realServer in specification.realServers {
            guard var check = checks[realServer], !check.isRepeated,
                case .probing(let attempt, _, _) = check.schedule.phase
            else { continue }
            directives.append(.cancelProbe(realServer, attempt: attempt))
            check.schedule.abandon()
            check.isRepeated = true
            checks[realServer] = check
            agenda.schedule(realServer, at: now)
        }
    }

    private mutating func start(at now: Instant) {
        guard passes == nil else { return }
        passes = PassSchedule(first: now)
        undeclaredCheckDue = now + specification.healthCheck.interval
        for realServer in specification.realServers { agenda.schedule(realServer, at: now) }
    }

    /// Does everything that is due.
    private mutating func settle(at now: Instant, _ directives: inout [Directive]) {
        var waiting: [RealServer] = []
        while let realServer = agenda.popDue(at: now) {
            guard let check = checks[realServer] else { continue }
            switch check.schedule.phase {
            case .waiting:
                waiting.append(realServer)
            case .probing(let attempt, let started, _):
                directives.append(.cancelProbe(realServer, attempt: attempt))
                conclude(realServer, Self.timeout(after: now - started), at: now, &directives)
            }
        }
        if let due = undeclaredCheckDue, due <= now {
            desired.undeclaredChecks += 1
            undeclaredCheckDue = now + specification.healthCheck.interval
            if awaitsCheck { passes?.request(.decision, at: now) }
        }
        if passes?.beginIfDue(at: now) == true {
            awaitsCheck = true
            directives.append(.reconcile)
        }
        startProbes(of: waiting, at: now, &directives)
        armTimer(&directives)
    }

    /// Starts the probes that are due.
    ///
    /// At the start, and when this node slept, all of them are due together. Only `crowd` probes start at once then, the
    /// rest at the pace at which all real servers together take the interval, or a second if that is shorter.
    private mutating func startProbes(of due: [RealServer], at now: Instant, _ directives: inout [Directive]) {
        let timeout = specification.healthCheck.timeout
        for realServer in due.prefix(Self.crowd) {
            attempts += 1
            if let deadline = checks[realServer]?.schedule.begin(attempt: attempts, at: now, timeout: timeout) {
                agenda.schedule(realServer, at: deadline)
                directives.append(.probe(realServer, attempt: attempts, timeout: timeout, keepsConnection: false))
            }
        }
        let pace = min(specification.healthCheck.interval, Self.longestSpread) / max(checks.count, 1)
        for (index, realServer) in due.dropFirst(Self.crowd).enumerated() {
            agenda.schedule(realServer, at: now + pace * (index + 1))
        }
    }

    private mutating func armTimer(_ directives: inout [Directive]) {
        guard let earliest = [agenda.earliest, passes?.due, undeclaredCheckDue].compactMap({ $0 }).min(),
            earliest != armed
        else { return }
        armed = earliest
        directives.append(.wake(at: earliest))
    }

    private mutating func finishProbe(
        of realServer: RealServer, _ attempt: Int, _ outcome: ProbeOutcome, at now: Instant,
        _ directives: inout [Directive]
    ) {
        guard let schedule = checks[realServer]?.schedule,
            case .probing(_, let started, _) = schedule.phase
        else { return }
        switch schedule.judge(attempt: attempt, at: now) {
        case .stale: return
        case .late: conclude(realServer, Self.timeout(after: now - started), at: now, &directives)
        case .inTime: conclude(realServer, outcome, at: now, &directives)
        }
    }

    /// Takes the outcome of a check into the verdict, and plans the next check.
    private mutating func conclude(
        _ realServer: RealServer, _ outcome: ProbeOutcome, at now: Instant, _ directives: inout [Directive]
    ) {
        guard var check = checks[realServer] else { return }
        check.isRepeated = false
        let failedChecks = check.tracker.health.failedChecks
        let transition = check.tracker.record(outcome, by: specification.healthCheck)
        let due = check.schedule.end(
            at: now, interval: specification.healthCheck.interval, jitter: specification.healthCheck.jitter,
            using: &generator)
        checks[realServer] = check
        agenda.schedule(realServer, at: due)

        if desired[realServer] != check.tracker.health { desired[realServer] = check.tracker.health }
        if let transition {
            directives.append(.report(transition))
            passes?.request(.decision, at: now)
        } else if awaitsCheck, check.tracker.health.failedChecks != failedChecks {
            passes?.request(.decision, at: now)
        }
    }

    private mutating func adopt(_ adopted: Specification, at now: Instant, _ directives: inout [Directive]) {
        let service = specification.service
        let isQuicker = adopted.healthCheck.interval < specification.healthCheck.interval
        let undeclared = Set(specification.realServers).subtracting(adopted.realServers)
        specification = adopted
        specification.service = service
        desired.adopt(specification)

        for realServer in undeclared.sorted() {
            if case .probing(let attempt, _, _)? = checks.removeValue(forKey: realServer)?.schedule.phase {
                directives.append(.cancelProbe(realServer, attempt: attempt))
            }
            agenda.cancel(realServer)
        }
        let latest = now + specification.healthCheck.interval
        for realServer in specification.realServers {
            if checks[realServer] == nil {
                checks[realServer] = Check(tracker: HealthTracker(realServer))
                if passes != nil { agenda.schedule(realServer, at: now) }
            } else if isQuicker, checks[realServer]?.schedule.phase == .waiting,
                let due = agenda[realServer], due > latest
            {
                agenda.schedule(realServer, at: latest)
            }
        }
        guard passes != nil else { return }
        // Those that were just undeclared have a whole interval to finish their connections.
        if !undeclared.isEmpty { undeclaredCheckDue = latest }
        undeclaredCheckDue = min(undeclaredCheckDue ?? latest, latest)
        passes?.request(.decision, at: now)
    }

    private static func timeout(after elapsed: Duration) -> ProbeOutcome {
        .unhealthy(
            ProbeFailure(
                reason: .responseTimeout, phase: .response, elapsed: elapsed, detail: "the probe did not come back"))
    }
}
