import Netlink

/// Gives the packet's connection an address of the link that it leaves by as its source. `masquerade`
///
/// In chains of type ``ChainType/nat`` at ``Hook/Point/postrouting`` only.
public struct Masquerade: Hashable, Sendable {
    /// How the source port is chosen, `NF_NAT_RANGE_…` (`linux/netfilter/nf_nat.h`).
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits.
        public var rawValue: UInt32

        /// Flags of their bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// `NF_NAT_RANGE_PROTO_RANDOM`, `random`.
        public static let random = Flags(rawValue: 0x4)
        /// `NF_NAT_RANGE_PERSISTENT`, `persistent`: a client gets the same address for each connection.
        public static let persistent = Flags(rawValue: 0x8)
        /// `NF_NAT_RANGE_PROTO_RANDOM_FULLY`, `fully-random`: connections made at the same time do not clash.
        public static let fullyRandom = Flags(rawValue: 0x10)
    }

    /// How the source port is chosen.
    public var flags: Flags

    /// `masquerade FLAGS`
    public init(_ flags: Flags = []) { self.flags = flags }
}

extension Masquerade: ExpressionCodec {
    static let name = "masq"
    static let lastAttribute = Attribute.lastPort.rawValue

    /// `NFTA_MASQ_…`.
    private enum Attribute: UInt16 {
        case flags = 1
        case firstPort = 2
        case lastPort = 3
    }

    init?(attributes: RawSpan) throws(NetlinkDecodingError) {
        var flags: Flags = []
        var hasPorts = false
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch Attribute(rawValue: type) {
            case .flags: flags = Flags(rawValue: try value.bigEndian())
            case .firstPort, .lastPort: hasPorts = true
            case nil: break
            }
        }
        if hasPorts { return nil }
        self.init(flags)
    }

    func encode(into writer: inout AttributeWriter) {
        if !flags.isEmpty { writer.bigEndian(Attribute.flags.rawValue, flags.rawValue) }
    }
}
