/// The treatment of packets that take a route, `RTN_…` (`linux/rtnetlink.h`).
public struct RouteType: RawRepresentable, Hashable, Sendable {
    /// The number on the wire, u8.
    public var rawValue: UInt8

    /// A type of its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `RTN_UNICAST`: goes to a gateway or directly to its destination.
    public static let unicast = RouteType(rawValue: 1)
    /// `RTN_LOCAL`: is for this node.
    public static let local = RouteType(rawValue: 2)
    /// `RTN_BROADCAST`: is for this node and sent as a broadcast.
    public static let broadcast = RouteType(rawValue: 3)
    /// `RTN_ANYCAST`: is for this node, sent as unicast (IPv6).
    public static let anycast = RouteType(rawValue: 4)
    /// `RTN_MULTICAST`: is for a group.
    public static let multicast = RouteType(rawValue: 5)
    /// `RTN_BLACKHOLE`: is dropped silently; local senders get `EINVAL`.
    public static let blackhole = RouteType(rawValue: 6)
    /// `RTN_UNREACHABLE`: is answered with "host unreachable"; local senders get `EHOSTUNREACH`.
    public static let unreachable = RouteType(rawValue: 7)
    /// `RTN_PROHIBIT`: is answered with "prohibited"; local senders get `EACCES`.
    public static let prohibit = RouteType(rawValue: 8)
    /// `RTN_THROW`: goes on to the next table.
    public static let `throw` = RouteType(rawValue: 9)

    /// Whether packets are refused or passed over, so that the route leads to no link.
    public var isRefusal: Bool { Self.blackhole.rawValue...Self.throw.rawValue ~= rawValue }
}

extension RouteType: CustomStringConvertible {
    /// The name that the `ip` command uses, or the number.
    public var description: String {
        switch self {
        case .unicast: "unicast"
        case .local: "local"
        case .broadcast: "broadcast"
        case .anycast: "anycast"
        case .multicast: "multicast"
        case .blackhole: "blackhole"
        case .unreachable: "unreachable"
        case .prohibit: "prohibit"
        case .throw: "throw"
        default: "\(rawValue)"
        }
    }
}
