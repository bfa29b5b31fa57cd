/// The kernel's entry of one real server of a virtual service.
public struct ObservedRealServer: Hashable, Sendable {
    /// Weight, forwarding method, thresholds.
    public var configuration: RealServerConfiguration
    /// Connections that are established; `nil` where the data plane cannot tell.
    public var activeConnections: UInt32?
    /// Connections in any other state; `nil` where the data plane cannot tell.
    public var inactiveConnections: UInt32?

    /// Creates an observation, by default of no connections; `nil` stands for a count that the data plane cannot give.
    public init(
        _ configuration: RealServerConfiguration, activeConnections: UInt32? = 0, inactiveConnections: UInt32? = 0
    ) {
        self.configuration = configuration
        self.activeConnections = activeConnections
        self.inactiveConnections = inactiveConnections
    }

    /// Its weight; 0 is quiescent.
    public var weight: Weight {
        get { configuration.weight }
        set { configuration.weight = newValue }
    }
}
