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
        let place = tree.place
        return DocumentPlace(file: file, line: place.line, column: place.column, length: place.length)
    }

    /// The same for messages.
    var origin: Origin { .document(place, name: name) }

    /// Whether it stands for another node, which a configuration does not take and which is told elsewhere.
    var isAlias: Bool {
        if case .alias = tree.content { true } else { false }
    }

    /// Whether nothing stands there, or one of the words of YAML for nothing.
    var isNull: Bool {
        // Most texts are too long.
        guard let text = tree.plainText, text.utf8.count <= 4 else { return false }
        return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
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
    /// A key and its value.
    typealias Member = (name: String, key: Node, value: Node)

    /// The whole.
    let node: Node
    /// Keys and values in the order in which they stand there; of a name that stands twice, the first counts.
    let members: [Member]
    /// The names alone, in which one is found sooner. Most mappings are too short for a dictionary to be worth it.
    private let names: [String]

    init(node: Node, members: [Member]) {
        self.node = node
        self.members = members
        names = members.map(\.name)
    }

    /// A key and its value by name; `nil` where it is not there.
    func member(_ name: String) -> Member? { names.firstIndex(of: name).map { members[$0] } }

    /// The value of a key; `nil` where it is not there.
    subscript(key: ConfigurationKey) -> Node? { names.firstIndex(of: key.name).map { members[$0].value } }
}
