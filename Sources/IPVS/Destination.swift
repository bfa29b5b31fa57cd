public import Addressing
public import LoadBalancing

/// A real server of a virtual service as the kernel has it.
///
/// As with ``Service``, what it is, what can be set and what is counted are separate types.
public struct Destination: Hashable, Sendable {
    /// The identity of a real server within its service: address and port.
    ///
    /// With masquerading the port may differ from the service's; otherwise the kernel ignores it and `ipvsadm` makes it
    /// the service's own, 0 for a firewall mark. The address may be of another family than the service's only when
    /// ``ForwardingMethod/tunnel(_:)`` is used (Linux 3.18).
    ///
    /// Wire: `IPVS_DEST_ATTR_ADDR_FAMILY`, u16, host order; `_ADDR`, 16 bytes of which IPv4 uses the first four; `_PORT`,
    /// u16, network order (`linux/ip_vs.h`). `ipvsadm -r ADDRESS:PORT`
    public typealias Identity = Endpoint

    /// Its identity within the service.
    public var identity: Identity
    /// Its configuration.
    public var configuration: Configuration
    /// How many connections it has now.
    public var connections: Connections
    /// Its counters.
    public var statistics: Statistics

    /// Creates a real server, by default without connections and with all statistics 0.
    public init(
        identity: Identity, configuration: Configuration, connections: Connections = Connections(),
        statistics: Statistics = Statistics()
    ) {
        self.identity = identity
        self.configuration = configuration
        self.connections = connections
        self.statistics = statistics
    }
}

extension Destination {
    /// The configuration of a real server.
    public typealias Configuration = RealServerConfiguration

    /// How many connections a real server has at this moment. `ipvsadm -Ln`, `ipvsadm -Ln --persistent-conn`
    public struct Connections: Hashable, Sendable {
        /// Connections in a state that counts as active; for TCP: established.
        ///
        /// Wire: `IPVS_DEST_ATTR_ACTIVE_CONNS`, u32, host order (`linux/ip_vs.h`).
        public var active: UInt32
        /// Connections in any other state.
        ///
        /// Wire: `IPVS_DEST_ATTR_INACT_CONNS`, u32, host order.
        public var inactive: UInt32
        /// Clients, or groups of them, that persistence holds here.
        ///
        /// Wire: `IPVS_DEST_ATTR_PERSIST_CONNS`, u32, host order.
        public var persistent: UInt32

        /// Numbers of connections.
        public init(active: UInt32 = 0, inactive: UInt32 = 0, persistent: UInt32 = 0) {
            self.active = active
            self.inactive = inactive
            self.persistent = persistent
        }
    }
}
