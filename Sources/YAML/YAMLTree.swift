/// A node of a document that was read, with its place.
package struct YAMLTree {
    /// What it is.
    package enum Content {
        case scalar(String, YAMLStyle)
        case alias(String)
        case sequence([YAMLTree])
        case mapping([(key: YAMLTree, value: YAMLTree)])
    }

    /// A document that was read, which all of its nodes share.
    private final class Document {
        let nodes: YAMLNodes

        init(_ nodes: YAMLNodes) { self.nodes = nodes }
    }

    private let document: Document
    /// Which of its nodes it is.
    private let number: Int

    private var record: YAMLNodes.Record { document.nodes.records[number] }

    /// What it is.
    package var content: Content {
        switch record.kind {
        case .scalar(let style): return .scalar(record.text, style)
        case .alias: return .alias(record.text)
        case .sequence: return .sequence(children)
        case .mapping:
            let children = children
            return .mapping(stride(from: 0, to: children.count, by: 2).map { (children[$0], children[$0 + 1]) })
        }
    }

    /// The nodes right below it.
    private var children: [YAMLTree] {
        let end = Int(record.next)
        var children: [YAMLTree] = []
        children.reserveCapacity(min(end - number - 1, 16))
        var child = number + 1
        while child < end {
            children.append(YAMLTree(document: document, number: child))
            child = Int(document.nodes.records[child].next)
        }
        return children
    }

    package var anchor: String? { document.nodes.properties[number]?.anchor }
    package var tag: String? { document.nodes.properties[number]?.tag }
    /// Where it stands: in characters, without a byte order mark.
    package var range: Range<Int> { Int(record.start)..<Int(record.end) }
    /// Where it begins for people, and how long it is on its first line.
    package var place: YAMLPlace {
        YAMLPlace(
            line: Int(record.line), column: Int(record.column),
            // Of what goes on in later lines, only the beginning is shown.
            length: record.isOneLine ? Int(record.end - record.start) : 0)
    }

    /// Whether in the whole document there are no anchors, tags and aliases, and each key is a text that its mapping has once.
    package var isOfPlainDocument: Bool { document.nodes.isPlain }

    /// What a document of some kind has at most; more is refused before it costs anything.
    package struct Limits: Sendable {
        /// Levels of nesting. The program's stack bears much more than the usual 64.
        package var depth: Int
        /// Scalars, aliases, sequences and mappings together.
        package var nodes: Int

        package init(depth: Int = 64, nodes: Int = 1 << 20) {
            self.depth = depth
            self.nodes = nodes
        }
    }

    /// Reads the one document of `octets`, in UTF-8.
    package static func parse(_ octets: [UInt8], limits: Limits = Limits()) throws(YAMLProblem) -> YAMLTree {
        try octets.withUnsafeBufferPointer { octets throws(YAMLProblem) in
            var reading = Reading(events: YAMLEvents(octets), limits: limits, octets: octets.count)
            return YAMLTree(document: Document(try reading.document()), number: 0)
        }
    }

    /// The way through a document.
    private struct Reading: ~Copyable {
        var events: YAMLEvents
        let limits: Limits
        var nodes: YAMLNodes

        init(events: consuming YAMLEvents, limits: Limits, octets: Int) {
            self.events = events
            self.limits = limits
            // Few documents have a node in fewer octets. Memory that is not used costs nothing.
            nodes = YAMLNodes(reserving: min(octets / 8, limits.nodes))
        }

        mutating func document() throws(YAMLProblem) -> YAMLNodes {
            _ = try events.next()
            guard case .documentStart = try events.next().kind else { throw YAMLProblem(.empty, "it is empty") }
            try node(events.next(), depth: 0)
            _ = try events.next()
            let end = try events.next()
            guard case .streamEnd = end.kind else {
                throw YAMLProblem(.secondDocument, at: end.place, "a second document begins")
            }
            return nodes
        }

        private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLProblem) {
            guard depth < limits.depth else {
                throw YAMLProblem(.excessive, at: event.place, "it is nested more than \(limits.depth) levels deep")
            }
            guard nodes.records.count < limits.nodes else {
                throw YAMLProblem(.excessive, at: event.place, "it has more than \(limits.nodes) nodes")
            }
            guard let number = nodes.begin(event) else { throw YAMLProblem(.syntax, at: event.place, "it is not YAML") }
            switch event.kind {
            case .sequenceStart:
                while true {
                    let next = try events.next()
                    if case .sequenceEnd = next.kind { break }
                    try node(next, depth: depth + 1)
                }
            case .mappingStart:
                var names = DistinctNames()
                while true {
                    let key = try events.next()
                    if case .mappingEnd = key.kind { break }
                    if case .scalar(let name, _) = key.kind, names.insert(name) {} else { nodes.isPlain = false }
                    try node(key, depth: depth + 1)
                    try node(events.next(), depth: depth + 1)
                }
            default: break
            }
            nodes.end(number)
        }
    }
}

extension YAMLTree {
    /// The text of a scalar.
    package var text: String? {
        if case .scalar = record.kind { record.text } else { nil }
    }

    /// The text of a scalar without quotes.
    package var plainText: String? {
        if case .scalar(.plain) = record.kind { record.text } else { nil }
    }

    /// The texts of a sequence of scalars.
    package var texts: [String]? { items?.map { $0.text ?? "" } }

    /// The items of a sequence.
    package var items: [YAMLTree]? {
        if case .sequence = record.kind { children } else { nil }
    }

    /// The members of a mapping that have this name: more than one where somebody wrote it twice, of which readers differ in
    /// which one counts.
    package func members(named name: String) -> [(key: YAMLTree, value: YAMLTree)] {
        guard case .mapping(let members) = content else { return [] }
        return members.filter { $0.key.text == name }
    }

    /// Whether it says the same in the same words and the same order, apart from the scalar at `place` here.
    ///
    /// Quotes are words in this sense, because `401` and `"401"` are two things; at `place` there may be any scalar.
    package func isSame(as other: YAMLTree, exceptAt place: Range<Int>) -> Bool {
        if range == place, case .scalar = other.content { return true }
        guard anchor == other.anchor, tag == other.tag else { return false }
        switch (content, other.content) {
        case (.scalar(let text, let style), .scalar(let otherText, let otherStyle)):
            return text == otherText && style == otherStyle
        case (.alias(let name), .alias(let otherName)): return name == otherName
        case (.sequence(let items), .sequence(let others)):
            return items.count == others.count
                && zip(items, others).allSatisfy { $0.isSame(as: $1, exceptAt: place) }
        case (.mapping(let members), .mapping(let others)):
            return members.count == others.count
                && zip(members, others).allSatisfy {
                    $0.key.isSame(as: $1.key, exceptAt: place) && $0.value.isSame(as: $1.value, exceptAt: place)
                }
        default: return false
        }
    }
}
