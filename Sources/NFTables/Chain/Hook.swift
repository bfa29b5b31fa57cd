public import Netlink

/// When and for what the kernel calls a base chain. `type nat hook postrouting priority srcnat; policy accept;`
public struct Hook: Hashable, Sendable {
    /// The type, which limits its rules.
    public var type: ChainType
    /// Where on a packet's way.
    public var point: Point
    /// Lower ones are called first.
    public var priority: Priority
    /// The end of packets that no rule decides about.
    public var policy: Policy
    /// Names of the links whose packets come to ``Point/ingress`` and ``Point/egress``; at another point they are refused with
    /// `EINVAL` before anything is sent. Links that are told in another way, by the beginning of their names for instance, are
    /// in ``otherAttributes`` (Linux 6.18).
    public var devices: Set<String>
    /// Whether the kernel counts what the policy decides; what it has counted is no part of the value.
    var countsPolicy = Uncompared(false)
    /// Properties that this library gives no meaning, as they were read.
    public internal(set) var otherAttributes = OpaqueAttributes()

    /// Creates a hook; by default it accepts what no rule decides about, on all links.
    public init(
        _ type: ChainType, _ point: Point, priority: Priority, policy: Policy = .accept, devices: Set<String> = []
    ) {
        self.type = type
        self.point = point
        self.priority = priority
        self.policy = policy
        self.devices = devices
    }

    /// Where on a packet's way. The family ``Family/arp`` has ``input`` and ``output`` only, and `EOPNOTSUPP` for others;
    /// ``Family/netdev`` has ``ingress`` and ``egress``.
    @nonexhaustive
    public enum Point: Hashable, Sendable, CaseIterable {
        /// Arrived, not routed yet.
        case prerouting
        /// For this host.
        case input
        /// For another host.
        case forward
        /// Made by this host.
        case output
        /// About to leave.
        case postrouting
        /// Just come in by one of ``Hook/devices``, before anything else looks at it. In the families ``Family/netdev`` and, since
        /// Linux 5.10, ``Family/inet``; others refuse it with `EINVAL` before anything is sent.
        case ingress
        /// About to be handed to one of ``Hook/devices``, after everything else. In the family ``Family/netdev``, since Linux 5.16.
        case egress
    }

    /// The end of packets that no rule decides about: `NF_DROP`, `NF_ACCEPT`.
    @frozen
    public enum Policy: UInt32, Hashable, Sendable, CaseIterable {
        /// They are dropped.
        case drop = 0
        /// They go on.
        case accept = 1
    }

    /// The order of chains at the same point, i32. The `nft` command knows names for some.
    public struct Priority: RawRepresentable, Hashable, Sendable {
        /// The number, in host order here and big-endian on the wire.
        public var rawValue: Int32

        /// A priority of its number.
        public init(rawValue: Int32) { self.rawValue = rawValue }

        /// `mangle`, where packets are marked: -150.
        public static let mangle = Priority(rawValue: -150)
        /// `filter`: 0.
        public static let filter = Priority(rawValue: 0)
        /// `filter` in the family ``Family/bridge``: -200.
        public static let bridgeFilter = Priority(rawValue: -200)
        /// `srcnat`, where source addresses are rewritten: 100.
        public static let sourceNAT = Priority(rawValue: 100)
    }
}

extension Hook.Point {
    /// In the order of their numbers, `NF_INET_…` (`linux/netfilter.h`), which are `NF_BR_…` (`linux/netfilter_bridge.h`), too.
    private static let ofIP: [Hook.Point] = [.prerouting, .input, .forward, .output, .postrouting]
    /// The same with `NF_INET_INGRESS`.
    private static let ofInet = ofIP + [.ingress]
    /// In the order of their numbers, `NF_ARP_…` (`linux/netfilter_arp.h`); the kernel has no chains at the last two.
    private static let ofARP: [Hook.Point] = [.input, .output, .forward, .prerouting, .postrouting]
    /// In the order of their numbers, `NF_NETDEV_…` (`linux/netfilter.h`).
    private static let ofNetdev: [Hook.Point] = [.ingress, .egress]

    private static func points(of family: Family) -> [Hook.Point] {
        switch family {
        case .inet: ofInet
        case .ip, .ip6, .bridge: ofIP
        case .arp: ofARP
        case .netdev: ofNetdev
        }
    }

    /// The point of its number in `family`; `nil` for one that this library does not know.
    init?(_ number: UInt32, in family: Family) {
        let points = Self.points(of: family)
        guard let index = Int(exactly: number), points.indices.contains(index) else { return nil }
        self = points[index]
    }

    /// Whether the kernel calls a chain for single links here.
    var isOfLinks: Bool { self == .ingress || self == .egress }

    /// Its number in `family`, `NFTA_HOOK_HOOKNUM`, u32, big-endian; `nil` where that has no such point.
    func number(in family: Family) -> UInt32? { Self.points(of: family).firstIndex(of: self).map { UInt32($0) } }
}

/// The type of a base chain, which limits its rules; a name, because modules bring their own.
public struct ChainType: RawRepresentable, Hashable, Sendable {
    /// The name on the wire.
    public var rawValue: String

    /// A type of its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Let pass or drop, and set marks.
    public static let filter = ChainType(rawValue: "filter")
    /// Rewrite addresses; called for the first packet of each connection only.
    public static let nat = ChainType(rawValue: "nat")
    /// Send a packet on another way: it is routed again when its mark was changed. At ``Hook/Point/output`` only.
    public static let route = ChainType(rawValue: "route")
}
