public import Addressing

/// A kernel thread that tells other load balancers of this one's connections, or listens to theirs.
///
/// `ipvsadm --start-daemon master|backup --mcast-interface IFACE --syncid N …`, `ipvsadm -L --daemon`
public struct SyncDaemon: Hashable, Sendable {
    /// The thread's side of the conversation; one of each can run.
    ///
    /// Wire: `IPVS_DAEMON_ATTR_STATE`, u32, host order (`linux/ip_vs.h`).
    @frozen
    public enum State: UInt32, Hashable, Sendable, CaseIterable {
        /// `IP_VS_STATE_MASTER`: tells.
        case master = 1
        /// `IP_VS_STATE_BACKUP`: listens.
        case backup = 2
    }

    /// The thread's side of the conversation.
    public var state: State
    /// Name of the network interface it uses, up to 15 bytes.
    ///
    /// Wire: `IPVS_DAEMON_ATTR_MCAST_IFN`, string with NUL. `--mcast-interface NAME`
    public var interface: String
    /// Number that tells several conversations in one network apart.
    ///
    /// Wire: `IPVS_DAEMON_ATTR_SYNC_ID`, u32, host order. `--syncid N`
    public var syncID: UInt8
    /// Largest message, in bytes; `nil` lets the kernel take what fits the interface.
    ///
    /// Wire: `IPVS_DAEMON_ATTR_SYNC_MAXLEN`, u16, host order (Linux 4.3). `--sync-maxlen N`
    public var maximumLength: UInt16?
    /// Multicast group; `nil` is 224.0.0.81.
    ///
    /// Wire: `IPVS_DAEMON_ATTR_MCAST_GROUP`, 4 bytes, or `IPVS_DAEMON_ATTR_MCAST_GROUP6`, 16 bytes; network order
    /// (Linux 4.3). `--mcast-group ADDRESS`
    public var group: IPAddress?
    /// UDP port; `nil` is 8848.
    ///
    /// Wire: `IPVS_DAEMON_ATTR_MCAST_PORT`, u16, host order (Linux 4.3). `--mcast-port N`
    public var port: UInt16?
    /// Number of routers that messages pass, 1 to 255; `nil` is 1, this network only.
    ///
    /// Wire: `IPVS_DAEMON_ATTR_MCAST_TTL`, u8 (Linux 4.3). `--mcast-ttl N`
    public var ttl: UInt8?

    /// A daemon of its parts; the kernel fills in what is `nil` and tells it when asked.
    public init(
        _ state: State, interface: String, syncID: UInt8 = 0, maximumLength: UInt16? = nil, group: IPAddress? = nil,
        port: UInt16? = nil, ttl: UInt8? = nil
    ) {
        self.state = state
        self.interface = interface
        self.syncID = syncID
        self.maximumLength = maximumLength
        self.group = group
        self.port = port
        self.ttl = ttl
    }
}
