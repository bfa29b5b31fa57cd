import Addressing
import LVSCareSettings
import YAML

/// A file of the configuration, read.
struct Document {
    /// Its path, as messages write it.
    let file: String
    /// What is in it.
    let root: Node

    /// What a configuration has at most: a thousand services with ten real servers each have some 20,000 nodes, 100,000 where
    /// each says more, and a node takes 40 octets of memory.
    private static let limits = YAMLTree.Limits(depth: 32, nodes: 250_000)

    /// Reads a file; `nil`, and a mistake more, where it is not one document, or not of those that are taken.
    init?(_ octets: [UInt8], file: String, _ mistakes: Mistakes) {
        self.file = file
        guard !YAMLText.isUTF16(octets) else {
            mistakes.add(UsageError(whole: file, "it is not in UTF-8", expected: "a file in UTF-8"))
            return nil
        }
        do throws(YAMLProblem) {
            root = Node(tree: try YAMLTree.parse(octets, limits: Self.limits), file: file, name: "")
        } catch {
            // libyaml counts no lines before it has characters.
            let found = error.place ?? error.offset.map { YAMLLines(Array(octets.prefix($0))).end }
            let place =
                found.map { DocumentPlace(file: file, line: $0.line, column: $0.column, length: $0.length) }
                ?? DocumentPlace(file: file)
            let expected =
                switch error.kind {
                case .empty: "apiVersion, kind and services; services: [] means none"
                case .secondDocument: "one document a file, and others with include"
                case .excessive: "less"
                case .syntax: "YAML or JSON"
                }
            mistakes.add(UsageError(at: .document(place, name: ""), error.description, expected: expected))
            return nil
        }
        if !root.tree.isOfPlainDocument { refuseShorthand(root, mistakes) }
    }

    /// Refuses what YAML has besides texts, lists and mappings: it makes a file say other things than it seems to say.
    private func refuseShorthand(_ node: Node, _ mistakes: Mistakes) {
        let expected = "the value itself"
        if let anchor = node.tree.anchor {
            mistakes.add(
                UsageError(at: node.origin, "the anchor \(("&" + anchor).quoted) is not taken", expected: expected))
        }
        if let tag = node.tree.tag {
            mistakes.add(UsageError(at: node.origin, "the tag \(tag.quoted) is not taken", expected: expected))
        }
        switch node.tree.content {
        case .scalar: return
        case .alias(let name):
            mistakes.add(
                UsageError(at: node.origin, "the alias \(("*" + name).quoted) is not taken", expected: expected))
        case .sequence: for item in node.items ?? [] { refuseShorthand(item, mistakes) }
        case .mapping(let members):
            var places: [String: DocumentPlace] = [:]
            for (key, value) in members {
                let key = Node(tree: key, file: file, name: node.name)
                guard let name = key.tree.text else {
                    mistakes.add(
                        UsageError(at: key.origin, "\(key.kind) stands where a key is expected", expected: "a name"))
                    continue
                }
                // It may have an anchor or a tag, too.
                refuseShorthand(Node(tree: key.tree, file: file, name: name), mistakes)
                if let first = places.updateValue(key.place, forKey: name) {
                    mistakes.add(
                        UsageError(
                            at: .document(key.place, name: name.quoted), "it is there already, in line \(first.line)",
                            expected: "it once"))
                }
                refuseShorthand(Node(tree: value, file: file, name: name.abbreviated.escapedForOneLine), mistakes)
            }
        }
    }
}

extension UsageError {
    /// An error about a file as a whole.
    init(whole file: String, _ problem: String, expected: String) {
        self.init(at: .document(DocumentPlace(file: file), name: ""), problem, expected: expected)
    }
}
