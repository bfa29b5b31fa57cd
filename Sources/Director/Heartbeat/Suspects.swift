import LVSCareModel

/// Which suspect real servers of a service get no new connections: at most half of those that have a weight, and never the last
/// healthy one. Who came first stays first.
struct Suspects: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Since when each is suspect.
    private var since: [RealServer: Instant] = [:]
    /// Those that get no new connections, the first first.
    private(set) var quiesced: [RealServer] = []

    /// Takes in how the health of a real server changed. Returns what there is to say of it; whether it is quiesced, `review` finds.
    mutating func note(
        _ realServer: RealServer, was before: Health, is health: Health, at now: Instant
    ) -> SuspicionReport? {
        switch (before.suspicion, health.suspicion) {
        case (nil, let suspicion?):
            since[realServer] = now
            return SuspicionReport(
                realServer: realServer, phase: .began, suspicion: suspicion, isQuiesced: false)
        case (let suspicion?, nil):
            let time = since.removeValue(forKey: realServer).map { now - $0 } ?? .zero
            return SuspicionReport(
                realServer: realServer, phase: health.state == .unhealthy ? .confirmed : .cleared,
                suspicion: suspicion, isQuiesced: quiesced.contains(realServer), time: time)
        default: return nil
        }
    }

    /// Looks at all of them anew. Returns whether others are quiesced than before.
    mutating func review(_ desired: DesiredState, of specification: Specification) -> Bool {
        guard !since.isEmpty || !quiesced.isEmpty else { return false }
        let able = desired.members.values.filter { $0.weight != .quiescent }
        let healthy = able.filter { desired[$0.realServer]?.state == .healthy }
        let suspects = Set(
            healthy.lazy.map(\.realServer).filter { realServer in
                desired[realServer]?.suspicion != nil && specification.actsOnSuspicion(of: realServer)
            })
        let before = quiesced
        quiesced = quiesced.filter(suspects.contains)
        let more = desired.realServers.filter { suspects.contains($0) && !quiesced.contains($0) }
        quiesced += more
        quiesced = Array(quiesced.prefix(max(0, min(able.count / 2, healthy.count - 1))))
        return quiesced != before
    }
}

extension Specification {
    /// Whether a suspicion keeps new connections away from a real server: with persistence, only where heartbeats were asked for.
    fileprivate func actsOnSuspicion(of realServer: RealServer) -> Bool {
        guard configuration.persistence != nil, let member = members.first(where: { $0.realServer == realServer })
        else {
            return true
        }
        return health(of: member).checks.contains { named in
            if case .every = named.check.heartbeat { true } else { false }
        }
    }
}
