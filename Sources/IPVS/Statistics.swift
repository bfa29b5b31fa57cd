/// The kernel's counters of a virtual service or a real server since it was made or zeroed. `ipvsadm -Ln --stats`
///
/// The kernel sums up every two seconds, so the numbers trail behind by as much. They are of 64 bits where the kernel
/// has them (Linux 4.1), and wrap at 32 bits before that.
public struct Statistics: Hashable, Sendable {
    /// Connections that were scheduled.
    public var connections: UInt64
    /// Packets from clients.
    public var incomingPackets: UInt64
    /// Packets to clients; always 0 where real servers answer clients directly.
    public var outgoingPackets: UInt64
    /// Bytes from clients, IP headers included.
    public var incomingBytes: UInt64
    /// Bytes to clients, IP headers included.
    public var outgoingBytes: UInt64
    /// The same in one second.
    public var rates: Rates

    /// Statistics of their numbers.
    public init(
        connections: UInt64 = 0, incomingPackets: UInt64 = 0, outgoingPackets: UInt64 = 0, incomingBytes: UInt64 = 0,
        outgoingBytes: UInt64 = 0, rates: Rates = Rates()
    ) {
        self.connections = connections
        self.incomingPackets = incomingPackets
        self.outgoingPackets = outgoingPackets
        self.incomingBytes = incomingBytes
        self.outgoingBytes = outgoingBytes
        self.rates = rates
    }

    /// Averages that the kernel renews every two seconds. `ipvsadm -Ln --rate`
    public struct Rates: Hashable, Sendable {
        /// Connections that were scheduled in a second.
        public var connections: UInt64
        /// Packets from clients in a second.
        public var incomingPackets: UInt64
        /// Packets to clients in a second.
        public var outgoingPackets: UInt64
        /// Bytes from clients in a second.
        public var incomingBytes: UInt64
        /// Bytes to clients in a second.
        public var outgoingBytes: UInt64

        /// Rates of their numbers.
        public init(
            connections: UInt64 = 0, incomingPackets: UInt64 = 0, outgoingPackets: UInt64 = 0,
            incomingBytes: UInt64 = 0, outgoingBytes: UInt64 = 0
        ) {
            self.connections = connections
            self.incomingPackets = incomingPackets
            self.outgoingPackets = outgoingPackets
            self.incomingBytes = incomingBytes
            self.outgoingBytes = outgoingBytes
        }
    }
}
