import Director
public import LVSCareModel

/// The state of a load balancer at one moment.
public struct BalancerSnapshot: Hashable, Sendable {
    /// The virtual services in the order in which they were declared, then those that are leaving.
    public var services: [ServiceSnapshot]
    /// Counters since the start.
    public var counts: BalancerCounts

    /// Creates a snapshot of `services`, in the order of their declaration.
    public init(services: [ServiceSnapshot], counts: BalancerCounts) {
        self.services = services
        self.counts = counts
    }

    /// The state of a virtual service; `nil` when it is not looked after.
    public subscript(service: VirtualService) -> ServiceSnapshot? { services.first { $0.service == service } }
}

/// The state of a virtual service at one moment: what the kernel has, and what is known of its real servers.
public struct ServiceSnapshot: Hashable, Sendable {
    /// The virtual service.
    public var service: VirtualService
    /// Its name; `nil` for its address.
    public var name: String?
    /// Whether nobody wants it any more, and the last connections to its real servers are waited for.
    public var isLeaving: Bool
    /// The scheduler that the kernel uses; `nil` when it has no such service, because somebody has just deleted it.
    public var scheduler: Scheduler?
    /// The declared real servers in the order in which they were declared, the sorry server where there is one, then those that
    /// the kernel has besides.
    public var realServers: [RealServerStatus]
    /// Whether clients on this node reach the virtual service.
    public var reachability: Reachability

    /// Creates a snapshot, by default of an unnamed service that stays and whose address was never tried.
    public init(
        service: VirtualService, name: String? = nil, isLeaving: Bool = false, scheduler: Scheduler?,
        realServers: [RealServerStatus], reachability: Reachability = .unknown
    ) {
        self.service = service
        self.name = name
        self.isLeaving = isLeaving
        self.scheduler = scheduler
        self.realServers = realServers
        self.reachability = reachability
    }
}

/// One real server in a snapshot.
public struct RealServerStatus: Hashable, Sendable {
    /// Which one.
    public var realServer: RealServer
    /// The verdict on it; `nil` when it is not declared, and therefore on its way out, and of a sorry server, which nobody checks.
    public var health: Health?
    /// Since when the verdict has been what it is; `nil` when there is none.
    public var since: ContinuousClock.Instant?
    /// The kernel's weight and connections; `nil` when it is not in the kernel's table.
    public var observed: ObservedRealServer?

    /// Creates a status; `nil` stands for what is not checked, or not in the kernel's table.
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

extension ServiceSnapshot {
    /// What `director` thinks of what is wanted, and the kernel has.
    init(
        _ director: ServiceDirector, _ observed: ObservedService?, _ reachability: Reachability
    ) {
        let specification = director.specification
        let desired = director.desired
        let declared = specification.candidates
        let others = Set(observed?.realServers.keys ?? [:].keys).subtracting(declared).sorted()
        self.init(
            service: specification.service, name: specification.name, isLeaving: desired.isLeaving,
            scheduler: observed?.scheduler,
            realServers: (declared + others).map { realServer in
                RealServerStatus(
                    realServer: realServer, health: desired[realServer],
                    since: director.verdictSince[realServer], observed: observed?.realServers[realServer])
            }, reachability: reachability)
    }
}
