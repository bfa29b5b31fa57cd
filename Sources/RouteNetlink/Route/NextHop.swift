public import Addressing
public import Netlink

/// One of several ways that a route offers. `ip route add … nexthop via GATEWAY dev LINK weight N`
public struct NextHop: Hashable, Sendable {
    /// The link to send through; in requests `nil` lets the kernel find it by the gateway.
    public var outputInterface: LinkIndex?
    /// The router to send to; `nil` when the destination is on the link.
    public var gateway: IPAddress?
    /// Share of the traffic, 1–256, in relation to the other next hops; a route with another one is refused with `EINVAL`
    /// before it is sent.
    public var weight: Int
    /// State, and ``RouteFlags/onLink``.
    public var flags: RouteFlags
    /// Realms, encapsulation and the like, as they were read; see ``Route/otherAttributes``.
    public internal(set) var otherAttributes = OpaqueAttributes()

    /// Weights that the wire has room for, u8 and one more.
    static let weights = 1...256

    /// Creates a next hop; `weight` is its share of the connections, 1 to 256.
    public init(outputInterface: LinkIndex? = nil, gateway: IPAddress?, weight: Int = 1, flags: RouteFlags = []) {
        self.outputInterface = outputInterface
        self.gateway = gateway
        self.weight = weight
        self.flags = flags
    }
}
