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
