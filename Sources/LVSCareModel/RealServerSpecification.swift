/// What is wanted of one declared real server of a virtual service.
public struct RealServerSpecification: Hashable, Sendable {
    /// Which one.
    public var realServer: RealServer
    /// Its share of new connections while it is healthy.
    public var weight: Weight
    /// How packets get to it. Where the real server is on this node, the kernel delivers them whatever this says.
    public var forwarding: ForwardingMethod
    /// Numbers of connections between which the kernel schedules new ones to it; `nil` leaves those that the kernel has.
    public var thresholds: ConnectionThresholds?
    /// What decides whether it is healthy; `nil` for the policy of its service.
    public var health: HealthPolicy?
    /// What is probed in its place; `nil` for the real server itself.
    public var checkEndpoint: Endpoint?

    /// A specification of its parts.
    public init(
        _ realServer: RealServer, weight: Weight = .normal, forwarding: ForwardingMethod = .masquerade,
        thresholds: ConnectionThresholds? = nil, health: HealthPolicy? = nil, checkEndpoint: Endpoint? = nil
    ) {
        self.realServer = realServer
        self.weight = weight
        self.forwarding = forwarding
        self.thresholds = thresholds
        self.health = health
        self.checkEndpoint = checkEndpoint
    }

    /// Where its probes go.
    public var probed: Endpoint { checkEndpoint ?? realServer.endpoint }
}
