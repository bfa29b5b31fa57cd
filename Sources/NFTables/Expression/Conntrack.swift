import Netlink

/// A property of the packet's connection, from connection tracking. `ct original ip daddr`
///
/// The original direction is as the client saw it: what it connected to, whatever address translation and IPVS made of
/// that. In registers addresses and ports are in network order. A packet without a tracked connection, or with one of
/// the other IP family, ends the rule.
public struct Conntrack: Hashable, Sendable {
    /// Which of it, `NFT_CT_…`.
    public struct Key: RawRepresentable, Hashable, Sendable {
        /// The number on the wire, u32.
        public var rawValue: UInt32

        /// A key of its number.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// `proto-dst`: the destination port, two bytes.
        public static let destinationPort = Key(rawValue: 12)
        /// `ip daddr`: the destination address, four bytes. Linux 4.17.
        public static let ipv4Destination = Key(rawValue: 20)
        /// `ip6 daddr`: the destination address, sixteen bytes. Linux 4.17.
        public static let ipv6Destination = Key(rawValue: 22)
    }

    /// The direction of packets that is meant, `IP_CT_DIR_…`.
    @frozen
    public enum Direction: UInt8, Hashable, Sendable {
        /// `IP_CT_DIR_ORIGINAL`: those of whoever began.
        case original = 0
        /// `IP_CT_DIR_REPLY`: the answers.
        case reply = 1
    }

    /// The property.
    public var key: Key
    /// The direction of packets that is meant.
    public var direction: Direction
    /// Where the value goes to.
    public var register: Register

    /// `ct load KEY => reg 1 , dir original`
    public static func load(
        _ key: Key, _ direction: Direction = .original, into register: Register = .first
    ) -> Conntrack {
        Conntrack(key: key, direction: direction, register: register)
    }
}

extension Conntrack: ExpressionCodec {
    static let name = "ct"
    static let lastAttribute = Attribute.direction.rawValue

    /// `NFTA_CT_…`.
    private enum Attribute: UInt16 {
        case destination = 1
        case key = 2
        case direction = 3
    }

    /// `nil` for what is set, and for what has no direction, such as the state.
    init?(attributes: RawSpan) throws(NetlinkDecodingError) {
        var key: Key?
        var direction: Direction?
        var register: Register?
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch Attribute(rawValue: type) {
            case .destination: register = Register(rawValue: try value.bigEndian())
            case .key: key = Key(rawValue: try value.bigEndian())
            case .direction: direction = Direction(rawValue: try value.integer())
            case nil: break
            }
        }
        guard let key, let direction, let register else { return nil }
        self.init(key: key, direction: direction, register: register)
    }

    func encode(into writer: inout AttributeWriter) {
        writer.bigEndian(Attribute.key.rawValue, key.rawValue)
        writer.bigEndian(Attribute.destination.rawValue, register.rawValue)
        writer.integer(Attribute.direction.rawValue, direction.rawValue)
    }
}
