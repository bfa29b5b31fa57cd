import Director
public import LVSCareModel

/// What there is at one moment of a virtual service that is looked after: in the kernel, and in the mind of its caretaker.
public struct CareSnapshot: Hashable, Sendable {
    /// What is looked after.
    public var service: VirtualService
    /// The scheduler that the kernel uses; `nil` when it has no such service, because somebody has just deleted it.
    public var scheduler: Scheduler?
    /// The declared real servers in the order in which they were declared, then those that the kernel has besides.
    public var realServers: [RealServerStatus]
    /// Whether clients on this node reach the virtual service.
    public var reachability: Reachability
    /// What happened since the start, in numbers.
    public var counts: CareCounts

    /// A snapshot of its parts.
    public init(
        service: VirtualService, scheduler: Scheduler?, realServers: [RealServerStatus],
        reachability: Reachability = .unknown, counts: CareCounts
    ) {
        self.service = service
        self.scheduler = scheduler
        self.realServers = realServers
        self.reachability = reachability
        self.counts = counts
    }
}

/// One real server in a snapshot.
public struct RealServerStatus: Hashable, Sendable {
    /// Which one.
    public var realServer: RealServer
    /// The verdict on it; `nil` when it is not declared, and therefore on its way out.
    public var health: Health?
    /// Since when the verdict has been what it is; `nil` when there is none.
    public var since: ContinuousClock.Instant?
    /// What the kernel has: weight, connections; `nil` when it is not in the kernel's table.
    public var observed: ObservedRealServer?

    /// A status of its parts.
    public init(
        realServer: RealServer, health: Health?, since: ContinuousClock.Instant?, observed: ObservedRealServer?
    ) {
        self.realServer = realServer
        self.health = health
        self.since = since
        self.observed = observed
    }

    /// Why it is unhealthy: the latest failure; `nil` when it is not.
    public var reason: ProbeFailure? { health?.state == .unhealthy ? health?.failure : nil }
}

extension CareSnapshot {
    /// What `director` thinks of what is wanted, and the kernel has.
    init(
        _ specification: Specification, _ director: ServiceDirector?, _ observed: ObservedService?,
        _ reachability: Reachability, _ counts: CareCounts
    ) {
        let declared = director?.specification.realServers ?? []
        let others = Set(observed?.realServers.keys ?? [:].keys).subtracting(declared).sorted()
        self.init(
            service: specification.service, scheduler: observed?.scheduler,
            realServers: (declared + others).map { realServer in
                RealServerStatus(
                    realServer: realServer, health: director?.desired[realServer],
                    since: director?.verdictSince[realServer], observed: observed?.realServers[realServer])
            }, reachability: reachability, counts: counts)
    }
}
