import Netlink

/// Masks a register and turns bits over: `register & mask ^ xor`. `meta mark & 0x1`, `meta mark | 0x1`
///
/// Setting the bits of `b` is `mask: ~b, xor: b`, clearing them `mask: ~b, xor: 0`.
public struct Bitwise: Hashable, Sendable {
    /// Where the value comes from.
    public var source: Register
    /// Where the result goes to.
    public var destination: Register
    /// Bits that stay, in the order that the register has them.
    public var mask: [UInt8]
    /// Bits that are turned over afterwards, as many bytes as the mask has.
    public var xor: [UInt8]

    /// `bitwise reg 1 = ( reg 1 & MASK ) ^ XOR` on bytes.
    public init(mask: [UInt8], xor: [UInt8], from source: Register = .first, into destination: Register = .first) {
        self.source = source
        self.destination = destination
        self.mask = mask
        self.xor = xor
    }

    /// The same on four bytes in host order, such as a packet mark.
    public init(mask: UInt32, xor: UInt32) {
        self.init(mask: mask.hostOctets, xor: xor.hostOctets)
    }
}

extension UInt32 {
    /// The four bytes in host order, as a register has them.
    var hostOctets: [UInt8] { withUnsafeBytes(of: self) { [UInt8]($0) } }
}

extension Bitwise: ExpressionCodec {
    static let name = "bitwise"
    static let lastAttribute = Attribute.operation.rawValue

    /// `NFT_BITWISE_MASK_XOR`; other operations shift, or combine two registers.
    private static let maskAndXor: UInt32 = 0

    /// `NFTA_BITWISE_…`.
    private enum Attribute: UInt16 {
        case source = 1
        case destination = 2
        case length = 3
        case mask = 4
        case xor = 5
        case operation = 6
    }

    init?(attributes: RawSpan) throws(NetlinkDecodingError) {
        var source: Register?
        var destination: Register?
        var mask: [UInt8]?
        var xor: [UInt8]?
        var operation = Self.maskAndXor
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch Attribute(rawValue: type) {
            case .source: source = Register(rawValue: try value.bigEndian())
            case .destination: destination = Register(rawValue: try value.bigEndian())
            case .mask: mask = try value.dataValue()
            case .xor: xor = try value.dataValue()
            case .operation: operation = try value.bigEndian()
            case .length, nil: break
            }
        }
        guard operation == Self.maskAndXor, let source, let destination, let mask, let xor, mask.count == xor.count
        else { return nil }
        self.init(mask: mask, xor: xor, from: source, into: destination)
    }

    func encode(into writer: inout AttributeWriter) {
        writer.bigEndian(Attribute.source.rawValue, source.rawValue)
        writer.bigEndian(Attribute.destination.rawValue, destination.rawValue)
        writer.bigEndian(Attribute.operation.rawValue, Self.maskAndXor)
        writer.bigEndian(Attribute.length.rawValue, UInt32(truncatingIfNeeded: mask.count))
        writer.data(Attribute.mask.rawValue, mask)
        writer.data(Attribute.xor.rawValue, xor)
    }
}
