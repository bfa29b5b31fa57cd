import Netlink

/// Goes on only if a register has, or has not, a value. `== 6`, `!= 6`
public struct Comparison: Hashable, Sendable {
    /// Which way round, `NFT_CMP_…`.
    @nonexhaustive
    public enum Operator: UInt32, Hashable, Sendable, CaseIterable {
        /// `NFT_CMP_EQ`, `==`.
        case equal = 0
        /// `NFT_CMP_NEQ`, `!=`.
        case notEqual = 1
    }

    /// Which way round.
    public var `operator`: Operator
    /// The register that is compared.
    public var register: Register
    /// The value, in the order that the register has it.
    public var octets: [UInt8]

    /// `cmp eq reg 1 0x00000006`
    public init(_ operator: Operator, _ octets: [UInt8], register: Register = .first) {
        self.operator = `operator`
        self.register = register
        self.octets = octets
    }
}

extension Comparison: ExpressionCodec {
    static let name = "cmp"
    static let lastAttribute = Attribute.data.rawValue

    /// `NFTA_CMP_…`.
    private enum Attribute: UInt16 {
        case source = 1
        case `operator` = 2
        case data = 3
    }

    init?(attributes: RawSpan) throws(NetlinkDecodingError) {
        var register: Register?
        var `operator`: Operator?
        var octets: [UInt8]?
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch Attribute(rawValue: type) {
            case .source: register = Register(rawValue: try value.bigEndian())
            case .operator: `operator` = Operator(rawValue: try value.bigEndian())
            case .data: octets = try value.dataValue()
            case nil: break
            }
        }
        guard let register, let `operator`, let octets else { return nil }
        self.init(`operator`, octets, register: register)
    }

    func encode(into writer: inout AttributeWriter) {
        writer.bigEndian(Attribute.source.rawValue, register.rawValue)
        writer.bigEndian(Attribute.operator.rawValue, `operator`.rawValue)
        writer.data(Attribute.data.rawValue, octets)
    }
}
