/// A node of a document that was read, with its place.
final class YAMLTree {
    /// What it is.
    enum Content {
        case scalar(String, YAMLScalar.Style)
        case alias(String)
        case sequence([YAMLTree])
        case mapping([(key: YAMLTree, value: YAMLTree)])
    }

    let content: Content
    let anchor: String?
    let tag: String?
    /// Where it stands: in characters, without a byte order mark.
    let range: Range<Int>
    /// Its first line, counted from 1.
    let line: Int

    private init(_ content: Content, at event: YAMLEvent) {
        self.content = content
        (anchor, tag, range, line) = (event.anchor, event.tag, event.range, event.line)
    }

    /// Reads the one document of `octets`.
    static func parse(_ octets: [UInt8]) throws(ManifestProblem) -> YAMLTree {
        var events = YAMLEvents(octets)
        _ = try events.next()
        guard try events.next().kind == .documentStart else { throw ManifestProblem(.damaged, "it is empty") }
        let tree = try node(events.next(), &events, depth: 0)
        _ = try events.next()
        let end = try events.next()
        guard end.kind == .streamEnd else {
            throw ManifestProblem(
                .foreign, line: end.line, "a second document begins, and the kubelet reads one pod a file")
        }
        return tree
    }

    /// Deeper than any pod is; the program's stack bears much more.
    private static let depthLimit = 64

    private static func node(
        _ event: YAMLEvent, _ events: inout YAMLEvents, depth: Int
    ) throws(ManifestProblem) -> YAMLTree {
        guard depth < depthLimit else {
            throw ManifestProblem(.foreign, line: event.line, "it is nested more than \(depthLimit) levels deep")
        }
        switch event.kind {
        case .scalar(let text, let style): return YAMLTree(.scalar(text, style), at: event)
        case .alias(let name): return YAMLTree(.alias(name), at: event)
        case .sequenceStart:
            var items: [YAMLTree] = []
            while true {
                let next = try events.next()
                if next.kind == .sequenceEnd { return YAMLTree(.sequence(items), at: event) }
                items.append(try node(next, &events, depth: depth + 1))
            }
        case .mappingStart:
            var members: [(key: YAMLTree, value: YAMLTree)] = []
            while true {
                let next = try events.next()
                if next.kind == .mappingEnd { return YAMLTree(.mapping(members), at: event) }
                let key = try node(next, &events, depth: depth + 1)
                members.append((key, try node(events.next(), &events, depth: depth + 1)))
            }
        default: throw ManifestProblem(.damaged, line: event.line, "it is not YAML")
        }
    }
}

extension YAMLTree {
    /// The text of a scalar.
    var text: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }

    /// The texts of a sequence of scalars.
    var texts: [String]? { items?.map { $0.text ?? "" } }

    /// The items of a sequence.
    var items: [YAMLTree]? {
        guard case .sequence(let items) = content else { return nil }
        return items
    }

    /// The member of a mapping; a name that stands there twice is refused, because readers differ in which one counts.
    func member(_ name: String) throws(ManifestProblem) -> YAMLTree? {
        guard case .mapping(let members) = content else { return nil }
        let found = members.filter { $0.key.text == name }
        if found.count > 1 {
            throw ManifestProblem(.foreign, line: found[1].key.line, "\"\(name)\" is there twice")
        }
        return found.first?.value
    }

    /// Whether it says the same in the same words and the same order, apart from the scalar at `place` here.
    ///
    /// Quotes are words in this sense, because `401` and `"401"` are two things; at `place` there may be any scalar.
    func isSame(as other: YAMLTree, exceptAt place: Range<Int>) -> Bool {
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
