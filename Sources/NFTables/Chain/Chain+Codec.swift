import Netlink

/// Attributes of a chain, `NFTA_CHAIN_…`.
enum ChainAttribute: UInt16 {
    case table = 1
    case handle = 2
    case name = 3
    /// Nested ``HookAttribute``s.
    case hook = 4
    case policy = 5
    case useCount = 6
    case type = 7
    /// Nested, what came to the policy; kernels that were not asked to count send none.
    case counters = 8
    case padding = 9
    case flags = 10
    /// A number that refers to the chain within a transaction.
    case id = 11
    case userData = 12

    /// `NFT_CHAIN_BASE`, which the kernel sets by itself.
    static let baseFlag: UInt32 = 1
    /// `NFT_CHAIN_BINDING`: it belongs to the one rule that jumps to it, `tcp dport 80 jump { … }`.
    static let bindingFlag: UInt8 = 4
}

/// Attributes of counters, `NFTA_COUNTER_…`, u64 each.
private enum CounterAttribute: UInt16 {
    case bytes = 1
    case packets = 2
}

/// Attributes of a chain's hook, `NFTA_HOOK_…`.
enum HookAttribute: UInt16 {
    case point = 1
    case priority = 2
    /// The one link of a chain for links.
    case device = 3
    /// Nested ``name`` for each link of a chain for links.
    case devices = 4

    /// `NFTA_DEVICE_NAME`.
    static let name: UInt16 = 1
}

extension Chain {
    /// The chain in an `NFT_MSG_NEWCHAIN`, without its rules; `nil` when it belongs to another table.
    init?(of table: Table.Identity, _ payload: RawSpan) throws(NetlinkDecodingError) {
        guard try payload.name(ChainAttribute.table.rawValue, in: table.family) == table.name else { return nil }
        var name: String?
        var type: ChainType?
        var policy: Hook.Policy?
        var hook: Hook?
        var countsPolicy = false
        var userData = UserData()
        var others = OpaqueAttributes()
        // What is kept as it was read where this library has no words for it.
        var called = OpaqueAttributes()
        try payload.forEachAttribute(from: NetfilterHeader.size) { (attribute, value) throws(NetlinkDecodingError) in
            switch ChainAttribute(rawValue: attribute) {
            case .name: name = value.cString
            case .type:
                type = ChainType(rawValue: value.cString)
                called.replace(attribute, value)
            case .policy:
                policy = Hook.Policy(rawValue: try value.bigEndian())
                called.replace(attribute, value)
            case .hook:
                hook = try Hook(value, in: table.family)
                called.replace(attribute, value)
            case .userData: userData = UserData(value.octets)
            case .counters: countsPolicy = true
            case .flags:
                if try value.bigEndian(UInt32.self) != ChainAttribute.baseFlag { others.keep(attribute, value) }
            case .table, .handle, .useCount, .padding, .id: break
            case nil: others.keep(attribute, value)
            }
        }
        guard let name else { throw NetlinkDecodingError(.missingAttribute(ChainAttribute.name.rawValue)) }
        self.init(name)
        self.userData = userData
        if var hook, let type, called[ChainAttribute.policy.rawValue] == nil || policy != nil {
            hook.type = type
            hook.policy = policy ?? .accept
            hook.countsPolicy = Uncompared(countsPolicy)
            self.hook = hook
        } else {
            others.keep(called)
            if countsPolicy { others.keep(ChainAttribute.counters.rawValue, Self.zeroCounters.span.bytes) }
        }
        otherAttributes = others
    }

    /// Whether it belongs to the one rule that jumps to it, and has no name of its own.
    var isAnonymous: Bool {
        otherAttributes[ChainAttribute.flags.rawValue]?.last.map { $0 & UInt8(ChainAttribute.bindingFlag) != 0 }
            ?? false
    }

    /// Writes the chain without its rules, behind the name of its table, which is of `family`.
    func encode(into writer: inout AttributeWriter, family: Family) {
        writer.string(ChainAttribute.name.rawValue, name)
        writer.userData(ChainAttribute.userData.rawValue, userData)
        otherAttributes.encode(into: &writer)
        guard let hook else { return }
        writer.string(ChainAttribute.type.rawValue, hook.type.rawValue)
        writer.bigEndian(ChainAttribute.policy.rawValue, hook.policy.rawValue)
        writer.nest(ChainAttribute.hook.rawValue) { hook.encode(into: &$0, family: family) }
        guard hook.countsPolicy.value else { return }
        writer.nested(ChainAttribute.counters.rawValue, Self.zeroCounters)
    }

    /// Counters that have counted nothing yet.
    private static let zeroCounters: [UInt8] = {
        var writer = AttributeWriter()
        writer.integer(CounterAttribute.bytes.rawValue, UInt64(0))
        writer.integer(CounterAttribute.packets.rawValue, UInt64(0))
        return writer.bytes
    }()
}

extension Hook {
    /// The hook in the attributes of a chain of `family`, whose type and policy stand beside it; `nil` when they do not say
    /// where and in what order, or say a place that this library does not know.
    init?(_ attributes: RawSpan, in family: Family) throws(NetlinkDecodingError) {
        var point: Point?
        var priority: Priority?
        var device: String?
        var devices: Set<String>?
        var others = OpaqueAttributes()
        try attributes.forEachAttribute { (attribute, value) throws(NetlinkDecodingError) in
            switch HookAttribute(rawValue: attribute) {
            case .point: point = Point(try value.bigEndian(), in: family)
            case .priority: priority = Priority(rawValue: try value.bigEndian())
            case .device: device = value.cString
            case .devices:
                devices = try value.deviceNames()
                if devices == nil { others.keep(attribute, value) }
            case nil: others.keep(attribute, value)
            }
        }
        guard let point, let priority else { return nil }
        self.init(.filter, point, priority: priority)
        self.devices = devices ?? device.map { [$0] } ?? []
        // Its part of what is kept.
        if others[HookAttribute.devices.rawValue] != nil { self.devices = [] }
        otherAttributes = others
    }

    /// Writes the attributes of the hook of a chain of `family`.
    func encode(into writer: inout AttributeWriter, family: Family) {
        let number = point.number(in: family)
        if number == nil { writer.refuse("the family \(family) has no hook \(point)") }
        // The kernel would take no notice of them.
        if !point.isOfLinks, !devices.isEmpty { writer.refuse("the hook \(point) has no links of its own") }
        writer.bigEndian(HookAttribute.point.rawValue, number ?? 0)
        writer.bigEndian(HookAttribute.priority.rawValue, priority.rawValue)
        if devices.count > 1 {
            writer.nest(HookAttribute.devices.rawValue) { writer in
                for device in devices.sorted() { writer.string(HookAttribute.name, device) }
            }
        } else if let device = devices.first {
            // This one all kernels know.
            writer.string(HookAttribute.device.rawValue, device)
        }
        otherAttributes.encode(into: &writer)
    }
}

extension RawSpan {
    /// The names in a list of links; `nil` when not all are told by their names.
    fileprivate func deviceNames() throws(NetlinkDecodingError) -> Set<String>? {
        var names: Set<String>? = []
        try forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            if type == HookAttribute.name { names?.insert(value.cString) } else { names = nil }
        }
        return names
    }
}
