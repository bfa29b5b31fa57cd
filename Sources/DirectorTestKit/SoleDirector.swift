package import Director
package import LVSCareModel

/// A director of one service, whose checks are named by their real servers: most stories are about these.
package struct SoleDirector {
    /// A point in time of the one clock that all inputs use.
    package typealias Instant = ContinuousClock.Instant

    /// What happened; see `NodeDirector.Input`.
    package enum Input: Hashable, Sendable {
        /// Begin.
        case start
        /// The probe of this number came back.
        case probeFinished(RealServer, attempt: Int, ProbeOutcome)
        /// The connection that the probe of this number left open has ended.
        case connectionEnded(RealServer, attempt: Int, ConnectionEnd)
        /// The connection that the probe of this number left open has answered a heartbeat.
        case heartbeatAnswered(RealServer, attempt: Int)
        /// For so long this node could not attend to what came.
        case stalled(Duration)
        /// The instant of the latest `wake` has come.
        case wake
        /// Something that a pass looks at may have changed.
        case kernelChanged
        /// The pass that `reconcile` asked for has ended.
        case passFinished(PassReport)
        /// Something else is wanted of the service.
        case specificationChanged(Specification)
        /// There may be more or fewer connections.
        case limitsChanged(ProbeLimits)
    }

    /// What to do now; see `NodeDirector.Directive`.
    package enum Directive: Hashable, Sendable {
        /// Probe a real server.
        case probe(RealServer, attempt: Int, timeout: Duration, keepsConnection: Bool)
        /// Ask for a sign of life on the connection that the probe of this number left open.
        case heartbeat(RealServer, attempt: Int)
        /// Close the connection that the probe of this number left open.
        case closeConnection(RealServer, attempt: Int)
        /// Give up the probe of this number.
        case cancelProbe(RealServer, attempt: Int)
        /// Answer with `wake` at this instant.
        case wake(at: Instant)
        /// Run a pass.
        case reconcile
        /// The verdict on a real server changed.
        case report(HealthTransition)
        /// There is news of a suspicion.
        case reportSuspicion(SuspicionReport)
        /// There is news of an outage.
        case reportOutage(OutageReport)
    }

    private var node: NodeDirector
    private let service: VirtualService
    private var last: ServiceDirector
    /// Which check each probe belongs to, and which real server it is about.
    private var probes: [Int: (check: CheckID, realServer: RealServer)] = [:]

    /// A director that has not begun.
    package init(specification: Specification, limits: ProbeLimits = ProbeLimits(), seed: UInt64) {
        node = NodeDirector([specification], limits: limits, seed: seed)
        service = specification.service
        guard let director = node[service] else { preconditionFailure("a specification makes a director") }
        last = director
    }

    /// What is looked after.
    package var specification: Specification { last.specification }
    /// What the table should lead to.
    package var desired: DesiredState { last.desired }
    /// Since when each real server has had its verdict.
    package var verdictSince: [RealServer: Instant] { last.verdictSince }
    /// When the first probe in flight counts as lost.
    package var probeDeadline: Instant? { node.probeDeadline }

    /// Which check a probe belongs to, by its number, and what that asks; `nil` when nobody relies on it any more.
    package func check(of attempt: Int) -> (id: CheckID, probe: ProbeConfiguration)? {
        guard let id = probes[attempt]?.check, let specification = node.specification(of: id) else { return nil }
        return (id, specification.healthCheck.probe)
    }

    /// Takes in what happened at `now` and says what to do.
    package mutating func handle(_ input: Input, at now: Instant) -> [Directive] {
        guard let input = translated(input) else { return [] }
        let directives = node.handle(input, at: now)
        if let director = node[service] { last = director }
        return directives.compactMap { translated($0) }
    }

    private func translated(_ input: Input) -> NodeDirector.Input? {
        switch input {
        case .start: .start
        case .probeFinished(let realServer, let attempt, let outcome):
            probe(realServer, attempt).map { .probeFinished($0, outcome) }
        case .connectionEnded(let realServer, let attempt, let end):
            probe(realServer, attempt).map { .connectionEnded($0, end) }
        case .heartbeatAnswered(let realServer, let attempt):
            probe(realServer, attempt).map { .heartbeatAnswered($0) }
        case .stalled(let time): .stalled(time)
        case .wake: .wake
        case .kernelChanged: .kernelChanged([service])
        case .passFinished(let report): .passFinished([service: report])
        case .specificationChanged(let specification): .configurationChanged([moved(specification)])
        case .limitsChanged(let limits): .limitsChanged(limits)
        }
    }

    private func moved(_ specification: Specification) -> Specification {
        var specification = specification
        specification.service = service
        return specification
    }

    private func probe(_ realServer: RealServer, _ attempt: Int) -> ProbeID? {
        guard let probe = probes[attempt], probe.realServer == realServer else { return nil }
        return ProbeID(check: probe.check, attempt: attempt)
    }

    private mutating func translated(_ directive: NodeDirector.Directive) -> Directive? {
        switch directive {
        case .probe(let probe, let timeout, let keepsConnection):
            guard let realServer = node.members(of: probe.check).first?.realServer else { return nil }
            probes[probe.attempt] = (probe.check, realServer)
            return .probe(realServer, attempt: probe.attempt, timeout: timeout, keepsConnection: keepsConnection)
        case .heartbeat(let probe):
            return probes[probe.attempt].map { .heartbeat($0.realServer, attempt: probe.attempt) }
        case .closeConnection(let probe):
            return probes[probe.attempt].map { .closeConnection($0.realServer, attempt: probe.attempt) }
        case .cancelProbe(let probe):
            return probes[probe.attempt].map { .cancelProbe($0.realServer, attempt: probe.attempt) }
        case .wake(let instant): return .wake(at: instant)
        case .reconcile: return .reconcile
        case .forget: return nil
        case .report(_, let transition): return .report(transition)
        case .reportSuspicion(_, let report): return .reportSuspicion(report)
        case .reportOutage(_, let report): return .reportOutage(report)
        }
    }
}
