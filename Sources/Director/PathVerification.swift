package import LVSCareModel

/// Decides when this node tries the VIP as a client, and what follows from the answers.
///
/// Health checks go straight to the real servers, clients go through the VIP; both ways have to work. A round of
/// attempts (`VerificationRound`) begins after the first complete pass, after every change of the path and repair of the
/// table, when a real server comes into service, and about once a minute.
///
/// | what happens | what follows |
/// |---|---|
/// | an attempt is answered | nothing is held against that real server |
/// | it is not, and the real server was healthy by direct probes all the time | it is repeated |
/// | nor is that, the next pass finds all in order, the next probe succeeds | the real server counts as unanswered |
/// | a direct probe fails meanwhile | nothing: what is wrong with a real server itself is the health check's business |
/// | a pass fails meanwhile, or has to put something right | nothing |
/// | an unanswered real server answers | the end of it is told |
///
/// Where the kernel does not tell which real server an attempt got, all that are in service take its place. Nothing
/// here changes a weight.
package struct PathVerification: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// What came of an attempt, and the real server that it got, where that is known.
    package enum Outcome: Hashable, Sendable {
        case answered(RealServer?)
        case unanswered(RealServer?, ProbeFailure)
        /// It could not be made, which says nothing.
        case notMade
    }

    package enum Input: Hashable, Sendable {
        /// A pass has ended: whether table and path are as wanted, whether the path, or what another program did to the
        /// table, had to be put right, and the real servers that get connections.
        case passFinished(isComplete: Bool, hasRepaired: Bool, inService: Set<RealServer>)
        /// A direct probe of a real server has ended: with success after this time, or with a failure.
        case probed(RealServer, answeredAfter: Duration?)
        /// The attempt of this number has ended.
        case attemptEnded(Int, Outcome)
        /// The instant of the latest `wake` has come.
        case wake
    }

    package enum Directive: Hashable, Sendable {
        /// Try the VIP as a client and answer with `attemptEnded` and the same number.
        case attempt(Int, timeout: Duration)
        /// Run a pass soon, because the table or the path may be gone.
        case look
        /// Tell the world.
        case report(ReachabilityReport)
        /// Answer with `wake` at this instant, and no longer at the one before.
        case wake(at: Instant)
    }

    /// Time from one round to the next.
    static let period: Duration = .seconds(60)
    /// The same while something is not answered, so that its end is found soon.
    static let unansweredPeriod: Duration = .seconds(10)
    /// Shortest time from the start of one round to that of the next, however often something changes.
    static let shortestPeriod: Duration = .seconds(5)
    /// Time from the first complete pass to the first round, in which real servers get their first verdicts.
    static let firstDelay: Duration = .seconds(1)
    /// Shortest time from the start of one attempt to that of the next.
    package static let spacing: Duration = .milliseconds(100)
    /// Longest time that an attempt may take where real servers are not slower than that.
    static let usualTimeout: Duration = .seconds(5)

    /// Whom attempts without an answer speak against.
    private enum Suspect: Hashable {
        case realServer(RealServer)
        case unidentified
    }

    private struct Suspicion {
        var count = 0
        /// When the latest attempt ended.
        var latest: Instant
    }

    private struct Flight {
        var number: Int
        var started: Instant
        var timeout: Duration
        /// Whether something changed meanwhile, so that its end says nothing.
        var isVoid = false
    }

    private var healthCheck: HealthCheck
    private var generator: SplitMix64
    private var isComplete = false
    private var inService: Set<RealServer> = []
    private var probes = ProbeRecord()
    private var round: VerificationRound?
    private var roundStarted: Instant?
    /// When the next round begins; `nil` before the first complete pass.
    private var due: Instant?
    /// Whether something happened in a round that calls for another.
    private var wantsRound = false
    private var flight: Flight?
    private var attempts = 0
    private var earliestAttempt: Instant?
    /// When the latest pass ended that found everything in order.
    private var latestPass: Instant?
    private var suspicions: [Suspect: Suspicion] = [:]
    /// The suspects that count as unanswered, each since its latest attempt had shown it.
    private var unanswered: [Suspect: Instant] = [:]
    private var latestFailure: ProbeFailure?
    private var news = UnansweredNews()
    private var answering: (since: Instant, realServers: Set<RealServer>)?
    private var armed: Instant?

    /// A verification that has not begun; `seed` decides the jitter.
    package init(_ healthCheck: HealthCheck, seed: UInt64) {
        self.healthCheck = healthCheck
        generator = SplitMix64(seed: seed)
    }

    /// Longest time that an attempt may take where the slowest direct probe took `slowest`: twice as long, if that is
    /// longer than usual, and never longer than a probe may take.
    package static func timeout(of healthCheck: HealthCheck, slowest: Duration) -> Duration {
        min(healthCheck.timeout, max(usualTimeout, slowest * 2))
    }

    /// What is known now.
    package var reachability: Reachability {
        if let since = unanswered.values.min() { return .unanswered(since: since, realServers: namedUnanswered) }
        guard let answering, isComplete, !inService.isEmpty else { return .unknown }
        return .answered(since: answering.since, realServers: answering.realServers.sorted())
    }

    /// Whether a pass matters also if it has changed nothing.
    package var awaitsPass: Bool { !suspicions.isEmpty }

    /// Takes over another specification: what is undeclared is forgotten.
    package mutating func adopt(_ specification: Specification) {
        healthCheck = specification.healthCheck
        probes.keep(Set(specification.realServers))
    }

    /// Takes in what happened at `now`, which never runs backwards, and says what to do, in this order.
    package mutating func handle(_ input: Input, at now: Instant) -> [Directive] {
        var directives: [Directive] = []
        switch input {
        case .passFinished(let isComplete, let hasRepaired, let inService):
            record(isComplete: isComplete, hasRepaired: hasRepaired, inService, at: now)
        case .probed(let realServer, nil):
            fail(realServer)
            return []
        case .probed(let realServer, let time?):
            succeed(realServer, after: time, at: now)
        case .attemptEnded(let number, let outcome):
            guard let flight, flight.number == number else { return [] }
            self.flight = nil
            record(outcome, of: flight, at: now, into: &directives)
        case .wake:
            armed = nil
        }
        handleDue(at: now, into: &directives)
        return directives
    }
}

// MARK: What happened

extension PathVerification {
    private mutating func record(
        isComplete: Bool, hasRepaired: Bool, _ inService: Set<RealServer>, at now: Instant
    ) {
        let isResumed = isComplete && !self.isComplete
        self.isComplete = isComplete
        if !isComplete || isResumed || hasRepaired {
            // What was tried before was another path.
            flight?.isVoid = true
            round = nil
            suspicions = [:]
        } else {
            latestPass = now
            convict(at: now)
        }
        let newcomers = inService.subtracting(self.inService)
        let gone = self.inService.subtracting(inService)
        self.inService = inService
        for realServer in gone {
            suspicions[.realServer(realServer)] = nil
            unanswered[.realServer(realServer)] = nil
            answering?.realServers.remove(realServer)
        }
        if unanswered.isEmpty { news.dropUntold() }
        guard isComplete else { return }
        guard due != nil else {
            due = now + Self.firstDelay
            return
        }
        if hasRepaired || isResumed || !newcomers.isEmpty { requestRound(at: now) }
    }

    private mutating func requestRound(at now: Instant) {
        guard round == nil else {
            wantsRound = true
            return
        }
        due = min(due ?? now, earliestRound(at: now))
    }

    private func earliestRound(at now: Instant) -> Instant {
        max(now, roundStarted.map { $0 + Self.shortestPeriod } ?? now)
    }

    /// A direct probe has failed.
    private mutating func fail(_ realServer: RealServer) {
        probes.failed(realServer)
        suspicions[.realServer(realServer)] = nil
        if inService.contains(realServer) { suspicions[.unidentified] = nil }
    }

    /// A direct probe has succeeded.
    private mutating func succeed(_ realServer: RealServer, after time: Duration, at now: Instant) {
        probes.succeeded(realServer, after: time, at: now)
        convict(at: now)
    }

    /// Whether the path and direct probes were in order after the latest of several attempts that were not answered.
    private func confirms(_ suspect: Suspect, _ suspicion: Suspicion) -> Bool {
        guard suspicion.count >= 2, let latestPass, latestPass > suspicion.latest else { return false }
        let concerned: Set<RealServer> =
            if case .realServer(let realServer) = suspect { [realServer] } else { inService }
        return concerned.allSatisfy { probes.hasSucceeded($0, after: suspicion.latest) }
    }

    private mutating func convict(at now: Instant) {
        for (suspect, suspicion) in suspicions where confirms(suspect, suspicion) {
            suspicions[suspect] = nil
            unanswered[suspect] = now
            news.begin(at: now)
        }
    }

    private mutating func record(
        _ outcome: Outcome, of flight: Flight, at now: Instant, into directives: inout [Directive]
    ) {
        guard !flight.isVoid else { return }
        switch outcome {
        case .notMade:
            break
        case .answered(let realServer):
            round?.answered(by: realServer)
            answering = answering ?? (since: now, realServers: [])
            if let realServer {
                suspicions[.realServer(realServer)] = nil
                unanswered[.realServer(realServer)] = nil
                if inService.contains(realServer) { answering?.realServers.insert(realServer) }
            }
            endUnanswered(at: now, into: &directives)
        case .unanswered(let realServer, let failure):
            // What comes much later than it should says that this process was held up.
            guard now - flight.started <= flight.timeout + .seconds(1) else { return }
            doubt(realServer, failure, since: flight.started, at: now, into: &directives)
        }
    }

    private mutating func doubt(
        _ realServer: RealServer?, _ failure: ProbeFailure, since: Instant, at now: Instant,
        into directives: inout [Directive]
    ) {
        let concerned = realServer.map { [$0] } ?? inService
        guard concerned.allSatisfy({ probes.isHealthy($0, since: since) }) else { return }
        latestFailure = failure
        round?.failed()
        let suspect = realServer.map(Suspect.realServer) ?? .unidentified
        let count = suspicions[suspect]?.count ?? 0
        // Two are enough; a third would only put off the direct probe that has to follow.
        if unanswered[suspect] == nil, count < 2 {
            suspicions[suspect] = Suspicion(count: count + 1, latest: now)
            directives.append(.look)
        }
        guard unanswered[suspect] != nil || (suspicions[suspect]?.count ?? 0) >= 2 else { return }
        if let realServer {
            round?.giveUp(realServer)
            answering?.realServers.remove(realServer)
        } else {
            round?.stop()
        }
    }
}

// MARK: What is due

extension PathVerification {
    private mutating func handleDue(at now: Instant, into directives: inout [Directive]) {
        if flight == nil, let round, round.isOver(isDoubtful: suspicions.values.contains { $0.count == 1 }) {
            finish(round, at: now, into: &directives)
        }
        if flight == nil, round == nil, isComplete, let due, due <= now { beginRound(at: now) }
        if flight == nil, round != nil, earliestAttempt.map({ $0 <= now }) ?? true { begin(at: now, into: &directives) }
        report(at: now, into: &directives)
        armTimer(at: now, into: &directives)
    }

    private mutating func beginRound(at now: Instant) {
        // Without any, the next probe that succeeds begins it.
        let healthy = inService.filter { probes.isHealthy($0) }
        guard !healthy.isEmpty else { return }
        round = VerificationRound(toReach: healthy)
        roundStarted = now
        due = now + Self.period
        wantsRound = false
        // What one attempt of an earlier round has shown without saying of whom is too old to be repeated.
        suspicions[.unidentified] = nil
    }

    private mutating func begin(at now: Instant, into directives: inout [Directive]) {
        attempts += 1
        round?.begin()
        earliestAttempt = now + Self.spacing
        let timeout = Self.timeout(of: healthCheck, slowest: probes.slowest(of: inService))
        flight = Flight(number: attempts, started: now, timeout: timeout)
        directives.append(.attempt(attempts, timeout: timeout))
    }

    private mutating func finish(
        _ finished: VerificationRound, at now: Instant, into directives: inout [Directive]
    ) {
        round = nil
        let isCalm = unanswered.isEmpty && suspicions.isEmpty
        let wait = (isCalm ? Self.period : Self.unansweredPeriod) * healthCheck.jitterFactor(using: &generator)
        due = wantsRound ? earliestRound(at: now) : now + wait
        guard finished.answers > 0, finished.failures == 0 else { return }
        unanswered[.unidentified] = nil
        endUnanswered(at: now, into: &directives)
        guard unanswered.isEmpty, suspicions.isEmpty else { return }
        directives.append(.report(ReachabilityReport(phase: .verified, realServers: finished.reached.sorted())))
    }

    private mutating func endUnanswered(at now: Instant, into directives: inout [Directive]) {
        guard unanswered.isEmpty, let duration = news.end(at: now) else { return }
        answering?.since = now
        let realServers = answering?.realServers.sorted() ?? []
        directives.append(.report(ReachabilityReport(phase: .ended, realServers: realServers, duration: duration)))
    }

    private mutating func report(at now: Instant, into directives: inout [Directive]) {
        guard isComplete, !unanswered.isEmpty else { return }
        let mayGrow = round != nil || suspicions.values.contains { $0.count >= 2 }
        guard let (phase, duration) = news.next(at: now, mayGrow: mayGrow) else { return }
        directives.append(
            .report(
                ReachabilityReport(
                    phase: phase, realServers: namedUnanswered, duration: duration, failure: latestFailure)))
    }

    private var namedUnanswered: [RealServer] {
        // One that is not known stands for all.
        guard unanswered[.unidentified] == nil else { return [] }
        return unanswered.keys.compactMap { if case .realServer(let realServer) = $0 { realServer } else { nil } }
            .sorted()
    }

    private mutating func armTimer(at now: Instant, into directives: inout [Directive]) {
        var instants: [Instant?] = []
        if flight == nil, isComplete { instants.append(round == nil ? due : earliestAttempt) }
        if isComplete, !unanswered.isEmpty { instants.append(news.due) }
        // What is due already waits for something else to happen.
        guard let earliest = instants.compactMap(\.self).filter({ $0 > now }).min(), earliest != armed else { return }
        armed = earliest
        directives.append(.wake(at: earliest))
    }
}
