import Netlink

/// A verdict, or a value of the rule itself for a register. `accept`, `jump CHAIN`; `meta mark set 0x1` has a value.
@frozen
public enum Immediate: Hashable, Sendable {
    /// `immediate reg 0 accept`
    case verdict(Verdict)
    /// `immediate reg 1 0x00000001`
    case value([UInt8], into: Register)
}

extension Immediate: ExpressionCodec {
    static let name = "immediate"
    static let lastAttribute = Attribute.data.rawValue

    /// `NFTA_IMMEDIATE_…`.
    private enum Attribute: UInt16 {
        case destination = 1
        case data = 2
    }

    init?(attributes: RawSpan) throws(NetlinkDecodingError) {
        var register: Register?
        var octets: [UInt8]?
        var verdict: Verdict?
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch Attribute(rawValue: type) {
            case .destination: register = Register(rawValue: try value.bigEndian())
            case .data:
                try value.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
                    switch DataAttribute(rawValue: type) {
                    case .value: octets = value.octets
                    case .verdict: verdict = try Verdict(attributes: value)
                    case nil: break
                    }
                }
            case nil: break
            }
        }
        switch (register, octets, verdict) {
        case (.verdict?, nil, let verdict?): self = .verdict(verdict)
        case (let register?, let octets?, nil) where register != .verdict: self = .value(octets, into: register)
        default: return nil
        }
    }

    func encode(into writer: inout AttributeWriter) {
        switch self {
        case .verdict(let verdict):
            writer.bigEndian(Attribute.destination.rawValue, Register.verdict.rawValue)
            writer.nest(Attribute.data.rawValue) { writer in
                writer.nest(DataAttribute.verdict.rawValue) { verdict.encode(into: &$0) }
            }
        case .value(let octets, let register):
            writer.bigEndian(Attribute.destination.rawValue, register.rawValue)
            writer.data(Attribute.data.rawValue, octets)
        }
    }
}
