package import LVSCareModel

/// The engine as a value: takes what happened, gives back what to do, for all services of a node.
///
/// It reads no clock, opens no socket and knows no thread. Whoever runs it tells it the time, carries out its directives
/// in their order, and keeps one timer for it.
///
/// Each service is by itself (`ServiceDirector`): it begins with a pass, and is probed only when that has ended. What they
/// share is the checks (`HealthChecks`), with one budget of probes, descriptors and monitored connections by demand, and the
/// passes: those that are due together are one, of ``passSize`` services at most, and the repairs of many services are
/// spread over the repair interval.
package struct NodeDirector: Sendable {
    /// A point in time of the one clock that all inputs use.
    package typealias Instant = ContinuousClock.Instant

    /// Most services of one pass, so that none takes long.
    package static let passSize = 64

    /// The services that are wanted, in the order in which they were declared. Others may still be leaving: `forget` ends that.
    package private(set) var services: [VirtualService] = []
    private var directors: [VirtualService: ServiceDirector] = [:]
    private var registry = CheckRegistry()
    private var checks: HealthChecks
    /// When each service has something to do.
    private var due = Agenda<VirtualService>()
    private var hasStarted = false
    /// The instant of the latest `wake` directive; `nil` when it has come.
    private var armed: Instant?
    private var seeds: SplitMix64

    /// A director that has not begun at `now`; `seed` decides the jitter. Of specifications of one service, the first counts.
    package init(
        _ specifications: [Specification], limits: ProbeLimits = ProbeLimits(), seed: UInt64, at now: Instant = .now
    ) {
        seeds = SplitMix64(seed: seed)
        checks = HealthChecks(within: limits, seed: seed)
        let members = specifications.reduce(0) { $0 + $1.members.count }
        directors.reserveCapacity(specifications.count)
        registry.reserveCapacity(members)
        checks.reserveCapacity(members)
        var none: [Directive] = []
        adopt(specifications, at: now, &none)
    }

    /// What is wanted of a service, and what is known about it; `nil` when it is not looked after.
    package subscript(service: VirtualService) -> ServiceDirector? { directors[service] }

    /// What a check asks; `nil` when nobody relies on it any more.
    package func specification(of check: CheckID) -> ProbeTarget? { registry.specification(of: check) }

    /// The real servers that rely on a check.
    package func members(of check: CheckID) -> [(service: VirtualService, realServer: RealServer)] {
        registry.members(of: check).map { ($0.service, $0.realServer) }
    }

    /// The real servers for which a check speaks where one check has to: those whose first one it is.
    ///
    /// Attempts of clients are compared with it (`PathVerification`). What other checks find can differ for as long as the verdict
    /// stays, with `any` for example, and would say that a real server fails which clients are sent to.
    package func membersLed(by check: CheckID) -> [(service: VirtualService, realServer: RealServer)] {
        registry.members(of: check).filter { registry[$0].first == check }.map { ($0.service, $0.realServer) }
    }

    /// Number of checks; equal ones are one.
    package var checkCount: Int { registry.count }

    /// When the first probe in flight counts as lost, or somebody as suspect, unless this node was stalled; `nil` when no answer
    /// is to come.
    package var probeDeadline: Instant? { checks.deadline }

    /// Takes in what happened at `now`, which never runs backwards, and says what to do, in this order.
    package mutating func handle(_ input: Input, at now: Instant) -> [Directive] {
        var directives: [Directive] = []
        switch input {
        case .start:
            guard !hasStarted else { break }
            hasStarted = true
            for service in services { start(service, at: now) }
        case .probeFinished(let probe, let outcome):
            if let finding = checks.finish(probe, outcome, at: now, &directives) {
                record(finding, at: now, &directives)
            }
        case .connectionEnded(let probe, let end):
            checks.connectionEnded(probe, end, at: now, &directives)
        case .heartbeatAnswered(let probe):
            if let finding = checks.heartbeatAnswered(probe, at: now) { record(finding, at: now, &directives) }
        case .stalled(let time):
            checks.excuse(time, at: now)
        case .wake:
            armed = nil
            // Nothing else may end a probe: what has come together with this was to be handled first.
            for finding in checks.expire(at: now, &directives) { record(finding, at: now, &directives) }
            for finding in checks.suspect(at: now, &directives) { record(finding, at: now, &directives) }
        case .kernelChanged(let services):
            for service in services where directors[service] != nil {
                directors[service]?.kernelChanged(at: now)
                due.schedule(service, at: now)
            }
        case .passFinished(let reports):
            // In an order that is the same each time, because probes begin in it.
            for service in inOrder(reports.keys) {
                if let report = reports[service] { finish(report, of: service, at: now, &directives) }
            }
        case .configurationChanged(let specifications):
            adopt(specifications, at: now, &directives)
        case .limitsChanged(let limits):
            checks.limit(to: limits, &directives)
        }
        if hasStarted { handleDue(at: now, &directives) }
        return directives
    }

    // MARK: Services

    /// Those that stay in the order in which they were declared, those that leave behind them.
    private func inOrder(_ some: Dictionary<VirtualService, PassReport>.Keys) -> [VirtualService] {
        guard some.count > 1 else { return Array(some) }
        let staying = services.filter(some.contains)
        guard staying.count < some.count else { return staying }
        let leaving = Set(some).subtracting(staying)
        return staying + leaving.sorted { $0.description < $1.description }
    }

    private mutating func start(_ service: VirtualService, at now: Instant) {
        directors[service]?.start(at: now)
        due.schedule(service, at: now)
    }

    private mutating func finish(
        _ report: PassReport, of service: VirtualService, at now: Instant, _ directives: inout [Directive]
    ) {
        guard directors[service]?.passFinished(report, at: now) == true else { return }
        if directors[service]?.hasLeft == true {
            directors[service] = nil
            due.cancel(service)
            return directives.append(.forget(service))
        }
        due.schedule(service, at: now)
        beginChecks(of: service, at: now)
    }

    private mutating func beginChecks(of service: VirtualService, at now: Instant) {
        guard let director = directors[service], director.hasBegun else { return }
        for realServer in director.specification.realServers {
            let member = CheckRegistry.Member(service: service, realServer: realServer)
            for id in registry[member] { checks.begin(id, at: now) }
        }
    }

    /// Takes what a check has shown into what is wanted of all who rely on it.
    private mutating func record(_ finding: HealthChecks.Finding, at now: Instant, _ directives: inout [Directive]) {
        for member in registry.members(of: finding.check) {
            let news = directors[member.service]?.record(finding, of: member.realServer, at: now)
            if let suspicion = news?.suspicion { directives.append(.reportSuspicion(member.service, suspicion)) }
            if let transition = news?.transition { directives.append(.report(member.service, transition)) }
            due.schedule(member.service, at: now)
            if let prompt = finding.prompt {
                promptOthers(of: member, than: finding.check, prompt, at: now, &directives)
            }
        }
    }

    /// A connection to a real server has ended, and it was asked in vain why: its other checks are made now where it is they that
    /// find it healthy.
    private mutating func promptOthers(
        of member: CheckRegistry.Member, than check: CheckID, _ prompt: HealthChecks.Prompt, at now: Instant,
        _ directives: inout [Directive]
    ) {
        guard directors[member.service]?.desired[member.realServer]?.state == .healthy else { return }
        for other in registry[member] where other != check { checks.prompt(other, prompt, at: now, &directives) }
    }

    private mutating func adopt(
        _ specifications: [Specification], at now: Instant, _ directives: inout [Directive]
    ) {
        let former = services
        services = []
        var wanted: [VirtualService: Specification] = [:]
        for specification in specifications where wanted[specification.service] == nil {
            wanted[specification.service] = specification
            services.append(specification.service)
        }
        for service in former where wanted[service] == nil {
            carryOut(registry.adopt(nil, of: service, insteadOf: realServers(of: service)), at: now, &directives)
            if hasStarted {
                directors[service]?.leave(at: now)
                due.schedule(service, at: now)
            } else {
                directors[service] = nil
                due.cancel(service)
            }
        }
        for (number, service) in services.enumerated() {
            guard let specification = wanted[service] else { continue }
            directors[service]?.phase = Double(number + 1) / Double(services.count)
            // What stays as it is notices nothing.
            if let director = directors[service], director.specification == specification, !director.desired.isLeaving {
                continue
            }
            carryOut(
                registry.adopt(specification, of: service, insteadOf: realServers(of: service)), at: now, &directives)
            let isNew = directors[service] == nil
            if isNew {
                directors[service] = ServiceDirector(specification, seed: seeds.next())
            } else {
                let news = directors[service]?.adopt(specification, at: now) ?? []
                directives += news.map { .report(service, $0) }
            }
            if isNew { directors[service]?.phase = Double(number + 1) / Double(services.count) }
            shareHealth(with: service, at: now, &directives)
            if isNew, hasStarted { start(service, at: now) }
            due.schedule(service, at: now)
            beginChecks(of: service, at: now)
        }
    }

    private func realServers(of service: VirtualService) -> [RealServer] {
        directors[service]?.specification.realServers ?? []
    }

    /// Tells a service on which checks its real servers rely, and what is known of them already.
    private mutating func shareHealth(
        with service: VirtualService, at now: Instant, _ directives: inout [Directive]
    ) {
        for member in directors[service]?.specification.members ?? [] {
            let known = registry[CheckRegistry.Member(service: service, realServer: member.realServer)]
                .map { (id: $0, health: checks.health($0)) }
            let transition = directors[service]?.rely(on: known, for: member, at: now)
            if let transition = transition ?? nil { directives.append(.report(service, transition)) }
        }
    }

    private mutating func carryOut(
        _ steps: [CheckRegistry.Step], at now: Instant, _ directives: inout [Directive]
    ) {
        for step in steps {
            switch step {
            case .add(let id, let specification, let basis):
                checks.add(id, specification, basis.map(checks.health) ?? Health())
            case .replace(let id, let specification):
                checks.replace(id, with: specification, at: now, &directives)
            case .remove(let id):
                checks.remove(id, &directives)
            }
        }
    }

    // MARK: What is due

    private mutating func handleDue(at now: Instant, _ directives: inout [Directive]) {
        var services: [VirtualService] = []
        while let service = due.popDue(at: now) { services.append(service) }
        var passing: [VirtualService] = []
        for service in services {
            guard let outcome = directors[service]?.handleDue(at: now, mayPass: passing.count < Self.passSize) else {
                continue
            }
            for outage in outcome.outages { directives.append(.reportOutage(service, outage)) }
            if outcome.passes { passing.append(service) }
            if let instant = directors[service]?.due { due.schedule(service, at: instant) }
        }
        if !passing.isEmpty { directives.append(.reconcile(passing)) }
        checks.startDue(at: now, &directives)
        checks.beat(at: now, &directives)
        guard let earliest = [checks.earliest, due.earliest].compactMap(\.self).min(), earliest != armed else { return }
        armed = earliest
        directives.append(.wake(at: earliest))
    }
}
