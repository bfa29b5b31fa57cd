public import Addressing
public import Netlink

/// A route: where packets for a block of addresses go. `ip route show table all`
///
/// Metrics such as the MTU, encapsulations, realms and the preference of IPv6 routers are kept as they were read, in
/// ``otherAttributes``.
public struct Route: Hashable, Sendable {
    /// The addresses that it is for; `0.0.0.0/0` or `::/0` is a default route. Its family is the route's.
    public var destination: CIDR
    /// The senders that it is for (`from`, IPv6 only); `nil` for all.
    public var source: CIDR?
    /// The table that it is in.
    public var table: RouteTable
    /// The treatment of packets.
    public var type: RouteType
    /// The maker of the route.
    public var `protocol`: RouteProtocol
    /// How far away the destination is; in requests `nil` stands for what the type and the gateway say.
    public var scope: Scope?
    /// The type of service that it is for (`tos`, IPv4 only); 0 for all.
    public var typeOfService: UInt8
    /// Precedence over other routes to the same destination, smaller is better; also called priority.
    ///
    /// In requests `nil` stands for 0 (IPv4) or 1024 (IPv6). IPv6 takes 0 for 1024, too, although the routes that
    /// the kernel makes along with an address have 0.
    public var metric: UInt32?
    /// The link to send through (`dev`); in requests `nil` lets the kernel find it.
    public var outputInterface: LinkIndex?
    /// The router to send to (`via`); an IPv4 route may have an IPv6 gateway.
    public var gateway: IPAddress?
    /// The address that local senders get if they did not choose one (`src`).
    ///
    /// It must be an address of this node when the route is added.
    public var preferredSource: IPAddress?
    /// The ways that it offers if there are several; ``outputInterface`` and ``gateway`` are `nil` then.
    public var nextHops: [NextHop]
    /// Number of the next-hop object that holds link and gateway (`nhid`).
    public var nextHopID: UInt32?
    /// State, and ``RouteFlags/onLink``.
    public var flags: RouteFlags
    /// Metrics and other properties, as they were read: `RTA_METRICS`, `RTA_FLOW`, `RTA_ENCAP` …; none in a route of its
    /// parts. They are written along with the rest, and two routes that differ in them are different.
    public internal(set) var otherAttributes = OpaqueAttributes()
    /// How long the route stays, IPv6 only (`expires`), in whole seconds; `nil` for ever. It passes by itself, so that two
    /// routes that differ in nothing else are the same.
    public var lifetime: Duration? {
        get { remainingSeconds.value.map { .seconds($0) } }
        set {
            let longest = Duration.seconds(UInt32.max)
            remainingSeconds.value = newValue.map { UInt32(min(max($0, .seconds(1)), longest).components.seconds) }
        }
    }
    var remainingSeconds = Uncompared<UInt32?>(nil)

    /// Creates a route, by default a unicast one of the main table with the protocol `boot`, as `ip route add` does.
    public init(
        destination: CIDR, source: CIDR? = nil, table: RouteTable = .main, type: RouteType = .unicast,
        protocol: RouteProtocol = .boot, scope: Scope? = nil, typeOfService: UInt8 = 0, metric: UInt32? = nil,
        outputInterface: LinkIndex? = nil, gateway: IPAddress? = nil, preferredSource: IPAddress? = nil,
        nextHops: [NextHop] = [], nextHopID: UInt32? = nil, flags: RouteFlags = []
    ) {
        self.destination = destination
        self.source = source
        self.table = table
        self.type = type
        self.protocol = `protocol`
        self.scope = scope
        self.typeOfService = typeOfService
        self.metric = metric
        self.outputInterface = outputInterface
        self.gateway = gateway
        self.preferredSource = preferredSource
        self.nextHops = nextHops
        self.nextHopID = nextHopID
        self.flags = flags
    }

    /// The ways that it offers, one or several: ``nextHops``, or ``gateway`` and ``outputInterface`` where there are none.
    ///
    /// A gateway may be of another family than the route. None for a route that refuses its packets.
    public var hops: [NextHop] {
        if type.isRefusal { return [] }
        guard nextHops.isEmpty else { return nextHops }
        return [NextHop(outputInterface: outputInterface, gateway: gateway, flags: flags)]
    }

    /// Largest packet, in bytes, that is sent this way without asking the link (`mtu`); `nil` where the link decides.
    public var mtu: UInt32? {
        guard let metrics = otherAttributes[RouteAttribute.metrics.rawValue] else { return nil }
        var mtu: UInt32?
        try? metrics.span.bytes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            if type == RouteAttribute.mtu { mtu = try value.integer() }
        }
        return mtu
    }

    /// IPv4 or IPv6.
    public var family: IPAddress.Family { destination.address.family }
}

extension Route: CustomStringConvertible {
    /// The route as the `ip route add` command takes it: `local 10.9.9.9/32 dev lo table local src 10.0.0.5`.
    ///
    /// What is as usual is left out. State is not part of it.
    public var description: String { description { _ in nil } }

    /// The same with the names of links, as far as `names` has them: `10.20.0.0/16 via 10.1.2.1 dev eth0`.
    public func description(naming names: (LinkIndex) -> String?) -> String {
        var words: [String] = type == .unicast ? [] : ["\(type)"]
        words.append(destination.prefixLength == 0 ? "default" : "\(destination)")
        if let source { words += ["from", "\(source)"] }
        if typeOfService != 0 { words += ["tos", "0x" + String(typeOfService, radix: 16)] }
        if let nextHopID { words += ["nhid", "\(nextHopID)"] }
        words += hop(via: gateway, outputInterface, names)
        if table != .main { words += ["table", "\(table)"] }
        if `protocol` != .boot { words += ["proto", "\(`protocol`)"] }
        if let scope, scope != usualScope { words += ["scope", "\(scope)"] }
        if let preferredSource { words += ["src", "\(preferredSource)"] }
        if let metric, metric != usualMetric { words += ["metric", "\(metric)"] }
        if flags.contains(.onLink) { words.append("onlink") }
        if let mtu { words += ["mtu", "\(mtu)"] }
        for next in nextHops {
            words += ["nexthop"] + hop(via: next.gateway, next.outputInterface, names)
            if next.weight != 1 { words += ["weight", "\(next.weight)"] }
            if next.flags.contains(.onLink) { words.append("onlink") }
        }
        return words.joined(separator: " ")
    }

    private func hop(
        via gateway: IPAddress?, _ link: LinkIndex?, _ names: (LinkIndex) -> String?
    ) -> [String] {
        var words: [String] = []
        if let gateway { words += gateway.family == family ? ["via", "\(gateway)"] : ["via", "inet6", "\(gateway)"] }
        if let link { words += ["dev", link.text(names)] }
        return words
    }
}
