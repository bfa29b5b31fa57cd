/// A node of a document that was read, with its place.
package final class YAMLTree {
    /// What it is.
    package enum Content {
        case scalar(String, YAMLStyle)
        case alias(String)
        case sequence([YAMLTree])
        case mapping([(key: YAMLTree, value: YAMLTree)])
    }

    /// What few nodes have.
    private final class Properties {
        let anchor: String?
        let tag: String?

        init?(of event: YAMLEvent) {
            guard event.anchor != nil || event.tag != nil else { return nil }
            (anchor, tag) = (event.anchor, event.tag)
        }
    }

    package let content: Content
    private let properties: Properties?
    // Half as wide as they are told, because a configuration has many nodes. No text has so many characters.
    private let start: UInt32
    private let end: UInt32
    private let line: UInt32
    private let column: UInt32
    private let length: UInt32

    private init(_ content: Content, at event: YAMLEvent) {
        self.content = content
        properties = Properties(of: event)
        (start, end) = (UInt32(event.range.lowerBound), UInt32(event.range.upperBound))
        (line, column) = (UInt32(event.place.line), UInt32(event.place.column))
        length = UInt32(event.place.length)
    }

    package var anchor: String? { properties?.anchor }
    package var tag: String? { properties?.tag }
    /// Where it stands: in characters, without a byte order mark.
    package var range: Range<Int> { Int(start)..<Int(end) }
    /// Where it begins for people, and how long it is on its first line.
    package var place: YAMLPlace { YAMLPlace(line: Int(line), column: Int(column), length: Int(length)) }

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
            var reading = Reading(events: YAMLEvents(octets), limits: limits)
            return try reading.document()
        }
    }

    /// The way through a document.
    private struct Reading: ~Copyable {
        var events: YAMLEvents
        let limits: Limits
        var nodes = 0

        init(events: consuming YAMLEvents, limits: Limits) {
            self.events = events
            self.limits = limits
        }

        mutating func document() throws(YAMLProblem) -> YAMLTree {
            _ = try events.next()
            guard try events.next().kind == .documentStart else { throw YAMLProblem(.empty, "it is empty") }
            let tree = try node(events.next(), depth: 0)
            _ = try events.next()
            let end = try events.next()
            guard end.kind == .streamEnd else {
                throw YAMLProblem(.secondDocument, at: end.place, "a second document begins")
            }
            return tree
        }

        private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLProblem) -> YAMLTree {
            guard depth < limits.depth else {
                throw YAMLProblem(.excessive, at: event.place, "it is nested more than \(limits.depth) levels deep")
            }
            nodes += 1
            guard nodes <= limits.nodes else {
                throw YAMLProblem(.excessive, at: event.place, "it has more than \(limits.nodes) nodes")
            }
            switch event.kind {
            case .scalar(let text, let style): return YAMLTree(.scalar(text, style), at: event)
            case .alias(let name): return YAMLTree(.alias(name), at: event)
            case .sequenceStart:
                var items: [YAMLTree] = []
                while true {
                    let next = try events.next()
                    if next.kind == .sequenceEnd { return YAMLTree(.sequence(items), at: event) }
                    items.append(try node(next, depth: depth + 1))
                }
            case .mappingStart:
                var members: [(key: YAMLTree, value: YAMLTree)] = []
                while true {
                    let next = try events.next()
                    if next.kind == .mappingEnd { return YAMLTree(.mapping(members), at: event) }
                    let key = try node(next, depth: depth + 1)
                    members.append((key, try node(events.next(), depth: depth + 1)))
                }
            default: throw YAMLProblem(.syntax, at: event.place, "it is not YAML")
            }
        }
    }
}

extension YAMLTree {
    /// The text of a scalar.
    package var text: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }

    /// The texts of a sequence of scalars.
    package var texts: [String]? { items?.map { $0.text ?? "" } }

    /// The items of a sequence.
    package var items: [YAMLTree]? {
        guard case .sequence(let items) = content else { return nil }
        return items
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
