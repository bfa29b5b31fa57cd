/// All that an operator wants of a node: its virtual services, and what holds for all of them.
///
/// A plain value: two specifications are equal when they ask for the same thing.
public struct NodeSpecification: Hashable, Sendable {
    /// The virtual services, each once, in the order in which they were declared.
    public var services: [Specification]
    /// How long the kernel remembers connections; `nil` leaves what it has.
    public var timeouts: ConnectionTimeouts?
    /// The daemons that exchange connections with another director, at most one of each role; `nil` leaves what there is.
    public var synchronization: [ConnectionSynchronization]?

    /// Creates a specification; `nil`, the default, leaves timeouts and daemons of the kernel as they are.
    public init(
        _ services: [Specification], timeouts: ConnectionTimeouts? = nil,
        synchronization: [ConnectionSynchronization]? = nil
    ) {
        self.services = services
        self.timeouts = timeouts
        self.synchronization = synchronization
    }

    /// The specification of a virtual service; `nil` when it is not wanted.
    public subscript(service: VirtualService) -> Specification? { services.first { $0.service == service } }
}

/// How long the kernel remembers connections without a packet; for the whole node. `ipvsadm --set TCP TCPFIN UDP`
public struct ConnectionTimeouts: Hashable, Sendable {
    /// Of established TCP connections; `nil` leaves what the kernel has (15 minutes). From 1 s to 31 days.
    public var tcp: Seconds?
    /// Of TCP connections of which one side has sent a FIN; `nil` leaves what the kernel has (2 minutes). From 1 s to 31 days.
    public var tcpFIN: Seconds?
    /// Of flows of UDP datagrams; `nil` leaves what the kernel has (5 minutes). From 1 s to 31 days.
    public var udp: Seconds?

    /// Creates timeouts; `nil`, the default, leaves the kernel's value as it is.
    public init(tcp: Seconds? = nil, tcpFIN: Seconds? = nil, udp: Seconds? = nil) {
        self.tcp = tcp
        self.tcpFIN = tcpFIN
        self.udp = udp
    }
}

/// A daemon of the kernel that tells another director of connections, or hears of them. `ipvsadm --start-daemon ROLE`
public struct ConnectionSynchronization: Hashable, Sendable {
    /// The side of the exchange.
    @frozen
    public enum Role: String, Hashable, Sendable, CaseIterable {
        /// Tells.
        case master
        /// Hears.
        case backup
    }

    /// The side of the exchange.
    public var role: Role
    /// Name of the link over which they talk, up to 15 octets.
    public var interface: String
    /// Which directors belong together, from 0 to 255.
    public var syncID: Int

    /// Creates a daemon, by default of the synchronization group 0.
    public init(_ role: Role, interface: String, syncID: Int = 0) {
        self.role = role
        self.interface = interface
        self.syncID = syncID
    }
}
