/// Flags of a route and of its next hops, `RTNH_F_…` and `RTM_F_…` (`linux/rtnetlink.h`).
public struct RouteFlags: OptionSet, Hashable, Sendable {
    /// The bits, `rtm_flags`; of next hops only the lowest eight.
    public var rawValue: UInt32

    /// Flags of their bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `RTNH_F_DEAD`: unusable, because its link is down.
    public static let dead = RouteFlags(rawValue: 0x01)
    /// `RTNH_F_ONLINK`: the gateway is taken to be on the link, whatever the addresses say.
    public static let onLink = RouteFlags(rawValue: 0x04)
    /// `RTNH_F_LINKDOWN`: its link has no signal.
    public static let linkDown = RouteFlags(rawValue: 0x10)
    /// `RTM_F_CLONED`: the answer to a lookup, or a cached exception; in no table.
    public static let cloned = RouteFlags(rawValue: 0x200)
    /// `RTM_F_LOOKUP_TABLE`: tell in which table the route was found. For lookups.
    static let lookUpTable = RouteFlags(rawValue: 0x1000)

    /// The flags that a request may set; all others are the kernel's.
    static let configurable: RouteFlags = .onLink
}
