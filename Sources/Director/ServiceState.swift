/// How a packet gets from the load balancer to a real server.
public enum ForwardingMethod: Hashable, Sendable {
    /// NAT, `ipvsadm -m`. The only method that this daemon sets.
    case masquerade
    /// Anything else that was found in the kernel.
    case other
}

/// What the kernel has for one real server of a virtual service.
public struct ObservedRealServer: Hashable, Sendable {
    /// Its weight; 0 is quiescent.
    public var weight: Weight
    /// How packets get to it.
    public var forwarding: ForwardingMethod
    /// Connections that are established.
    public var activeConnections: UInt32
    /// Connections in any other state.
    public var inactiveConnections: UInt32

    /// An observation of its parts.
    public init(
        weight: Weight, forwarding: ForwardingMethod = .masquerade, activeConnections: UInt32 = 0,
        inactiveConnections: UInt32 = 0
    ) {
        self.weight = weight
        self.forwarding = forwarding
        self.activeConnections = activeConnections
        self.inactiveConnections = inactiveConnections
    }
}

/// What the kernel has for a virtual service.
public struct ObservedService: Hashable, Sendable {
    /// The scheduler in use.
    public var scheduler: Scheduler
    /// Whether persistence or scheduler flags are set, which this daemon never does.
    public var hasForeignOptions: Bool
    /// All real servers, declared ones and others.
    public var realServers: [RealServer: ObservedRealServer]

    /// An observation of its parts.
    public init(
        scheduler: Scheduler, hasForeignOptions: Bool = false, realServers: [RealServer: ObservedRealServer] = [:]
    ) {
        self.scheduler = scheduler
        self.hasForeignOptions = hasForeignOptions
        self.realServers = realServers
    }
}

/// One change of the kernel's table.
public enum TableChange: Hashable, Sendable {
    /// Create the virtual service, without real servers. `ipvsadm -A -t VIP:port -s SCHEDULER`
    case createService(scheduler: Scheduler)
    /// Set scheduler and flags of the existing service. `ipvsadm -E -t VIP:port -s SCHEDULER`
    case updateService(scheduler: Scheduler)
    /// Remove the service with all its real servers. `ipvsadm -D -t VIP:port`
    case removeService
    /// Add a real server, masqueraded. `ipvsadm -a -t VIP:port -r RS -m -w WEIGHT`
    case add(RealServer, weight: Weight)
    /// Set weight and forwarding method of an existing real server. `ipvsadm -e -t VIP:port -r RS -m -w WEIGHT`
    case setWeight(RealServer, weight: Weight)
    /// Remove a real server. `ipvsadm -d -t VIP:port -r RS`
    case remove(RealServer)
}
