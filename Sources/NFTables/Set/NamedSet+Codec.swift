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
}

extension NamedSet {
    /// Elements in one message: those of the longest keys, 64 bytes, stay below the 64 KiB of an attribute.
    private static let chunkLength = 512

    /// The set in an `NFT_MSG_NEWSET`, without its elements; `nil` when it belongs to another table.
    init?(of table: Table.Identity, _ payload: RawSpan) throws(NetlinkDecodingError) {
        guard try payload.name(SetAttribute.table.rawValue, in: table.family) == table.name else { return nil }
        var name: String?
        var flags: Flags = []
        var keyType: UInt32 = 0
        var keyLength: UInt32 = 0
        try payload.forEachAttribute(from: NetfilterHeader.size) { (type, value) throws(NetlinkDecodingError) in
            switch SetAttribute(rawValue: type) {
            case .name: name = value.cString
            case .flags: flags = Flags(rawValue: try value.bigEndian())
            case .keyType: keyType = try value.bigEndian()
            case .keyLength: keyLength = try value.bigEndian()
            case .table, .id, nil: break
            }
        }
        guard let name else { throw NetlinkDecodingError(.missingAttribute(SetAttribute.name.rawValue)) }
        self.init(name, keyType: keyType, keyLength: Int(keyLength), flags: flags)
    }

    /// Writes the set without its elements, behind the name of its table.
    func encode(into writer: inout AttributeWriter, id: UInt32) {
        writer.string(SetAttribute.name.rawValue, name)
        writer.bigEndian(SetAttribute.flags.rawValue, flags.rawValue)
        writer.bigEndian(SetAttribute.keyType.rawValue, keyType)
        writer.bigEndian(SetAttribute.keyLength.rawValue, UInt32(truncatingIfNeeded: keyLength))
        writer.bigEndian(SetAttribute.id.rawValue, id)
    }

    /// The elements in a fixed order, in pieces that fit a message.
    var elementChunks: [ArraySlice<Element>] {
        let sorted = elements.sorted { $0.octets.lexicographicallyPrecedes($1.octets) }
        return stride(from: 0, to: sorted.count, by: Self.chunkLength).map { start in
            sorted[start..<min(start + Self.chunkLength, sorted.count)]
        }
    }

    /// Writes elements of this set, behind the name of its table.
    func encode(_ elements: ArraySlice<Element>, into writer: inout AttributeWriter, id: UInt32) {
        writer.string(ElementListAttribute.set.rawValue, name)
        writer.bigEndian(ElementListAttribute.setID.rawValue, id)
        writer.nest(ElementListAttribute.elements.rawValue) { writer in
            for (index, element) in elements.enumerated() {
                writer.nest(UInt16(index + 1)) { writer in
                    writer.data(ElementAttribute.key.rawValue, element.octets)
                }
            }
        }
    }

    /// The elements in an `NFT_MSG_NEWSETELEM` about this set.
    static func elements(_ payload: RawSpan) throws(NetlinkDecodingError) -> [Element] {
        var elements: [Element] = []
        try payload.forEachAttribute(from: NetfilterHeader.size) { (type, value) throws(NetlinkDecodingError) in
            guard ElementListAttribute(rawValue: type) == .elements else { return }
            try value.forEachAttribute { (_, element) throws(NetlinkDecodingError) in
                try element.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
                    guard ElementAttribute(rawValue: type) == .key, let octets = try value.dataValue() else { return }
                    elements.append(Element(octets: octets))
                }
            }
        }
        return elements
    }
}
