import Netlink

/// The fate of a packet, or the next place on its way through the chains.
@nonexhaustive
public enum Verdict: Hashable, Sendable {
    /// `drop`
    case drop
    /// `accept`: on to the next base chain.
    case accept
    /// `continue`: on to the next rule.
    case `continue`
    /// `jump CHAIN`: through the chain and back behind this rule.
    case jump(String)
    /// `return`: back to where the chain was jumped to from; the policy decides in a base chain.
    case `return`
}

/// Attributes of a verdict, `NFTA_VERDICT_…`.
enum VerdictAttribute: UInt16 {
    case code = 1
    case chain = 2
}

extension Verdict {
    /// `NF_DROP`, `NF_ACCEPT`, `NFT_CONTINUE`, `NFT_JUMP`, `NFT_RETURN`; i32.
    private enum Code: Int32 {
        case drop = 0
        case accept = 1
        case `continue` = -1
        case jump = -3
        case `return` = -5
    }

    private var code: Code {
        switch self {
        case .drop: .drop
        case .accept: .accept
        case .continue: .continue
        case .jump: .jump
        case .return: .return
        }
    }

    /// The verdict of its attributes; `nil` for one that this type cannot say.
    init?(attributes: RawSpan) throws(NetlinkDecodingError) {
        var code: Code?
        var chain: String?
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch VerdictAttribute(rawValue: type) {
            case .code: code = Code(rawValue: try value.bigEndian())
            case .chain: chain = value.cString
            case nil: break
            }
        }
        switch (code, chain) {
        case (.drop?, _): self = .drop
        case (.accept?, _): self = .accept
        case (.continue?, _): self = .continue
        case (.jump?, let chain?): self = .jump(chain)
        case (.return?, _): self = .return
        case (.jump?, nil), (nil, _): return nil
        }
    }

    /// Writes the attributes.
    func encode(into writer: inout AttributeWriter) {
        writer.bigEndian(VerdictAttribute.code.rawValue, code.rawValue)
        if case .jump(let chain) = self { writer.string(VerdictAttribute.chain.rawValue, chain) }
    }
}
