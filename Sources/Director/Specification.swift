public import Addressing

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

/// Identity of a virtual service: what clients connect to. TCP.
public struct VirtualService: Hashable, Sendable, CustomStringConvertible {
    /// The VIP and its port.
    public var endpoint: Endpoint

    /// A virtual service at `endpoint`.
    public init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    /// `VIP:port`.
    public var description: String { endpoint.description }
}

/// Identity of a real server: one of the programs that answer for a virtual service.
public struct RealServer: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Where it listens.
    public var endpoint: Endpoint

    /// The real server at `endpoint`.
    public init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    /// By address, then by port.
    public static func < (left: RealServer, right: RealServer) -> Bool { left.endpoint < right.endpoint }

    /// `address:port`.
    public var description: String { endpoint.description }
}

/// Share of new connections that a real server gets, relative to the others of its service.
///
/// Unit: none; 0–65535. 0 quiesces: no new connections, existing ones go on.
public struct Weight: RawRepresentable, Hashable, Sendable, Comparable, ExpressibleByIntegerLiteral,
    CustomStringConvertible
{
    /// The number.
    public var rawValue: UInt16

    /// A weight of its number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// A weight of its number.
    public init(integerLiteral value: UInt16) { self.rawValue = value }

    /// No new connections.
    public static let quiescent: Weight = 0
    /// The weight of a healthy real server unless something else is wanted.
    public static let normal: Weight = 1

    /// By number.
    public static func < (left: Weight, right: Weight) -> Bool { left.rawValue < right.rawValue }

    /// The number.
    public var description: String { "\(rawValue)" }
}

/// Name of the algorithm that picks the real server of a new connection, as `ipvsadm -s` takes it.
public struct Scheduler: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The kernel's name, without the `ip_vs_` of its module.
    public var rawValue: String

    /// A scheduler of its name; whether the kernel knows it turns out when a service is created.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// `rr`: one after the other.
    public static let roundRobin = Scheduler(rawValue: "rr")

    /// The name.
    public var description: String { rawValue }
}

/// What happens when every declared real server fails.
public enum AllDown: String, Hashable, Sendable, CaseIterable {
    /// All are removed, and clients are refused.
    case remove
    /// Those that were healthy shortly before the last one failed are kept, or put back, and none is removed.
    case keep
}

/// How packets for the VIP reach the kernel's load balancer.
public enum Path: Hashable, Sendable {
    /// Somebody else sees to it.
    case none
    /// A route to the VIP.
    ///
    /// `hint` is one of this node's addresses, which clients then use as their source, or a gateway when the operator
    /// named it and it is not an address of this node. Without it the source is the one that the kernel uses to reach
    /// most of the real servers in service.
    case route(hint: RouteHint?)
    /// A dummy link that carries the VIP, and masquerading.
    ///
    /// `masqueradeBit`: number (0–31) of the packet mark's bit that marks connections to masquerade.
    case link(name: String, masqueradeBit: Int)
}
