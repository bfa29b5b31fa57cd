import Netlink

/// Attributes of a chain, `NFTA_CHAIN_…`.
enum ChainAttribute: UInt16 {
    case table = 1
    case name = 3
    /// Nested ``HookAttribute``s.
    case hook = 4
    case policy = 5
    case type = 7
}

/// Attributes of a chain's hook, `NFTA_HOOK_…`.
enum HookAttribute: UInt16 {
    case point = 1
    case priority = 2
}

extension Chain {
    /// The chain in an `NFT_MSG_NEWCHAIN`, without its rules; `nil` when it belongs to another table.
    init?(of table: Table.Identity, _ payload: RawSpan) throws(NetlinkDecodingError) {
        guard try payload.name(ChainAttribute.table.rawValue, in: table.family) == table.name else { return nil }
        var name: String?
        var type: ChainType?
        var policy: Hook.Policy?
        var point: Hook.Point?
        var priority: Hook.Priority?
        try payload.forEachAttribute(from: NetfilterHeader.size) { (attribute, value) throws(NetlinkDecodingError) in
            switch ChainAttribute(rawValue: attribute) {
            case .name: name = value.cString
            case .type: type = ChainType(rawValue: value.cString)
            case .policy: policy = Hook.Policy(rawValue: try value.bigEndian())
            case .hook:
                try value.forEachAttribute { (attribute, value) throws(NetlinkDecodingError) in
                    switch HookAttribute(rawValue: attribute) {
                    case .point:
                        let number: UInt32 = try value.bigEndian()
                        point = Hook.Point(number, in: table.family)
                        if point == nil { throw NetlinkDecodingError(.invalidValue("hook \(number)")) }
                    case .priority: priority = Hook.Priority(rawValue: try value.bigEndian())
                    case nil: break
                    }
                }
            case .table, nil: break
            }
        }
        guard let name else { throw NetlinkDecodingError(.missingAttribute(ChainAttribute.name.rawValue)) }
        self.init(name)
        if let point, let type, let priority {
            hook = Hook(type, point, priority: priority, policy: policy ?? .accept)
        }
    }

    /// Writes the chain without its rules, behind the name of its table, which is of `family`.
    func encode(into writer: inout AttributeWriter, family: Family) {
        writer.string(ChainAttribute.name.rawValue, name)
        guard let hook else { return }
        writer.string(ChainAttribute.type.rawValue, hook.type.rawValue)
        writer.bigEndian(ChainAttribute.policy.rawValue, hook.policy.rawValue)
        writer.nest(ChainAttribute.hook.rawValue) { writer in
            writer.bigEndian(HookAttribute.point.rawValue, hook.point.number(in: family))
            writer.bigEndian(HookAttribute.priority.rawValue, hook.priority.rawValue)
        }
    }
}
