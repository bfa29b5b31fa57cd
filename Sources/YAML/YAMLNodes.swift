/// The nodes of a document, side by side in the order in which they are written.
///
/// A large configuration has tens of thousands. One by one each would be a piece of memory of its own, twice as large, to be
/// given back one by one.
struct YAMLNodes {
    /// A node; those below it follow.
    struct Record {
        enum Kind {
            case scalar(YAMLStyle)
            case alias, sequence, mapping
        }

        /// The text of a scalar, the name of an alias.
        var text = ""
        // Half as wide as they are told. No text has so many characters.
        var start: UInt32
        var end: UInt32
        var line: UInt32
        var column: UInt32
        /// Number of the node behind it and all that is below it.
        var next: UInt32 = 0
        var kind: Kind
        var isOneLine: Bool
    }

    private(set) var records: [Record] = []
    /// The anchors and tags of the few nodes that have some.
    private(set) var properties: [Int: (anchor: String?, tag: String?)] = [:]
    /// Whether there are no anchors, tags and aliases, and each key is a text that its mapping has once.
    var isPlain = true

    init(reserving count: Int) { records.reserveCapacity(count) }

    /// Begins a node, and returns its number; `nil` for an event that begins none.
    mutating func begin(_ event: YAMLEvent) -> Int? {
        let (kind, text): (Record.Kind, String)
        switch event.kind {
        case .scalar(let string, let style): (kind, text) = (.scalar(style), string)
        case .alias(let name):
            (kind, text) = (.alias, name)
            isPlain = false
        case .sequenceStart: (kind, text) = (.sequence, "")
        case .mappingStart: (kind, text) = (.mapping, "")
        default: return nil
        }
        let number = records.count
        if event.anchor != nil || event.tag != nil {
            properties[number] = (event.anchor, event.tag)
            isPlain = false
        }
        records.append(
            Record(
                text: text, start: UInt32(event.range.lowerBound), end: UInt32(event.range.upperBound),
                line: UInt32(event.place.line), column: UInt32(event.place.column), kind: kind,
                isOneLine: event.isOneLine))
        return number
    }

    /// Ends a node: what comes now is behind it.
    mutating func end(_ number: Int) { records[number].next = UInt32(records.count) }
}
