import LVSCareSettings
import YAML

/// A node of a document, with what messages call it.
struct Node {
    let tree: YAMLTree
    /// The path of the document.
    let file: String
    /// The key at which it stands, or that of its list.
    let name: String

    /// Where it begins.
    var place: DocumentPlace {
        DocumentPlace(
            file: file, line: tree.place.line, column: tree.place.column, length: tree.place.length)
    }

    /// The same for messages.
    var origin: Origin { .document(place, name: name) }

    /// Whether it stands for another node, which a configuration does not take and which is told elsewhere.
    var isAlias: Bool {
        if case .alias = tree.content { true } else { false }
    }

    /// Whether nothing stands there, or one of the words of YAML for nothing.
    var isNull: Bool {
        guard case .scalar(let text, .plain) = tree.content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The text of a scalar, whatever YAML takes it for; `nil` for anything else, and for nothing.
    var value: RawValue? { isNull ? nil : tree.text.map { RawValue(text: $0, origin: origin) } }

    /// The items of a list.
    var items: [Node]? { tree.items.map { $0.map { Node(tree: $0, file: file, name: name) } } }

    /// What it is, with an article.
    var kind: String {
        switch tree.content {
        case .scalar: isNull ? "nothing" : "a text"
        case .alias: "an alias"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// A mapping that was read by its schema.
struct NodeMapping {
    /// The whole.
    let node: Node
    /// Keys and values by name.
    let members: [String: (key: Node, value: Node)]

    /// Keys and values in the order in which they stand there.
    var ordered: [(name: String, key: Node, value: Node)] {
        members.map { (name: $0.key, key: $0.value.key, value: $0.value.value) }
            .sorted { $0.key.tree.range.lowerBound < $1.key.tree.range.lowerBound }
    }

    /// The value of a key; `nil` where it is not there.
    subscript(key: ConfigurationKey) -> Node? { members[key.name]?.value }
}
