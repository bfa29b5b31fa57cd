import Netlink

/// Counts packets and bytes, from 0 on. `counter`
///
/// What it has counted is no part of the value: rules that differ only in that are the same rule.
public struct Counter: Hashable, Sendable {
    /// `counter pkts 0 bytes 0`
    public init() {}
}

extension Counter: ExpressionCodec {
    static let name = "counter"
    /// `NFTA_COUNTER_PAD`; before it are what was counted.
    static let lastAttribute: UInt16 = 3

    init?(attributes: RawSpan) throws(NetlinkDecodingError) {}

    func encode(into writer: inout AttributeWriter) {}
}
