import Netlink

/// A property of a packet that the kernel knows. `meta mark`, `meta mark set`
///
/// In registers marks are in host order, names of links are 16 bytes with NULs behind the name, protocol numbers are
/// one byte.
public struct Meta: Hashable, Sendable {
    /// Which of it, `NFT_META_…`.
    public struct Key: RawRepresentable, Hashable, Sendable {
        /// The number on the wire, u32.
        public var rawValue: UInt32

        /// A key of its number.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// `meta mark`: the packet mark, four bytes.
        public static let mark = Key(rawValue: 3)
        /// `oif`: number of the link that it leaves by, four bytes.
        public static let outputInterfaceIndex = Key(rawValue: 5)
        /// `iifname`: name of the link that it came in by.
        public static let inputInterface = Key(rawValue: 6)
        /// `oifname`: name of the link that it leaves by.
        public static let outputInterface = Key(rawValue: 7)
        /// `meta nfproto`: IPv4 (2) or IPv6 (10), which matters in the family `inet`.
        public static let family = Key(rawValue: 15)
        /// `meta l4proto`: the transport protocol.
        public static let transportProtocol = Key(rawValue: 16)
    }

    /// Which way the value goes.
    @frozen
    public enum Direction: Hashable, Sendable {
        /// From the packet into the register.
        case load(Register)
        /// From the register to the packet; not possible for every key.
        case set(Register)
    }

    /// The property.
    public var key: Key
    /// Which way.
    public var direction: Direction

    /// `meta load KEY => reg 1`
    public static func load(_ key: Key, into register: Register = .first) -> Meta {
        Meta(key: key, direction: .load(register))
    }

    /// `meta set KEY with reg 1`
    public static func set(_ key: Key, from register: Register = .first) -> Meta {
        Meta(key: key, direction: .set(register))
    }
}

extension Meta: ExpressionCodec {
    static let name = "meta"
    static let lastAttribute = Attribute.source.rawValue

    /// `NFTA_META_…`.
    private enum Attribute: UInt16 {
        case destination = 1
        case key = 2
        case source = 3
    }

    init?(attributes: RawSpan) throws(NetlinkDecodingError) {
        var key: Key?
        var direction: Direction?
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch Attribute(rawValue: type) {
            case .destination: direction = .load(Register(rawValue: try value.bigEndian()))
            case .key: key = Key(rawValue: try value.bigEndian())
            case .source: direction = .set(Register(rawValue: try value.bigEndian()))
            case nil: break
            }
        }
        guard let key, let direction else { return nil }
        self.init(key: key, direction: direction)
    }

    func encode(into writer: inout AttributeWriter) {
        writer.bigEndian(Attribute.key.rawValue, key.rawValue)
        switch direction {
        case .load(let register): writer.bigEndian(Attribute.destination.rawValue, register.rawValue)
        case .set(let register): writer.bigEndian(Attribute.source.rawValue, register.rawValue)
        }
    }
}
