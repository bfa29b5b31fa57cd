import LVSCareModel

/// The health checks of all real servers of one virtual service: who is probed when, and which connections are watched.
///
/// Each real server is by itself (`CheckSchedule`, `HealthTracker`, `Watch`); what they share is two agendas, so that
/// whatever happens costs a logarithm of their number, and the limits. A probe that is due starts as soon as the limits
/// allow, in the order of the due times; none is ever passed over.
///
/// | what happens | what follows |
/// |---|---|
/// | the probe succeeds | the next after an interval |
/// | it fails, or leaves the real server unhealthy | the next after the unhealthy interval |
/// | it is inconclusive: this node could not ask | the next after the unhealthy interval; all else stays |
/// | that was for want of a descriptor | a watched connection is closed for it |
/// | it does not come back | a failure, at its deadline, which moves by the time in which this node was stalled |
/// | the watched connection is closed or reset | a probe at once |
/// | the same while a probe is in flight | another one as soon as that succeeds, as it may tell of the time before |
/// | the watched connection is lost | a probe at once, with a second to connect, also in place of one in flight |
/// | that one connects and gets no answer | another one with all the time |
///
/// Changes nothing but itself: what is to be done is appended to `directives`, what was found is returned.
struct HealthChecks: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias Directive = ServiceDirector.Directive

    /// What one check has shown.
    struct Finding: Hashable, Sendable {
        var realServer: RealServer
        var health: Health
        /// How the verdict changed; `nil` when it did not.
        var transition: HealthTransition?
    }

    /// Why a probe comes before its time.
    private enum Prompt: Hashable {
        /// The watched connection was closed or reset.
        case connectionEnded
        /// Nothing comes back from the host. A connection that does not come about within `patience` is proof enough then.
        case hostLost
    }

    /// How far the turns of a real server have got away from those of others.
    private enum Turn {
        case open
        case crowded
        case settled
    }

    private struct Check {
        var tracker: HealthTracker
        var schedule = CheckSchedule()
        var watch = Watch()
        /// Whether the probe in flight shall leave its connection behind.
        var keepsConnection = false
        /// Whether the probe in flight got less time than usual.
        var isHurried = false
        /// Why the next probe comes before its time; `nil` when it does not.
        var prompt: Prompt?
        /// Whether its turns are where they may stay. Those of a crowd are still to be spread.
        var turn = Turn.open
    }

    /// Most probes that start at the same instant; see `startDue`.
    static let crowd = 64
    /// Longest time over which a crowd of probes is spread.
    static let longestSpread: Duration = .seconds(1)
    /// How long a probe is waited for beyond the time-out that the prober itself keeps, so that its own and more telling
    /// failure arrives first.
    static let grace: Duration = .milliseconds(100)
    /// Time for a probe of a host from which nothing comes back.
    static let patience: Duration = .seconds(1)

    /// Whether the probing has begun.
    private(set) var hasBegun = false
    private var realServers: [RealServer]
    /// Where the probes of those go that are not probed themselves.
    private var checkEndpoints: [RealServer: Endpoint]
    private var healthCheck: HealthCheck
    private var limits: ProbeLimits
    private var checks: [RealServer: Check]
    /// When the next probe of each real server starts that is not being probed.
    private var due = Agenda<RealServer>()
    /// When the probe in flight of each other one must have come back, if this node is never `stalled` from now on and
    /// never was.
    private var deadlines = Agenda<RealServer>()
    /// Time so far in which this node could not attend to its probes.
    private var stalled = Duration.zero
    /// Since when each real server is watched that is.
    private var watched = Agenda<RealServer>()
    /// Number of probes in flight that shall leave their connections behind.
    private var keepers = 0
    private var attempts = 0
    private var generator: SplitMix64

    init(of specification: Specification, within limits: ProbeLimits, seed: UInt64) {
        realServers = specification.realServers
        checkEndpoints = specification.checkEndpoints
        healthCheck = specification.healthCheck
        self.limits = limits
        checks = Dictionary(uniqueKeysWithValues: realServers.map { ($0, Check(tracker: HealthTracker($0))) })
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

    /// A wait of about `duration`.
    mutating func jittered(_ duration: Duration) -> Duration {
        duration * healthCheck.jitterFactor(using: &generator)
    }

    /// Begins: all real servers are due.
    mutating func begin(at now: Instant) {
        hasBegun = true
        for realServer in realServers { due.schedule(realServer, at: now) }
    }

    // MARK: Beginning of probes

    /// Starts the probes that are due, as far as the limits allow.
    ///
    /// At the beginning, and when this node slept, all of them are due together. Only `crowd` probes start at once then, the
    /// rest at the pace at which all real servers together take the interval, or a second if that is shorter: the first
    /// verdicts shall not take long. Those get their next turn anywhere in the rest of the interval, so that the turns of
    /// many are spread over all of it from then on.
    mutating func startDue(at now: Instant, _ directives: inout [Directive]) {
        for _ in 0..<Self.crowd {
            guard let instant = due.earliest, instant <= now, makeRoom(&directives), let realServer = due.popEarliest()
            else { return }
            start(realServer, at: now, &directives)
        }
        var instant = now
        let pace = min(healthCheck.interval, Self.longestSpread) / max(checks.count, 1)
        var crowd: [RealServer] = []
        while let realServer = due.popDue(at: now) { crowd.append(realServer) }
        for realServer in crowd {
            instant += pace
            due.schedule(realServer, at: instant)
            if checks[realServer]?.turn == .open { checks[realServer]?.turn = .crowded }
        }
    }

    private mutating func start(_ realServer: RealServer, at now: Instant, _ directives: inout [Directive]) {
        guard var check = checks[realServer] else { return }
        attempts += 1
        let timeout = check.prompt == .hostLost ? min(healthCheck.timeout, Self.patience) : healthCheck.timeout
        check.schedule.begin(attempt: attempts, at: now, isPrompted: check.prompt != nil, by: healthCheck)
        check.isHurried = timeout < healthCheck.timeout
        check.keepsConnection =
            check.prompt == nil && healthCheck.watchesConnections && watched.count + keepers < limits.watched
            && check.watch.wantsConnection(at: now, interval: healthCheck.interval)
        if check.keepsConnection { keepers += 1 }
        check.prompt = nil
        checks[realServer] = check
        deadlines.schedule(realServer, at: now - stalled + timeout + Self.grace)
        directives.append(
            .probe(realServer, attempt: attempts, timeout: timeout, keepsConnection: check.keepsConnection))
    }

    /// Whether one more probe may start; connections may have to go, the one that was watched for the longest time first.
    private mutating func makeRoom(_ directives: inout [Directive]) -> Bool {
        guard deadlines.count < limits.probes, deadlines.count < limits.connections else { return false }
        while deadlines.count + watched.count >= limits.connections, let realServer = watched.popEarliest() {
            closeConnection(to: realServer, &directives)
        }
        return true
    }

    // MARK: End of probes

    /// Takes the result of a probe; `nil` when it counts for nothing, because that probe was given up.
    mutating func finish(
        _ realServer: RealServer, attempt: Int, _ outcome: ProbeOutcome, at now: Instant,
        _ directives: inout [Directive]
    ) -> Finding? {
        guard checks[realServer]?.schedule.run?.attempt == attempt else {
            if outcome.keepsConnection { directives.append(.closeConnection(realServer, attempt: attempt)) }
            return nil
        }
        return conclude(realServer, outcome, at: now, &directives)
    }

    /// Gives up the probes that should have come back.
    mutating func expire(at now: Instant, _ directives: inout [Directive]) -> [Finding] {
        var findings: [Finding] = []
        while let realServer = deadlines.popDue(at: now - stalled) {
            guard let run = checks[realServer]?.schedule.run else { continue }
            directives.append(.cancelProbe(realServer, attempt: run.attempt))
            let outcome = ProbeOutcome.lost(after: now - run.started)
            if let finding = conclude(realServer, outcome, at: now, &directives) { findings.append(finding) }
        }
        return findings
    }

    /// Takes the outcome of the probe in flight into the verdict, and plans the next one.
    private mutating func conclude(
        _ realServer: RealServer, _ outcome: ProbeOutcome, at now: Instant, _ directives: inout [Directive]
    ) -> Finding? {
        guard var check = checks[realServer], let run = check.schedule.run else { return nil }
        defer { checks[realServer] = check }
        deadlines.cancel(realServer)
        if check.keepsConnection { keepers -= 1 }
        if check.isHurried, outcome.lacksAnswer {
            // Something comes back from that host after all, or nobody knows.
            check.schedule.abandon()
            check.prompt = .connectionEnded
            due.schedule(realServer, at: now)
            return nil
        }
        let transition = check.tracker.record(outcome, by: healthCheck, isRegular: run.isRegular)
        let health = check.tracker.health
        let isSettled = outcome.isHealthy && health.state == .healthy
        var next = check.schedule.end(at: now, isSettled: isSettled, by: healthCheck, using: &generator)
        if isSettled, check.turn == .crowded {
            let share = Double.random(in: 0...1, using: &generator)
            let soonest = min(healthCheck.interval, Self.longestSpread)
            next = max(now, run.started + soonest + (healthCheck.interval - soonest) * share)
        }
        // From here on more are due at once only because this node is busy.
        if isSettled { check.turn = .settled }
        if !outcome.isHealthy { check.prompt = nil }
        checks[realServer] = check
        if outcome.lacksDescriptor, giveUpWatched(&directives) {
            // There is one now. It may have been this real server's.
            next = now
            check = checks[realServer] ?? check
        }
        due.schedule(realServer, at: check.prompt == nil ? next : now)
        settleWatch(&check, run.attempt, outcome, at: now, &directives)
        return Finding(realServer: realServer, health: health, transition: transition)
    }

    private mutating func abandonProbe(of realServer: RealServer, _ directives: inout [Directive]) {
        guard let check = checks[realServer], let attempt = check.schedule.run?.attempt else { return }
        directives.append(.cancelProbe(realServer, attempt: attempt))
        checks[realServer]?.schedule.abandon()
        deadlines.cancel(realServer)
        if check.keepsConnection { keepers -= 1 }
    }
}

// MARK: Watched connections

extension HealthChecks {
    /// The connection that the probe of this number left behind has ended.
    mutating func connectionEnded(
        _ realServer: RealServer, attempt: Int, _ end: ConnectionEnd, at now: Instant, _ directives: inout [Directive]
    ) {
        guard var check = checks[realServer], check.watch.connection?.attempt == attempt else { return }
        check.watch.end(at: now)
        check.prompt = end == .lost ? .hostLost : .connectionEnded
        checks[realServer] = check
        watched.cancel(realServer)
        // A probe in flight would take all its time to find out what is all but certain.
        if end == .lost { abandonProbe(of: realServer, &directives) }
        guard checks[realServer]?.schedule.run == nil else { return }
        due.schedule(realServer, at: min(due[realServer] ?? now, now))
    }

    /// Watches what the probe that has just ended left behind, or closes it, and closes what is no longer to be watched.
    private mutating func settleWatch(
        _ check: inout Check, _ attempt: Int, _ outcome: ProbeOutcome, at now: Instant,
        _ directives: inout [Directive]
    ) {
        let realServer = check.tracker.realServer
        let before = check.watch.connection
        if outcome.keepsConnection {
            // What is to be probed at once shall not begin with a connection that may be of the time before.
            if check.tracker.health.state == .healthy, healthCheck.watchesConnections, check.prompt == nil {
                check.watch.open(attempt: attempt, at: now)
                watched.schedule(realServer, at: now)
                if let before { directives.append(.closeConnection(realServer, attempt: before.attempt)) }
            } else {
                directives.append(.closeConnection(realServer, attempt: attempt))
            }
        } else if outcome.isHealthy, check.keepsConnection {
            check.watch.decline()
        }
        guard check.tracker.health.state == .unhealthy else { return }
        if let before { directives.append(.closeConnection(realServer, attempt: before.attempt)) }
        // What it did with its connections while it was failing is no habit.
        check.watch = Watch()
        watched.cancel(realServer)
    }

    /// Closes the connection that was watched for the longest time; `false` when there is none.
    private mutating func giveUpWatched(_ directives: inout [Directive]) -> Bool {
        guard let realServer = watched.popEarliest() else { return false }
        closeConnection(to: realServer, &directives)
        return true
    }

    private mutating func closeConnection(to realServer: RealServer, _ directives: inout [Directive]) {
        guard let attempt = checks[realServer]?.watch.connection?.attempt else { return }
        directives.append(.closeConnection(realServer, attempt: attempt))
        checks[realServer]?.watch.close()
        watched.cancel(realServer)
    }
}

// MARK: Another specification

extension HealthChecks {
    /// Takes over another specification: what stays keeps its health and its turn, what is new is due at once.
    ///
    /// Where another kind of probe is wanted, or one in another place, it is due at once: what is in flight or watched shows
    /// nothing any more.
    mutating func adopt(_ specification: Specification, at now: Instant, _ directives: inout [Directive]) {
        let undeclared = Set(realServers).subtracting(specification.realServers)
        let asksOtherwise = specification.healthCheck.probe != healthCheck.probe
        let before = checkEndpoints
        let isQuicker =
            specification.healthCheck.interval < healthCheck.interval
            || specification.healthCheck.quickInterval < healthCheck.quickInterval
        healthCheck = specification.healthCheck
        realServers = specification.realServers
        checkEndpoints = specification.checkEndpoints

        for realServer in undeclared.sorted() {
            abandonProbe(of: realServer, &directives)
            closeConnection(to: realServer, &directives)
            checks[realServer] = nil
            due.cancel(realServer)
        }
        for realServer in realServers {
            guard let check = checks[realServer] else {
                checks[realServer] = Check(tracker: HealthTracker(realServer))
                if hasBegun { due.schedule(realServer, at: now) }
                continue
            }
            if asksOtherwise || before[realServer] != checkEndpoints[realServer] {
                startOver(realServer, at: now, &directives)
                continue
            }
            if !healthCheck.watchesConnections { closeConnection(to: realServer, &directives) }
            let isUnhealthy = check.tracker.health.state == .unhealthy
            let latest = now + (isUnhealthy ? healthCheck.quickInterval : healthCheck.interval)
            if isQuicker, let instant = due[realServer], instant > latest { due.schedule(realServer, at: latest) }
        }
    }

    /// Begins anew with a real server that stays: only its verdict is left.
    private mutating func startOver(_ realServer: RealServer, at now: Instant, _ directives: inout [Directive]) {
        abandonProbe(of: realServer, &directives)
        closeConnection(to: realServer, &directives)
        guard var check = checks[realServer] else { return }
        check.tracker.startOver()
        check.watch = Watch()
        check.prompt = nil
        check.turn = .open
        checks[realServer] = check
        if hasBegun { due.schedule(realServer, at: now) }
    }

    /// Takes over other limits. Watched connections that are too many are closed, the oldest first; probes that are
    /// too many end by themselves.
    mutating func adopt(_ limits: ProbeLimits, _ directives: inout [Directive]) {
        self.limits = limits
        while watched.count > limits.watched || watched.count + deadlines.count > limits.connections,
            let realServer = watched.popEarliest()
        {
            closeConnection(to: realServer, &directives)
        }
    }
}

extension Specification {
    fileprivate var checkEndpoints: [RealServer: Endpoint] {
        members.reduce(into: [:]) { $0[$1.realServer] = $1.checkEndpoint }
    }
}
