/// A network link, also called interface or device. `ip link show`
public struct Link: Hashable, Sendable {
    /// Its number.
    public var index: LinkIndex
    /// Its name, at most 15 bytes.
    public var name: String
    /// The kind of link: `dummy`, `veth`, `bridge` …; `nil` for hardware and `lo`.
    public var kind: String?
    /// A remark for whoever lists it, at most 255 bytes; `nil` when nobody made one. `ip link show`, line "alias"
    public var alias: String?
    /// Administrative and other states.
    public var flags: LinkFlags
    /// Largest packet, in bytes.
    public var mtu: UInt32
    /// Whether it can carry packets.
    public var operationalState: OperationalState

    /// Creates a link, by default of hardware, without flags; an MTU of 0 stands for an unknown one.
    public init(
        index: LinkIndex, name: String, kind: String? = nil, alias: String? = nil, flags: LinkFlags = [],
        mtu: UInt32 = 0,
        operationalState: OperationalState = .unknown
    ) {
        self.index = index
        self.name = name
        self.kind = kind
        self.alias = alias
        self.flags = flags
        self.mtu = mtu
        self.operationalState = operationalState
    }

    /// Whether a link may have this name: 1 to 15 bytes (`IFNAMSIZ`, `linux/if.h`), none of them a NUL.
    static func isPossible(name: String) -> Bool { 1...15 ~= name.utf8.count && !name.utf8.contains(0) }

    /// Whether it is administratively up. `ip link set NAME up`
    public var isUp: Bool { flags.contains(.up) }
}

/// Flags of a link, `IFF_…` (`linux/if.h`).
public struct LinkFlags: OptionSet, Hashable, Sendable {
    /// The bits, `ifi_flags`.
    public var rawValue: UInt32

    /// Flags of their bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `IFF_UP`: administratively up; the one flag that this library changes.
    public static let up = LinkFlags(rawValue: 1 << 0)
    /// `IFF_LOOPBACK`: `lo`.
    public static let loopback = LinkFlags(rawValue: 1 << 3)
    /// `IFF_POINTOPOINT`: one peer at the other end.
    public static let pointToPoint = LinkFlags(rawValue: 1 << 4)
    /// `IFF_RUNNING`: the operational state is up or unknown.
    public static let running = LinkFlags(rawValue: 1 << 6)
    /// `IFF_NOARP`: no address resolution.
    public static let noARP = LinkFlags(rawValue: 1 << 7)
    /// `IFF_LOWER_UP`: the layer below has a signal.
    public static let lowerUp = LinkFlags(rawValue: 1 << 16)
    /// `IFF_DORMANT`: waits for an outside event, such as authentication.
    public static let dormant = LinkFlags(rawValue: 1 << 17)
}

/// Whether a link can carry packets: RFC 2863's `ifOperStatus`.
///
/// Wire: `IFLA_OPERSTATE`, u8, `IF_OPER_…` (`linux/if.h`). A number that is none of these reads as ``unknown``.
@frozen
public enum OperationalState: UInt8, Hashable, Sendable {
    /// The driver does not tell; usual for `lo`, `dummy` and tunnels, which work nevertheless.
    case unknown = 0
    /// A part is missing.
    case notPresent = 1
    /// It cannot carry packets.
    case down = 2
    /// A link beneath it is down.
    case lowerLayerDown = 3
    /// It is in a test mode.
    case testing = 4
    /// It waits for an outside event.
    case dormant = 5
    /// It carries packets.
    case up = 6
}
