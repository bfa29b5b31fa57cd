import Addressing
import LVSCareModel

/// The health checks of a node: what is probed when, and which connections are monitored.
///
/// Each check is by itself (`CheckSchedule`, `HealthTracker`, `ConnectionMonitor`); what they share is two agendas, so that
/// whatever happens costs a logarithm of their number, and the limits. A probe that is due starts as soon as the limits
/// allow, in the order of the due times; none is ever passed over.
///
/// | what happens | what follows |
/// |---|---|
/// | the probe succeeds | the next after an interval |
/// | it fails, or leaves the real server unhealthy | the next after the unhealthy interval |
/// | it is inconclusive: this node could not ask | the next after the unhealthy interval; all else stays |
/// | that was for want of a descriptor | a monitored connection is closed for it |
/// | it does not come back | a failure, at its deadline, which moves by the time in which this node was stalled |
/// | the monitored connection is closed or reset | a probe at once |
/// | that fails, and other checks find the real server healthy | one probe of each of them at once (`NodeDirector`) |
/// | the same while a probe is in flight | another one as soon as that succeeds, as it may tell of the time before |
/// | the monitored connection is lost | a probe at once, with a second to connect, also in place of one in flight |
/// | that one connects and gets no answer | another one with all the time |
/// | the heartbeat on it is not answered in time, a probe takes much longer than usual | *suspect*, see `HealthChecks+Heartbeat` |
///
/// Changes nothing but itself: what is to be done is appended to `directives`, what was found is returned.
struct HealthChecks: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias Directive = NodeDirector.Directive

    /// Most probes that start at the same instant; see `startDue`.
    static let burstLimit = 64
    /// Longest time over which the rest of a burst is spread.
    static let longestSpread: Duration = .seconds(1)
    /// How long a probe is waited for beyond the timeout that the prober itself keeps, so that its own and more telling
    /// failure arrives first.
    static let grace: Duration = .milliseconds(100)
    /// Time for a probe of a host from which nothing comes back.
    static let lostHostTimeout: Duration = .seconds(1)
    /// The same of a suspect one: TCP sends its first packet again after a second.
    static let suspectTimeout: Duration = .milliseconds(1500)

    private var limits: ProbeLimits
    var checks: [CheckID: Check] = [:]
    /// When the next probe of each check starts that is not being made.
    var due = Agenda<CheckID>()
    /// When the probe in flight of each other one must have come back. As all that this node could miss, this is attended time:
    /// without the time in which it was `stalled`.
    private var deadlines = Agenda<CheckID>()
    /// When the probe in flight of each makes it suspect; attended time.
    var oddities = Agenda<CheckID>()
    /// Time so far in which this node could not attend to its probes.
    private(set) var stalled = Duration.zero
    /// Since when each target is monitored that is.
    var monitored = Agenda<CheckID>()
    /// When the next heartbeat of each monitored connection is sent at the latest.
    var beats = Agenda<CheckID>()
    /// When the heartbeat in flight of each other one must have been answered; attended time.
    var silences = Agenda<CheckID>()
    /// The latest answers of two real servers, of whatever check, the latest first.
    var answers: [(address: IPAddress, at: Instant)] = []
    /// How far this node can be trusted to judge others.
    var localHealth = LocalHealth()
    /// Number of probes in flight that shall leave their connections behind.
    private var keepers = 0
    private var attempts = 0
    private var generator: SplitMix64

    init(within limits: ProbeLimits, seed: UInt64) {
        self.limits = limits
        generator = SplitMix64(seed: seed)
    }

    /// When `expire` or `startDue` has to be called at the latest; `nil` when there is nothing to wait for.
    var earliest: Instant? {
        // What the limits keep back starts when another one ends.
        let start = deadlines.count < limits.probes && deadlines.count < limits.connections ? due.earliest : nil
        return [deadline, start, beats.earliest].compactMap(\.self).min()
    }

    /// When the first answer must have come, of a probe or of a heartbeat; `nil` when none is to come.
    var deadline: Instant? {
        [deadlines.earliest, silences.earliest, oddities.earliest].compactMap(\.self).min().map { $0 + stalled }
    }

    /// Gives all that is in flight so much more time.
    mutating func excuse(_ time: Duration, at now: Instant) {
        stalled += time
        if time >= LocalHealth.noticeable { localHealth.worsen(at: now) }
    }

    /// Attended time.
    func attended(_ now: Instant) -> Instant { now - stalled }

    /// What is known of a check.
    func health(_ id: CheckID) -> Health { checks[id]?.tracker.health ?? Health() }

    // MARK: Beginning of probes

    /// Starts the probes that are due, as far as the limits allow.
    ///
    /// At the beginning, and when this node slept, all of them are due together. Only `burstLimit` probes start at once then, the
    /// rest at the pace at which all real servers together take the interval, or a second if that is shorter: the first
    /// verdicts shall not take long. Those get their next due time anywhere in the rest of the interval, so that
    /// many are spread over all of it from then on.
    mutating func startDue(at now: Instant, _ directives: inout [Directive]) {
        for _ in 0..<Self.burstLimit {
            guard let instant = due.earliest, instant <= now, makeRoom(&directives), let id = due.popEarliest()
            else { return }
            start(id, at: now, &directives)
        }
        var instant = now
        var burst: [CheckID] = []
        while let id = due.popDue(at: now) { burst.append(id) }
        for id in burst {
            guard let check = checks[id] else { continue }
            instant += min(check.specification.healthCheck.interval, Self.longestSpread) / checks.count
            due.schedule(id, at: instant)
            if check.spreading == .open { checks[id]?.spreading = .needed }
        }
    }

    private mutating func start(_ id: CheckID, at now: Instant, _ directives: inout [Directive]) {
        guard var check = checks[id] else { return }
        let healthCheck = check.specification.healthCheck
        attempts += 1
        let timeout = timeout(of: check, at: now)
        check.schedule.begin(attempt: attempts, at: now, isPrompted: check.prompt != nil, by: healthCheck)
        check.isHurried = timeout < healthCheck.timeout && check.prompt?.reason != .silent
        check.keepsConnection =
            check.prompt == nil && healthCheck.watchesConnections && monitored.count + keepers < limits.monitored
            && check.monitor.wantsConnection(at: now, interval: healthCheck.interval)
        if check.keepsConnection { keepers += 1 }
        check.latestPrompt = check.prompt
        check.prompt = nil
        checks[id] = check
        deadlines.schedule(id, at: attended(now) + timeout + Self.grace)
        expectAnswer(of: id, within: timeout, at: now)
        directives.append(
            .probe(
                ProbeID(check: id, attempt: attempts), timeout: timeout, keepsConnection: check.keepsConnection))
    }

    private func timeout(of check: Check, at now: Instant) -> Duration {
        let whole = check.specification.healthCheck.timeout
        switch check.prompt?.reason {
        case .hostLost: return min(whole, Self.lostHostTimeout)
        case .suspect: return min(whole, Self.suspectTimeout)
        case .silent:
            let rest = check.heartbeat.silentSince.map { whole - (attended(now) - $0) } ?? whole
            return min(whole, max(rest, Self.lostHostTimeout))
        case .connectionEnded, nil: return whole
        }
    }

    /// Whether one more probe may start; connections may have to go, the one that was monitored for the longest time first.
    private mutating func makeRoom(_ directives: inout [Directive]) -> Bool {
        guard deadlines.count < limits.probes, deadlines.count < limits.connections else { return false }
        while deadlines.count + monitored.count >= limits.connections, let id = monitored.popEarliest() {
            closeConnection(to: id, &directives)
        }
        return true
    }

    // MARK: End of probes

    /// Takes the result of a probe; `nil` when it counts for nothing, because that probe was given up.
    mutating func finish(
        _ probe: ProbeID, _ outcome: ProbeOutcome, at now: Instant,
        _ directives: inout [Directive]
    ) -> Finding? {
        guard checks[probe.check]?.schedule.run?.attempt == probe.attempt else {
            if outcome.keepsConnection { directives.append(.closeConnection(probe)) }
            return nil
        }
        return record(probe.check, outcome, at: now, &directives)
    }

    /// Gives up the probes that should have come back.
    mutating func expire(at now: Instant, _ directives: inout [Directive]) -> [Finding] {
        var findings: [Finding] = []
        while let id = deadlines.popDue(at: attended(now)) {
            guard let run = checks[id]?.schedule.run else { continue }
            directives.append(.cancelProbe(ProbeID(check: id, attempt: run.attempt)))
            let outcome = ProbeOutcome.lost(after: now - run.started)
            if let finding = record(id, outcome, at: now, &directives) { findings.append(finding) }
        }
        return findings
    }

    /// Takes the outcome of the probe in flight into the verdict, and plans the next one.
    private mutating func record(
        _ id: CheckID, _ outcome: ProbeOutcome, at now: Instant, _ directives: inout [Directive]
    ) -> Finding? {
        guard var check = checks[id], let run = check.schedule.run else { return nil }
        let healthCheck = check.specification.healthCheck
        defer { checks[id] = check }
        deadlines.cancel(id)
        oddities.cancel(id)
        if check.keepsConnection { keepers -= 1 }
        // Who has answered meanwhile on another connection is not lost.
        let hasAnswered = check.latestPrompt?.reason == .suspect && check.tracker.health.suspicion == nil
        if check.isHurried, outcome.lacksAnswer || hasAnswered && outcome.isTimeout {
            // Something comes back from that host after all, or nobody knows.
            check.schedule.abandon()
            check.prompt = check.latestPrompt
            check.prompt?.reason = check.tracker.health.suspicion == nil ? .connectionEnded : .silent
            due.schedule(id, at: now)
            return nil
        }
        if outcome.isHealthy { noteAnswer(of: check, at: now) }
        let change = check.tracker.record(outcome, by: healthCheck, isRegular: run.isRegular)
        check.settle(after: outcome, isRegular: run.isRegular, at: attended(now))
        let health = check.tracker.health
        let isSteady = outcome.isHealthy && health.state == .healthy
        var next = check.schedule.end(at: now, isSteady: isSteady, by: healthCheck, using: &generator)
        if isSteady, check.spreading == .needed {
            let share = Double.random(in: 0...1, using: &generator)
            let soonest = min(healthCheck.interval, Self.longestSpread)
            next = max(now, run.started + soonest + (healthCheck.interval - soonest) * share)
        }
        // From here on more are due at once only because this node is busy.
        if isSteady { check.spreading = .done }
        if outcome.isHealthy { check.hasSucceeded = true } else { check.prompt = nil }
        checks[id] = check
        if outcome.lacksDescriptor, giveUpMonitored(&directives) {
            // There is one now. It may have been this real server's.
            next = now
            check = checks[id] ?? check
        }
        due.schedule(id, at: check.prompt == nil ? next : now)
        keepOrCloseConnection(id, &check, run.attempt, outcome, at: now, &directives)
        reviewHeartbeats(id, &check, at: now)
        var finding = Finding(check: id, health: health, change: change, hasSucceeded: check.hasSucceeded)
        if case .unhealthy = outcome, let prompt = check.latestPrompt, !prompt.isPassedOn {
            finding.prompt = Prompt(reason: prompt.reason == .hostLost ? .hostLost : .connectionEnded, isPassedOn: true)
        }
        return finding
    }

    mutating func abandonProbe(of id: CheckID, _ directives: inout [Directive]) {
        guard let check = checks[id], let attempt = check.schedule.run?.attempt else { return }
        directives.append(.cancelProbe(ProbeID(check: id, attempt: attempt)))
        checks[id]?.schedule.abandon()
        deadlines.cancel(id)
        oddities.cancel(id)
        if check.keepsConnection { keepers -= 1 }
    }
}

// MARK: Other checks

extension HealthChecks {
    /// Makes room for so many checks at once.
    mutating func reserveCapacity(_ count: Int) { checks.reserveCapacity(count) }

    /// Adds a check that has not begun; `health` is what is known already, but for suspicions, which are those of another check.
    mutating func add(_ id: CheckID, _ specification: ProbeTarget, _ health: Health = Health()) {
        var tracker = HealthTracker(health)
        tracker.suspect(nil)
        checks[id] = Check(specification: specification, tracker: tracker)
    }

    /// Begins with a check: it is due. Nothing happens when it has begun already.
    mutating func begin(_ id: CheckID, at now: Instant) {
        guard checks[id]?.hasBegun == false else { return }
        checks[id]?.hasBegun = true
        due.schedule(id, at: now)
    }

    /// Ends a check: nobody relies on it any more.
    mutating func remove(_ id: CheckID, _ directives: inout [Directive]) {
        abandonProbe(of: id, &directives)
        closeConnection(to: id, &directives)
        checks[id] = nil
        due.cancel(id)
    }

    /// Goes on with another specification of a check: it keeps its verdict and its due time.
    ///
    /// Where another kind of probe is wanted, or one in another place, it is due at once: what is in flight or monitored shows
    /// nothing any more.
    mutating func replace(
        _ id: CheckID, with specification: ProbeTarget, at now: Instant, _ directives: inout [Directive]
    ) {
        guard let check = checks[id] else { return }
        let before = check.specification
        checks[id]?.specification = specification
        guard specification.asksTheSame(as: before) else { return startOver(id, at: now, &directives) }
        let healthCheck = specification.healthCheck
        if !healthCheck.watchesConnections || healthCheck.heartbeat != before.healthCheck.heartbeat {
            closeConnection(to: id, &directives)
        }
        let isUnhealthy = check.tracker.health.state == .unhealthy
        let latest = now + (isUnhealthy ? healthCheck.quickInterval : healthCheck.interval)
        let isQuicker =
            healthCheck.interval < before.healthCheck.interval
            || healthCheck.quickInterval < before.healthCheck.quickInterval
        if isQuicker, let instant = due[id], instant > latest { due.schedule(id, at: latest) }
    }

    /// Begins anew with a check: only its verdict is left.
    private mutating func startOver(_ id: CheckID, at now: Instant, _ directives: inout [Directive]) {
        abandonProbe(of: id, &directives)
        closeConnection(to: id, &directives)
        guard var check = checks[id] else { return }
        check.tracker.startOver()
        check.tracker.suspect(nil)
        check.monitor = ConnectionMonitor()
        check.heartbeat = HeartbeatMonitor()
        check.hasSucceeded = false
        check.prompt = nil
        check.spreading = .open
        checks[id] = check
        if check.hasBegun { due.schedule(id, at: now) }
    }

    /// Takes over other limits. Monitored connections that are too many are closed, the oldest first; probes that are
    /// too many end by themselves.
    mutating func limit(to limits: ProbeLimits, _ directives: inout [Directive]) {
        self.limits = limits
        while monitored.count > limits.monitored || monitored.count + deadlines.count > limits.connections,
            let id = monitored.popEarliest()
        {
            closeConnection(to: id, &directives)
        }
    }
}
