/// All that an operator wants of one virtual service: where it is, which real servers are behind it, how their
/// health is checked and how packets get to the VIP.
///
/// A plain value: two specifications are equal when they ask for the same thing.
public struct Specification: Hashable, Sendable {
    /// Where clients connect to.
    public var service: VirtualService
    /// How new connections are spread over the real servers.
    public var scheduler: Scheduler
    /// The declared real servers in the order in which they were declared, each once.
    public private(set) var realServers: [RealServer]
    /// Weight of a healthy real server.
    public var weight: Weight
    /// What decides whether a real server is healthy, and how often.
    public var healthCheck: HealthCheck
    /// What happens when every real server fails.
    public var allDown: AllDown
    /// Longest time that a failing or undeclared real server stays at weight 0 because it still has active connections;
    /// 0 removes it at its next check in any case.
    public var drainTimeout: Duration
    /// Longest time between two passes, and so the longest time that what another program did to the kernel's state
    /// stays; positive.
    public var repairInterval: Duration
    /// How packets for the VIP reach the kernel's load balancer.
    public var path: Path
    /// Whether this node tries the VIP as a client, too, and tells when it is not answered. It changes no weight.
    public var verifiesPath: Bool

    /// A specification of its parts; a real server that is named twice counts once.
    public init(
        service: VirtualService,
        scheduler: Scheduler = .roundRobin,
        realServers: [RealServer],
        weight: Weight = .normal,
        healthCheck: HealthCheck = HealthCheck(),
        allDown: AllDown = .remove,
        drainTimeout: Duration = .zero,
        repairInterval: Duration = .seconds(1),
        path: Path = .route(hint: nil),
        verifiesPath: Bool = true
    ) {
        self.service = service
        self.scheduler = scheduler
        self.realServers = []
        self.weight = weight
        self.healthCheck = healthCheck
        self.allDown = allDown
        self.drainTimeout = drainTimeout
        self.repairInterval = repairInterval
        self.path = path
        self.verifiesPath = verifiesPath
        declare(realServers)
    }

    /// Replaces the declared real servers; a real server that is named twice counts once, at its first place.
    public mutating func declare(_ realServers: [RealServer]) {
        var seen: Set<RealServer> = []
        self.realServers = realServers.filter { seen.insert($0).inserted }
    }
}
