/// All that an operator wants of one virtual service: where it is, which real servers are behind it, how their
/// health is checked and how packets get to the VIP.
///
/// A plain value: two specifications are equal when they ask for the same thing.
public struct Specification: Hashable, Sendable {
    /// Where clients connect to.
    public var service: VirtualService
    /// Its name in the log, tables and commands; `nil` for its address. It makes no difference to anything else.
    public var name: String?
    /// How new connections are spread over the real servers, and what holds for the service as a whole.
    public var configuration: ServiceConfiguration
    /// The declared real servers in the order in which they were declared, each once, and what is wanted of each.
    public private(set) var members: [RealServerSpecification]
    /// The policy of health of real servers that have none of their own.
    public var health: HealthPolicy
    /// The policy for real servers that begin or fail, and for a service that has too few.
    public var policy: ServicePolicy
    /// The reaction when every real server fails.
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
    /// Whether connections of this node's clients that wait for a dead real server are aborted when it is removed, so that they
    /// connect anew. Only those of this network namespace, and of a TCP service with a port.
    public var abortsWaiting: Bool

    /// A specification of its parts; of a real server that is named twice, what is said first counts.
    public init(
        service: VirtualService,
        configuration: ServiceConfiguration = ServiceConfiguration(scheduler: .roundRobin),
        name: String? = nil,
        members: [RealServerSpecification],
        health: HealthPolicy = HealthPolicy(HealthCheck()),
        policy: ServicePolicy = ServicePolicy(),
        allDown: AllDown = .remove,
        drainTimeout: Duration = .zero,
        repairInterval: Duration = .seconds(1),
        path: Path = .route(hint: nil),
        verifiesPath: Bool = true,
        abortsWaiting: Bool = true
    ) {
        self.service = service
        self.name = name
        self.configuration = configuration
        self.members = []
        self.health = health
        self.policy = policy
        self.allDown = allDown
        self.drainTimeout = drainTimeout
        self.repairInterval = repairInterval
        self.path = path
        self.verifiesPath = verifiesPath
        self.abortsWaiting = abortsWaiting
        declare(members: members)
    }

    /// A specification of a service whose real servers are masqueraded, have one weight, and are the same in everything else,
    /// too.
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
        verifiesPath: Bool = true,
        abortsWaiting: Bool = true
    ) {
        self.init(
            service: service, configuration: ServiceConfiguration(scheduler: scheduler),
            members: realServers.map { RealServerSpecification($0, weight: weight) }, health: HealthPolicy(healthCheck),
            allDown: allDown, drainTimeout: drainTimeout, repairInterval: repairInterval, path: path,
            verifiesPath: verifiesPath, abortsWaiting: abortsWaiting)
    }

    /// Its name, or its address.
    public var label: String { name ?? service.name }

    /// The first check of ``health``, which is the only one of a service that was told by flags; the usual one where there is none.
    /// Setting it leaves no other.
    public var healthCheck: HealthCheck {
        get { health.checks.first?.check ?? HealthCheck() }
        set { health = HealthPolicy(newValue) }
    }

    /// What decides whether a declared real server is healthy: its own policy in place of that of the service.
    package func health(of member: RealServerSpecification) -> HealthPolicy { member.health ?? health }

    /// The declared real servers in the order in which they were declared.
    public var realServers: [RealServer] { members.map(\.realServer) }

    /// Real servers that may get connections: the declared ones, then the sorry server where it is none of them.
    public var candidates: [RealServer] {
        guard let sorryServer = policy.sorryServer?.realServer,
            !members.contains(where: { $0.realServer == sorryServer })
        else { return realServers }
        return realServers + [sorryServer]
    }

    /// Replaces the declared real servers; of one that is named twice, what is said first counts.
    public mutating func declare(members: [RealServerSpecification]) {
        var seen = Set<RealServer>(minimumCapacity: members.count)
        self.members = members.filter { seen.insert($0.realServer).inserted }
    }

    /// Replaces the declared real servers. Those that stay keep what is wanted of them; new ones are masqueraded and have the
    /// usual weight.
    public mutating func declare(_ realServers: [RealServer]) {
        let present = Dictionary(uniqueKeysWithValues: members.map { ($0.realServer, $0) })
        declare(members: realServers.map { present[$0] ?? RealServerSpecification($0) })
    }
}
