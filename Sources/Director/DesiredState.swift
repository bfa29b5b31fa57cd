package import LVSCareModel

/// What the kernel's table should lead to for one virtual service: the declared real servers and their health.
///
/// The other half of every decision is `ObservedService`; `Planner` compares the two.
package struct DesiredState: Hashable, Sendable {
    /// What can be set of the service.
    package private(set) var configuration: ServiceConfiguration
    /// The declared real servers in the order in which they were declared.
    package private(set) var realServers: [RealServer]
    /// Real servers that may get connections: those, then the sorry server where it is none of them.
    private(set) var candidates: [RealServer]
    /// What is wanted of each declared real server.
    package private(set) var members: [RealServer: RealServerSpecification]
    /// Health of each declared real server.
    package private(set) var health: [RealServer: Health]
    /// What happens when every declared real server is unhealthy.
    package private(set) var allDown: AllDown
    /// Longest time that a real server stays at weight 0 for the sake of its active connections.
    package private(set) var drainTimeout: Duration
    /// Whether this node's clients that wait for a dead real server are let go when it is removed.
    private(set) var abortsWaiting: Bool
    /// Those that were healthy shortly before every one became unhealthy, which `AllDown.keep` keeps; without meaning
    /// at any other time.
    package var latelyHealthy: Set<RealServer> = []
    /// Suspect real servers that get no new connections until they have answered.
    package var quiescedSuspects: [RealServer] = []
    /// The declared real servers that have no checks, and are healthy for that.
    package private(set) var unchecked: Set<RealServer> = []
    /// Fate of real servers that begin and fail, quorum and sorry server.
    package private(set) var policy: ServicePolicy
    /// Whether enough of the declared real servers are healthy.
    package private(set) var availability = Availability.undecided
    /// What their weights add up to.
    private(set) var pool = Availability.Pool()
    /// Number of declared real servers that are unhealthy.
    private var unhealthy = 0
    /// Whether the service itself is to go when its last real server has.
    package private(set) var isLeaving = false
    /// Number of check intervals that have passed.
    ///
    /// Undeclared real servers are not probed; this number stands in for their failing checks.
    package var undeclaredChecks = 0

    /// What a specification asks for before anything was checked; all that `--run-once` knows.
    package init(specification: Specification) {
        configuration = specification.configuration
        realServers = specification.realServers
        candidates = specification.policy.sorryServer == nil ? realServers : specification.candidates
        members = Dictionary(uniqueKeysWithValues: specification.members.map { ($0.realServer, $0) })
        allDown = specification.allDown
        drainTimeout = specification.drainTimeout
        abortsWaiting = specification.abortsWaiting
        policy = specification.policy
        health = members.mapValues { _ in Health() }
        for member in specification.members where specification.health(of: member).checks.isEmpty {
            unchecked.insert(member.realServer)
            health[member.realServer] = Health(state: .healthy)
        }
        for member in specification.members {
            pool.move(member.weight, from: nil, to: health[member.realServer]?.state)
        }
        availability = availability.next(pool, by: policy.quorum)
    }

    /// Health of a real server; `nil` when it is not declared. Setting it for one that is not declared does nothing.
    package subscript(realServer: RealServer) -> Health? {
        get { health[realServer] }
        set {
            guard let newValue, let before = health[realServer] else { return }
            health[realServer] = newValue
            guard newValue.state != before.state else { return }
            unhealthy += (newValue.state == .unhealthy ? 1 : 0) - (before.state == .unhealthy ? 1 : 0)
            pool.move(members[realServer]?.weight ?? .quiescent, from: before.state, to: newValue.state)
            availability = availability.next(pool, by: policy.quorum)
        }
    }

    /// What a real server should have in the table besides its weight, which has `found` there; for one that is not declared,
    /// what it has.
    func configuration(
        of realServer: RealServer, weight: Weight, found: RealServerConfiguration?
    ) -> RealServerConfiguration {
        let wanted = members[realServer] ?? sorryServer.flatMap { $0.realServer == realServer ? $0 : nil }
        return RealServerConfiguration(
            forwarding: wanted?.forwarding ?? found?.forwarding ?? .masquerade, weight: weight,
            thresholds: wanted?.thresholds ?? found?.thresholds ?? .none)
    }

    /// Whether there are declared real servers and all of them are unhealthy.
    package var isAllDown: Bool { !realServers.isEmpty && unhealthy == realServers.count }

    /// Stand-in for all real servers while the service is down; `nil` for none.
    package var sorryServer: RealServerSpecification? { policy.sorryServer }

    /// Whether the sorry server stands in for all real servers, as far as verdicts are known.
    package var isSorry: Bool { availability == .down && sorryServer != nil }

    /// Wants nothing any more: each real server is quiesced and removed as an undeclared one, and the service behind the last.
    package mutating func leave() {
        members = [:]
        realServers = []
        candidates = []
        health = [:]
        unchecked = []
        policy = ServicePolicy()
        pool = Availability.Pool()
        unhealthy = 0
        quiescedSuspects = []
        isLeaving = true
    }

    /// Takes over another specification: real servers that stay keep their health, new ones are unknown, and those without checks
    /// healthy.
    mutating func adopt(_ specification: Specification) {
        var adopted = DesiredState(specification: specification)
        // What was decided stays until what is known says otherwise.
        if availability != .undecided { adopted.availability = availability }
        for (realServer, health) in health where !adopted.unchecked.contains(realServer) {
            adopted[realServer] = health
        }
        adopted.availability = adopted.availability.next(adopted.pool, by: adopted.policy.quorum)
        adopted.undeclaredChecks = undeclaredChecks
        adopted.latelyHealthy = latelyHealthy
        adopted.quiescedSuspects = quiescedSuspects.filter { adopted.members[$0] != nil }
        self = adopted
    }
}
