import Netlink

/// Attributes of a table, `NFTA_TABLE_…`.
enum TableAttribute: UInt16 {
    case name = 1
    case flags = 2
    /// Number of chains, sets, objects and flow tables, u32.
    case useCount = 3
    case userData = 6

    /// What the kernel says of itself: `NFTA_TABLE_HANDLE`, `NFTA_TABLE_PAD`, `NFTA_TABLE_OWNER`.
    static let passing: Set<UInt16> = [4, 5, 7]
}

extension Table {
    /// `NFT_TABLE_F_DORMANT`.
    private static let dormantFlag: UInt32 = 1

    /// The table in an `NFT_MSG_NEWTABLE`, without what it holds; `nil` when the message is about another table.
    init?(_ identity: Identity, _ payload: RawSpan) throws(NetlinkDecodingError) {
        guard try payload.name(TableAttribute.name.rawValue, in: identity.family) == identity.name else { return nil }
        self.init(identity)
        try payload.forEachAttribute(from: NetfilterHeader.size) { (type, value) throws(NetlinkDecodingError) in
            switch TableAttribute(rawValue: type) {
            case .flags:
                let flags: UInt32 = try value.bigEndian()
                isDormant = flags & Self.dormantFlag != 0
                otherFlags = flags & ~Self.dormantFlag
            case .userData: userData = UserData(value.octets)
            case .name, .useCount: break
            case nil: if !TableAttribute.passing.contains(type) { otherAttributes.keep(type, value) }
            }
        }
        if otherFlags != 0 { otherParts = ["flags 0x\(String(otherFlags, radix: 16))"] }
    }

    /// The number of chains, sets, objects and flow tables that an `NFT_MSG_NEWTABLE` tells.
    static func useCount(_ payload: RawSpan) throws(NetlinkDecodingError) -> Int {
        var count: UInt32 = 0
        try payload.forEachAttribute(from: NetfilterHeader.size) { (type, value) throws(NetlinkDecodingError) in
            if TableAttribute(rawValue: type) == .useCount { count = try value.bigEndian() }
        }
        return Int(count)
    }

    /// Writes the table without what it holds.
    func encode(into writer: inout AttributeWriter) {
        identity.encode(into: &writer)
        writer.bigEndian(TableAttribute.flags.rawValue, otherFlags | (isDormant ? Self.dormantFlag : 0))
        writer.userData(TableAttribute.userData.rawValue, userData)
        otherAttributes.encode(into: &writer)
    }
}

extension Table.Identity {
    /// Writes the name; the family stands in the header.
    ///
    /// The name of the table is attribute 1 in messages about tables, chains, rules, sets and elements alike.
    func encode(into writer: inout AttributeWriter) { writer.string(TableAttribute.name.rawValue, name) }
}

extension AttributeWriter {
    /// An attribute with user data, where there is any.
    mutating func userData(_ type: UInt16, _ data: UserData) {
        let octets = data.octets
        if !octets.isEmpty { self.octets(type, octets) }
    }
}
