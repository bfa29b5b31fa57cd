import Netlink

/// Attributes of a set, `NFTA_SET_…`.
enum SetAttribute: UInt16 {
    case table = 1
    case name = 2
    case flags = 3
    case keyType = 4
    case keyLength = 5
    /// A number that refers to the set within a transaction.
    case id = 10
    /// How the `nft` command wants to show it; the kernel does not look into it.
    case userData = 13
    /// Number of elements, u32. Linux 6.16.
    case count = 20

    /// What the kernel says and does not take: `NFTA_SET_PAD`, `NFTA_SET_HANDLE`, `NFTA_SET_TYPE`.
    static let passing: Set<UInt16> = [14, 16, 19]
}

/// Attributes of a message with elements, `NFTA_SET_ELEM_LIST_…`.
enum ElementListAttribute: UInt16 {
    case table = 1
    case set = 2
    /// Nested, an attribute of ``ElementAttribute``s for each element; its type has no meaning.
    case elements = 3
    case setID = 4
}

/// Attributes of an element, `NFTA_SET_ELEM_…`.
enum ElementAttribute: UInt16 {
    case key = 1
    /// u32, big-endian.
    case flags = 3
    /// Milliseconds until it goes away, u64, big-endian.
    case expiration = 5
    /// What the element's own statement has counted.
    case expression = 7
    case padding = 8
    /// The same of several statements.
    case expressions = 11

    /// `NFT_SET_ELEM_INTERVAL_END`.
    static let intervalEnd: UInt8 = 1
}

extension NamedSet {
    /// Bytes of elements in one message, well below the 64 KiB of an attribute.
    private static let chunkBytes = 48 * 1024

    /// The set in an `NFT_MSG_NEWSET`, without its elements; `nil` when it belongs to another table.
    init?(of table: Table.Identity, _ payload: RawSpan) throws(NetlinkDecodingError) {
        guard try payload.name(SetAttribute.table.rawValue, in: table.family) == table.name else { return nil }
        var name: String?
        var flags: Flags = []
        var keyType: UInt32 = 0
        var keyLength: UInt32 = 0
        var userData: [UInt8] = []
        var count: UInt32 = 0
        var others = OpaqueAttributes()
        try payload.forEachAttribute(from: NetfilterHeader.size) { (type, value) throws(NetlinkDecodingError) in
            switch SetAttribute(rawValue: type) {
            case .name: name = value.cString
            case .flags: flags = Flags(rawValue: try value.bigEndian())
            case .keyType: keyType = try value.bigEndian()
            case .keyLength: keyLength = try value.bigEndian()
            case .userData: userData = value.octets
            case .count: count = try value.bigEndian()
            case .table, .id: break
            case nil: if !SetAttribute.passing.contains(type) { others.keep(type, value) }
            }
        }
        guard let name else { throw NetlinkDecodingError(.missingAttribute(SetAttribute.name.rawValue)) }
        self.init(name, keyType: keyType, keyLength: Int(keyLength), flags: flags)
        self.userData = Uncompared(userData)
        leastCount = Uncompared(flags.contains(.timeout) ? 0 : Int(count))
        otherAttributes = others
    }

    /// Writes the set without its elements, behind the name of its table.
    func encode(into writer: inout AttributeWriter, id: UInt32) {
        writer.string(SetAttribute.name.rawValue, name)
        writer.bigEndian(SetAttribute.flags.rawValue, flags.rawValue)
        writer.bigEndian(SetAttribute.keyType.rawValue, keyType)
        writer.bigEndian(SetAttribute.keyLength.rawValue, UInt32(truncatingIfNeeded: keyLength))
        writer.bigEndian(SetAttribute.id.rawValue, id)
        if !userData.value.isEmpty { writer.octets(SetAttribute.userData.rawValue, userData.value) }
        otherAttributes.encode(into: &writer)
    }

    /// Elements in a fixed order, in pieces that fit a message.
    static func chunks(of elements: Set<Element>) -> [ArraySlice<Element>] {
        let sorted = elements.sorted()
        var chunks: [ArraySlice<Element>] = []
        var start = 0
        var bytes = 0
        for (index, element) in sorted.enumerated() {
            bytes += element.encodedLength
            if bytes > chunkBytes, index > start {
                chunks.append(sorted[start..<index])
                (start, bytes) = (index, element.encodedLength)
            }
        }
        if start < sorted.count { chunks.append(sorted[start...]) }
        return chunks
    }

    /// Writes elements of the set of this name, behind the name of its table; `id` is that of a set of the same transaction.
    static func encode(
        _ elements: ArraySlice<Element>, of set: String, id: UInt32? = nil, into writer: inout AttributeWriter
    ) {
        writer.string(ElementListAttribute.set.rawValue, set)
        if let id { writer.bigEndian(ElementListAttribute.setID.rawValue, id) }
        writer.nest(ElementListAttribute.elements.rawValue) { writer in
            for (index, element) in elements.enumerated() {
                writer.nest(UInt16(truncatingIfNeeded: index + 1)) { element.encode(into: &$0) }
            }
        }
    }

    /// The elements in an `NFT_MSG_NEWSETELEM` about this set.
    static func elements(_ payload: RawSpan) throws(NetlinkDecodingError) -> [Element] {
        var elements: [Element] = []
        try payload.forEachAttribute(from: NetfilterHeader.size) { (type, value) throws(NetlinkDecodingError) in
            guard ElementListAttribute(rawValue: type) == .elements else { return }
            try value.forEachAttribute { (_, element) throws(NetlinkDecodingError) in
                if let element = try Element(element) { elements.append(element) }
            }
        }
        return elements
    }
}

extension NamedSet.Element {
    /// The element of its attributes; `nil` when they have neither a key nor anything else that tells it.
    init?(_ attributes: RawSpan) throws(NetlinkDecodingError) {
        var octets: [UInt8]?
        var others = OpaqueAttributes()
        var state = OpaqueAttributes()
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch ElementAttribute(rawValue: type) {
            case .key: octets = try value.dataValue()
            case .expiration, .expression, .expressions: state.keep(type, value)
            case .padding: break
            case .flags, nil: others.keep(type, value)
            }
        }
        // All other keys have an element without a key, of which the flags tell.
        let key = octets ?? []
        guard !key.isEmpty || !others.isEmpty else { return nil }
        self.init(octets: key)
        otherAttributes = others
        self.state = Uncompared(state)
    }

    /// Writes the element.
    func encode(into writer: inout AttributeWriter) {
        if !octets.isEmpty { writer.data(ElementAttribute.key.rawValue, octets) }
        otherAttributes.encode(into: &writer)
        state.value.encode(into: &writer)
    }

    /// Bytes that it takes in a message, with three headers in front of the key.
    var encodedLength: Int { 12 + (octets.count + 3) & ~3 + otherAttributes.encodedLength + state.value.encodedLength }

    /// Whether it is the first key behind an interval rather than the first one in it.
    private var isIntervalEnd: Bool {
        otherAttributes[ElementAttribute.flags.rawValue]?.last.map { $0 & ElementAttribute.intervalEnd != 0 } ?? false
    }
}

extension NamedSet.Element: Comparable {
    /// By key; where an interval ends and another one begins, the end comes first.
    public static func < (left: Self, right: Self) -> Bool {
        if left.octets == right.octets { return left.isIntervalEnd && !right.isIntervalEnd }
        return left.octets.lexicographicallyPrecedes(right.octets)
    }
}
