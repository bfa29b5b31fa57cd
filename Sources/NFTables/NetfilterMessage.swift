import Netlink

/// Messages of nf_tables that this library speaks, `NFT_MSG_…` (`linux/netfilter/nf_tables.h`).
///
/// On the wire the type of a message is the number of its subsystem, `NFNL_SUBSYS_NFTABLES`, above its own.
enum NetfilterMessage: UInt16 {
    case newTable = 0
    case getTable = 1
    case deleteTable = 2
    case newChain = 3
    case getChain = 4
    case newRule = 6
    case getRule = 7
    case newSet = 9
    case getSet = 10
    case newSetElements = 12
    case getSetElements = 13
    case deleteSetElements = 14
    case newGeneration = 15
    case getGeneration = 16
    case getObject = 19
    case getFlowTable = 23

    /// `NFNL_SUBSYS_NFTABLES`.
    static let subsystem: UInt16 = 10

    /// The type in the netlink header.
    var type: UInt16 { Self.subsystem << 8 | rawValue }
}

/// The header in front of the attributes, `struct nfgenmsg` (`linux/netfilter/nfnetlink.h`): 4 bytes.
///
///      0        1           2                        4
///     | family | version 0 | resource (big-endian)  |
///
/// The resource is the subsystem in the messages around a transaction, else 0 in requests.
struct NetfilterHeader {
    static let size = 4

    var family: UInt8
    var resource: UInt16 = 0

    var octets: [UInt8] { [family, 0, UInt8(resource >> 8), UInt8(resource & 0xff)] }
}

extension NetlinkRequest {
    /// A request about `family`, whose attributes `body` writes.
    init(
        _ message: NetfilterMessage, _ family: Family? = nil, flags: NetlinkFlags = [],
        _ body: (inout AttributeWriter) -> Void = { _ in }
    ) {
        self.init(type: message.type, flags: flags) { writer in
            writer.header(NetfilterHeader(family: family?.rawValue ?? 0).octets)
            body(&writer)
        }
    }

    /// `NFNL_MSG_BATCH_BEGIN`: what follows is one transaction, which is to be refused where the ruleset is not at
    /// `generation` any more (`NFNL_BATCH_GENID`, u32, big-endian).
    static func transactionBegin(at generation: UInt32? = nil) -> NetlinkRequest {
        NetlinkRequest(type: 0x10) { writer in
            writer.header(NetfilterHeader(family: 0, resource: NetfilterMessage.subsystem).octets)
            if let generation { writer.bigEndian(1, generation) }
        }
    }

    /// `NFNL_MSG_BATCH_END`: the transaction is complete.
    static let transactionEnd = NetlinkRequest(type: 0x11) { writer in
        writer.header(NetfilterHeader(family: 0, resource: NetfilterMessage.subsystem).octets)
    }
}

extension RawSpan {
    /// The text of the attribute `type` behind the header of a message about `family`; `nil` when the message is about
    /// another one or has no such attribute.
    func name(_ type: UInt16, in family: Family) throws(NetlinkDecodingError) -> String? {
        guard try integer(at: 0, as: UInt8.self) == family.rawValue else { return nil }
        var name: String?
        try forEachAttribute(from: NetfilterHeader.size) { (found, value) throws(NetlinkDecodingError) in
            if found == type { name = value.cString }
        }
        return name
    }
}
