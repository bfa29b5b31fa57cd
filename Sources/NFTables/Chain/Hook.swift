/// When and for what the kernel calls a base chain. `type nat hook postrouting priority srcnat; policy accept;`
public struct Hook: Hashable, Sendable {
    /// What its rules may do.
    public var type: ChainType
    /// Where on a packet's way.
    public var point: Point
    /// Lower ones are called first.
    public var priority: Priority
    /// The end of packets that no rule decides about.
    public var policy: Policy

    /// A hook of its parts.
    public init(_ type: ChainType, _ point: Point, priority: Priority, policy: Policy = .accept) {
        self.type = type
        self.point = point
        self.priority = priority
        self.policy = policy
    }

    /// Where on a packet's way, `NF_INET_…` (`linux/netfilter.h`).
    public enum Point: UInt32, Hashable, Sendable, CaseIterable {
        /// Arrived, not routed yet.
        case prerouting = 0
        /// For this host.
        case input = 1
        /// For another host.
        case forward = 2
        /// Made by this host.
        case output = 3
        /// About to leave.
        case postrouting = 4
    }

    /// The end of packets that no rule decides about: `NF_DROP`, `NF_ACCEPT`.
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
        /// `srcnat`, where source addresses are rewritten: 100.
        public static let sourceNAT = Priority(rawValue: 100)
    }
}

/// What the rules of a base chain may do; a name, because modules bring their own.
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
