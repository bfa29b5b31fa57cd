import Netlink

/// Goes on only if a set holds, or does not hold, what starts in a register. `ip daddr . tcp dport @vips`
public struct Lookup: Hashable, Sendable {
    /// Name of the set, which belongs to the same table.
    public var set: String
    /// Where the key starts; it is as long as the set's keys are.
    public var register: Register
    /// Whether keys match that the set does not hold. `!= @vips`
    public var isInverted: Bool

    /// `lookup reg 1 set NAME`
    public init(in set: String, register: Register = .first, isInverted: Bool = false) {
        self.set = set
        self.register = register
        self.isInverted = isInverted
    }
}

extension Lookup: ExpressionCodec {
    static let name = "lookup"
    static let lastAttribute = Attribute.flags.rawValue

    /// `NFT_LOOKUP_F_INV`.
    private static let invertedFlag: UInt32 = 1

    /// `NFTA_LOOKUP_…`.
    private enum Attribute: UInt16 {
        case set = 1
        case source = 2
        case destination = 3
        case flags = 5
    }

    init?(attributes: RawSpan) throws(NetlinkDecodingError) {
        var set: String?
        var register: Register?
        var flags: UInt32 = 0
        var isMap = false
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch Attribute(rawValue: type) {
            case .set: set = value.cString
            case .source: register = Register(rawValue: try value.bigEndian())
            case .destination: isMap = true
            case .flags: flags = try value.bigEndian()
            case nil: break
            }
        }
        guard let set, let register, !isMap, flags & ~Self.invertedFlag == 0 else { return nil }
        self.init(in: set, register: register, isInverted: flags != 0)
    }

    func encode(into writer: inout AttributeWriter) {
        writer.bigEndian(Attribute.source.rawValue, register.rawValue)
        writer.string(Attribute.set.rawValue, set)
        if isInverted { writer.bigEndian(Attribute.flags.rawValue, Self.invertedFlag) }
    }
}
