import Netlink

/// Bytes of the packet, loaded into a register. `ip daddr`, `tcp dport`
///
/// Nothing makes sure that the packet has the header that is meant: a rule asks for family and transport protocol first.
/// A packet that is too short ends the rule.
public struct Payload: Hashable, Sendable {
    /// The header that an offset counts from, `NFT_PAYLOAD_…`.
    @nonexhaustive
    public enum Base: UInt32, Hashable, Sendable {
        /// `NFT_PAYLOAD_NETWORK_HEADER`: the IPv4 or IPv6 header.
        case network = 1
        /// `NFT_PAYLOAD_TRANSPORT_HEADER`: the TCP or UDP header.
        case transport = 2
    }

    /// The header that the offset counts from.
    public var base: Base
    /// First byte.
    public var offset: UInt32
    /// Number of bytes, at most 16 in a register of sixteen.
    public var length: UInt32
    /// Where they go to.
    public var register: Register

    /// `payload load LENGTHb @ BASE header + OFFSET => reg 1`
    public init(_ base: Base, offset: UInt32, length: UInt32, into register: Register = .first) {
        self.base = base
        self.offset = offset
        self.length = length
        self.register = register
    }
}

extension Payload: ExpressionCodec {
    static let name = "payload"
    static let lastAttribute = Attribute.length.rawValue

    /// `NFTA_PAYLOAD_…`.
    private enum Attribute: UInt16 {
        case destination = 1
        case base = 2
        case offset = 3
        case length = 4
    }

    init?(attributes: RawSpan) throws(NetlinkDecodingError) {
        var base: Base?
        var offset: UInt32?
        var length: UInt32?
        var register: Register?
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch Attribute(rawValue: type) {
            case .destination: register = Register(rawValue: try value.bigEndian())
            case .base: base = Base(rawValue: try value.bigEndian())
            case .offset: offset = try value.bigEndian()
            case .length: length = try value.bigEndian()
            case nil: break
            }
        }
        // Without a destination it writes to the packet.
        guard let base, let offset, let length, let register else { return nil }
        self.init(base, offset: offset, length: length, into: register)
    }

    func encode(into writer: inout AttributeWriter) {
        writer.bigEndian(Attribute.destination.rawValue, register.rawValue)
        writer.bigEndian(Attribute.base.rawValue, base.rawValue)
        writer.bigEndian(Attribute.offset.rawValue, offset)
        writer.bigEndian(Attribute.length.rawValue, length)
    }
}
