import Netlink

/// One step of a rule. Steps hand values to each other in registers; one that does not match ends the rule.
///
/// The text form of the `nft` command stands for several steps at once: `tcp dport 80` loads the transport protocol,
/// compares it, loads the port, compares it. ``Rule/init(_:comment:)`` takes them in such groups.
@nonexhaustive
public enum Expression: Hashable, Sendable {
    /// A property of the packet, loaded or set.
    case meta(Meta)
    /// Bytes of the packet.
    case payload(Payload)
    /// An address or port of the packet's connection, loaded.
    case conntrack(Conntrack)
    /// Goes on only if a register has, or has not, a value.
    case comparison(Comparison)
    /// Masks a register and turns bits over.
    case bitwise(Bitwise)
    /// A value or verdict of the rule itself.
    case immediate(Immediate)
    /// Goes on only if a set holds, or does not hold, what is in a register.
    case lookup(Lookup)
    /// Gives the packet's connection an address of this host as its source.
    case masquerade(Masquerade)
    /// Counts packets and bytes.
    case counter(Counter)
    /// One that this library does not know, or a form that it does not know; `attributes` is what the kernel sent.
    case other(name: String, attributes: [UInt8])
}

/// Attributes of a step, `NFTA_EXPR_…`.
enum ExpressionAttribute: UInt16 {
    case name = 1
    /// Nested attributes of the step's kind.
    case data = 2
}

/// What all kinds of steps have in common.
protocol ExpressionCodec {
    /// The kind's name in the kernel.
    static var name: String { get }

    /// The last type of attribute that this type knows the meaning of; one beyond it makes the step another one.
    static var lastAttribute: UInt16 { get }

    /// The step of its attributes; `nil` when they say what this type cannot.
    init?(attributes: RawSpan) throws(NetlinkDecodingError)

    /// Writes the attributes.
    func encode(into writer: inout AttributeWriter)
}

extension Expression {
    /// The step in one element of a rule's list.
    init(_ bytes: RawSpan) throws(NetlinkDecodingError) {
        var name = ""
        // Without data there are no attributes.
        var attributes: [UInt8] = []
        try bytes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch ExpressionAttribute(rawValue: type) {
            case .name: name = value.cString
            case .data: attributes = value.octets
            case nil: break
            }
        }
        self = try Self.known(name, attributes.span.bytes) ?? .other(name: name, attributes: attributes)
    }

    private static func known(_ name: String, _ attributes: RawSpan) throws(NetlinkDecodingError) -> Expression? {
        switch name {
        case Meta.name: try step(attributes).map(Expression.meta)
        case Payload.name: try step(attributes).map(Expression.payload)
        case Conntrack.name: try step(attributes).map(Expression.conntrack)
        case Comparison.name: try step(attributes).map(Expression.comparison)
        case Bitwise.name: try step(attributes).map(Expression.bitwise)
        case Immediate.name: try step(attributes).map(Expression.immediate)
        case Lookup.name: try step(attributes).map(Expression.lookup)
        case Masquerade.name: try step(attributes).map(Expression.masquerade)
        case Counter.name: try step(attributes).map(Expression.counter)
        default: nil
        }
    }

    private static func step<Step: ExpressionCodec>(_ attributes: RawSpan) throws(NetlinkDecodingError) -> Step? {
        var isKnown = true
        try attributes.forEachAttribute { (type, _) throws(NetlinkDecodingError) in
            if type > Step.lastAttribute { isKnown = false }
        }
        return isKnown ? try Step(attributes: attributes) : nil
    }

    /// Writes name and attributes.
    func encode(into writer: inout AttributeWriter) {
        switch self {
        case .meta(let step): Self.encode(step, into: &writer)
        case .payload(let step): Self.encode(step, into: &writer)
        case .conntrack(let step): Self.encode(step, into: &writer)
        case .comparison(let step): Self.encode(step, into: &writer)
        case .bitwise(let step): Self.encode(step, into: &writer)
        case .immediate(let step): Self.encode(step, into: &writer)
        case .lookup(let step): Self.encode(step, into: &writer)
        case .masquerade(let step): Self.encode(step, into: &writer)
        case .counter(let step): Self.encode(step, into: &writer)
        case .other(let name, let attributes):
            writer.string(ExpressionAttribute.name.rawValue, name)
            writer.nested(ExpressionAttribute.data.rawValue, attributes)
        }
    }

    private static func encode<Step: ExpressionCodec>(_ step: Step, into writer: inout AttributeWriter) {
        writer.string(ExpressionAttribute.name.rawValue, Step.name)
        writer.nest(ExpressionAttribute.data.rawValue) { step.encode(into: &$0) }
    }
}
