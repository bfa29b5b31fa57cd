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
///
/// Changes nothing but itself: what is to be done is appended to `directives`, what was found is returned.
struct HealthChecks: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias Directive = NodeDirector.Directive

    /// What one check has shown.
    struct Finding: Hashable, Sendable {
        var check: CheckID
        var health: Health
        /// How the verdict changed; `nil` when it did not.
        var change: VerdictChange?
        /// Whether a probe that asks the same has ever succeeded.
        var hasSucceeded: Bool
        /// Why other checks of the same real servers should be made before their time; `nil` when they should not.
        var prompt: Prompt?
    }

    /// Why a probe comes before its time.
    struct Prompt: Hashable {
        /// What has ended a connection.
        enum Reason: Hashable {
            /// The real server closed or reset it.
            case connectionEnded
            /// Nothing comes back from the host. A connection that does not come about within `lostHostTimeout` is proof enough then.
            case hostLost
        }

        var reason: Reason
        /// Whether another check of the same real server has shown it. Such a probe prompts no others in turn.
        var isPassedOn = false
    }

    /// Whether the due times of a check are apart from those of others.
    private enum Spreading {
        /// It never came to that.
        case open
        /// It was due in a burst; its next due time is chosen at random.
        case needed
        /// They may stay where they are.
        case done
    }

    private struct Check {
        var specification: ProbeTarget
        var tracker: HealthTracker
        /// Whether its probing has begun.
        var hasBegun = false
        var schedule = CheckSchedule()
        var monitor = ConnectionMonitor()
        /// Whether the probe in flight shall leave its connection behind.
        var keepsConnection = false
        /// Whether the probe in flight got less time than usual.
        var isHurried = false
        /// Why the next probe comes before its time; `nil` when it does not.
        var prompt: Prompt?
        /// Why the latest probe that started came before its time; `nil` when it did not.
        var latestPrompt: Prompt?
        /// Whether a probe that asks what it asks now has ever succeeded.
        var hasSucceeded = false
        /// Whether its due times are apart from those of others.
        var spreading = Spreading.open
    }

    /// Most probes that start at the same instant; see `startDue`.
    static let burstLimit = 64
    /// Longest time over which the rest of a burst is spread.
    static let longestSpread: Duration = .seconds(1)
    /// How long a probe is waited for beyond the timeout that the prober itself keeps, so that its own and more telling
    /// failure arrives first.
    static let grace: Duration = .milliseconds(100)
    /// Time for a probe of a host from which nothing comes back.
    static let lostHostTimeout: Duration = .seconds(1)

    private var limits: ProbeLimits
    private var checks: [CheckID: Check] = [:]
    /// When the next probe of each check starts that is not being made.
    private var due = Agenda<CheckID>()
    /// When the probe in flight of each other one must have come back, if this node is never `stalled` from now on and
    /// never was.
    private var deadlines = Agenda<CheckID>()
    /// Time so far in which this node could not attend to its probes.
    private var stalled = Duration.zero
    /// Since when each target is monitored that is.
    private var monitored = Agenda<CheckID>()
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
        return [deadline, start].compactMap(\.self).min()
    }

    /// When the first probe in flight must have come back; `nil` when none is in flight.
    var deadline: Instant? { deadlines.earliest.map { $0 + stalled } }

    /// Gives all probes in flight so much more time.
    mutating func excuse(_ time: Duration) { stalled += time }

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
        let timeout =
            check.prompt?.reason == .hostLost ? min(healthCheck.timeout, Self.lostHostTimeout) : healthCheck.timeout
        check.schedule.begin(attempt: attempts, at: now, isPrompted: check.prompt != nil, by: healthCheck)
        check.isHurried = timeout < healthCheck.timeout
        check.keepsConnection =
            check.prompt == nil && healthCheck.watchesConnections && monitored.count + keepers < limits.monitored
            && check.monitor.wantsConnection(at: now, interval: healthCheck.interval)
        if check.keepsConnection { keepers += 1 }
        check.latestPrompt = check.prompt
        check.prompt = nil
        checks[id] = check
        deadlines.schedule(id, at: now - stalled + timeout + Self.grace)
        directives.append(
            .probe(
                ProbeID(check: id, attempt: attempts), timeout: timeout, keepsConnection: check.keepsConnection))
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
        while let id = deadlines.popDue(at: now - stalled) {
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
        if check.keepsConnection { keepers -= 1 }
        if check.isHurried, outcome.lacksAnswer {
            // Something comes back from that host after all, or nobody knows.
            check.schedule.abandon()
            check.prompt = check.latestPrompt
            check.prompt?.reason = .connectionEnded
            due.schedule(id, at: now)
            return nil
        }
        let change = check.tracker.record(outcome, by: healthCheck, isRegular: run.isRegular)
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
        var finding = Finding(check: id, health: health, change: change, hasSucceeded: check.hasSucceeded)
        if case .unhealthy = outcome, let prompt = check.latestPrompt, !prompt.isPassedOn {
            finding.prompt = Prompt(reason: prompt.reason, isPassedOn: true)
        }
        return finding
    }

    private mutating func abandonProbe(of id: CheckID, _ directives: inout [Directive]) {
        guard let check = checks[id], let attempt = check.schedule.run?.attempt else { return }
        directives.append(.cancelProbe(ProbeID(check: id, attempt: attempt)))
        checks[id]?.schedule.abandon()
        deadlines.cancel(id)
        if check.keepsConnection { keepers -= 1 }
    }
}

// MARK: Monitored connections

extension HealthChecks {
    /// The connection that a probe left behind has ended.
    mutating func connectionEnded(
        _ probe: ProbeID, _ end: ConnectionEnd, at now: Instant, _ directives: inout [Directive]
    ) {
        let id = probe.check
        guard var check = checks[id], check.monitor.connection?.attempt == probe.attempt else { return }
        check.monitor.end(at: now)
        checks[id] = check
        monitored.cancel(id)
        hurry(id, Prompt(reason: end == .lost ? .hostLost : .connectionEnded), at: now, &directives)
    }

    /// Makes a check before its time, because of what another one of the same real server has shown. Nothing happens unless all is
    /// well with it so far: a failing check is made soon anyway.
    mutating func prompt(_ id: CheckID, _ prompt: Prompt, at now: Instant, _ directives: inout [Directive]) {
        guard let check = checks[id], check.hasBegun, check.prompt == nil, check.tracker.isSteady else { return }
        hurry(id, prompt, at: now, &directives)
    }

    private mutating func hurry(_ id: CheckID, _ prompt: Prompt, at now: Instant, _ directives: inout [Directive]) {
        checks[id]?.prompt = prompt
        // A probe in flight would take all its time to find out what is all but certain.
        if prompt.reason == .hostLost { abandonProbe(of: id, &directives) }
        guard checks[id]?.schedule.run == nil else { return }
        due.schedule(id, at: min(due[id] ?? now, now))
    }

    /// Monitors what the probe that has just ended left behind, or closes it, and closes what is no longer to be monitored.
    private mutating func keepOrCloseConnection(
        _ id: CheckID, _ check: inout Check, _ attempt: Int, _ outcome: ProbeOutcome, at now: Instant,
        _ directives: inout [Directive]
    ) {
        let before = check.monitor.connection
        if outcome.keepsConnection {
            // What is to be probed at once shall not begin with a connection that may be of the time before.
            if check.tracker.health.state == .healthy, check.specification.healthCheck.watchesConnections,
                check.prompt == nil
            {
                check.monitor.open(attempt: attempt, at: now)
                monitored.schedule(id, at: now)
                if let before { directives.append(.closeConnection(ProbeID(check: id, attempt: before.attempt))) }
            } else {
                directives.append(.closeConnection(ProbeID(check: id, attempt: attempt)))
            }
        } else if outcome.isHealthy, check.keepsConnection {
            check.monitor.decline()
        }
        guard check.tracker.health.state == .unhealthy else { return }
        if let before { directives.append(.closeConnection(ProbeID(check: id, attempt: before.attempt))) }
        // What it did with its connections while it was failing is no habit.
        check.monitor = ConnectionMonitor()
        monitored.cancel(id)
    }

    /// Closes the connection that was monitored for the longest time; `false` when there is none.
    private mutating func giveUpMonitored(_ directives: inout [Directive]) -> Bool {
        guard let id = monitored.popEarliest() else { return false }
        closeConnection(to: id, &directives)
        return true
    }

    private mutating func closeConnection(to id: CheckID, _ directives: inout [Directive]) {
        guard let attempt = checks[id]?.monitor.connection?.attempt else { return }
        directives.append(.closeConnection(ProbeID(check: id, attempt: attempt)))
        checks[id]?.monitor.close()
        monitored.cancel(id)
    }
}

// MARK: Other checks

extension HealthChecks {
    /// Makes room for so many checks at once.
    mutating func reserveCapacity(_ count: Int) { checks.reserveCapacity(count) }

    /// Adds a check that has not begun; `health` is what is known already.
    mutating func add(_ id: CheckID, _ specification: ProbeTarget, _ health: Health = Health()) {
        checks[id] = Check(specification: specification, tracker: HealthTracker(health))
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
        if !healthCheck.watchesConnections { closeConnection(to: id, &directives) }
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
        check.monitor = ConnectionMonitor()
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
