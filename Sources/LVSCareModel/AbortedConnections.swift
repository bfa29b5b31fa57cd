/// Connections of clients on this node that waited for a dead real server until it was removed, and were aborted then.
public struct AbortedConnections: Hashable, Sendable {
    /// The real server that was removed.
    public var realServer: RealServer
    /// Number of connections.
    public var count: Int

    /// Creates a count of the connections to `realServer`.
    public init(to realServer: RealServer, count: Int) {
        self.realServer = realServer
        self.count = count
    }
}
