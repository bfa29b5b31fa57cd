/// A part of a YAML document that is to be written.
enum YAMLNode {
    /// A string, quoted where it would be read as something else.
    case text(String)
    /// A scalar or an empty collection that stands as it is.
    case verbatim(String)
    /// Members in their order; at least one. The names need no quotes.
    case mapping([(String, YAMLNode)])
    /// Items in their order; at least one.
    case sequence([YAMLNode])

    /// The document with this as its top.
    var document: String {
        var writer = NodeWriter()
        writer.write(self, indent: 0)
        return writer.text
    }
}

extension YAMLNode: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    init(stringLiteral value: String) { self = .text(value) }

    init(dictionaryLiteral elements: (String, YAMLNode)...) { self = .mapping(elements) }

    init(arrayLiteral elements: YAMLNode...) { self = .sequence(elements) }
}

/// Writes in block style: two blanks a level, and none more for the items of a sequence that is a member.
private struct NodeWriter {
    var text = ""

    /// Writes members or items that begin in column `indent`, which is where the text has come to.
    mutating func write(_ node: YAMLNode, indent: Int) {
        switch node {
        case .mapping(let members):
            for (index, (name, value)) in members.enumerated() {
                if index > 0 { pad(indent) }
                text += name + ":"
                writeMember(value, column: indent + name.unicodeScalars.count + 2, indent: indent)
            }
        case .sequence(let items):
            for (index, item) in items.enumerated() {
                if index > 0 { pad(indent) }
                text += "- "
                switch item {
                case .mapping, .sequence: write(item, indent: indent + 2)
                default: writeScalar(item, column: indent + 2, indent: indent)
                }
            }
        default: writeScalar(node, column: indent, indent: indent)
        }
    }

    private mutating func writeMember(_ value: YAMLNode, column: Int, indent: Int) {
        switch value {
        case .mapping:
            text += "\n"
            pad(indent + 2)
            write(value, indent: indent + 2)
        case .sequence:
            text += "\n"
            pad(indent)
            write(value, indent: indent)
        default:
            text += " "
            writeScalar(value, column: column, indent: indent)
        }
    }

    private mutating func writeScalar(_ node: YAMLNode, column: Int, indent: Int) {
        switch node {
        case .text(let string):
            let scalar = YAMLScalar(string)
            text += scalar.written(column: column, indent: indent + 2)
            // A block that keeps its last break has ended its line already.
            if !scalar.endsItsLine { text += "\n" }
        case .verbatim(let string): text += string + "\n"
        case .mapping, .sequence: break
        }
    }

    private mutating func pad(_ indent: Int) { text += String(repeating: " ", count: indent) }
}
