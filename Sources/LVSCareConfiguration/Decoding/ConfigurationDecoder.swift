import Addressing
import LVSCareModel
import LVSCareSettings
import YAML

/// Reads documents by the schema, notes all that is wrong, and makes the specification.
///
/// Goes on behind a mistake; what was mistaken is absent then, so that one mistake is told once.
final class ConfigurationDecoder {
    let mistakes: Mistakes
    let warnings = Mistakes()
    /// Looks at the files that a check names; `nil` where nobody does.
    let checkFiles: ((HealthCheck) throws(UnusableFile) -> Void)?
    /// The defaults of the first file.
    var defaults: NodeMapping?
    /// The checks that count in services that name none; `nil` where the defaults do not say.
    var defaultChecks: [NamedCheck]?
    /// The checks that have names.
    var checks: [String: DeclaredCheck] = [:]
    /// How many checks were written, with or without a name.
    var checkCount = 0
    /// The services in the order in which they were declared.
    var services: [DeclaredService] = []

    /// How long the kernel remembers connections.
    var timeouts: ConnectionTimeouts?
    /// The daemons that exchange connections.
    var synchronization: [ConnectionSynchronization]?

    init(_ mistakes: Mistakes, checkFiles: ((HealthCheck) throws(UnusableFile) -> Void)?) {
        self.mistakes = mistakes
        self.checkFiles = checkFiles
    }
}

// MARK: - Nodes

extension ConfigurationDecoder {
    /// Notes that `node` is not what is expected.
    func refuse(_ node: Node, _ problem: String, expected: String, meant: String? = nil) {
        guard !node.isAlias else { return }
        if let value = node.value {
            mistakes.add(UsageError(value, problem, expected: expected, meant: meant))
        } else {
            mistakes.add(UsageError(at: node.origin, problem, expected: expected, meant: meant))
        }
    }

    /// Notes that something else stands where `expected` belongs.
    func refuseKind(of node: Node, expected: String) {
        refuse(node, node.isNull ? "it has no value" : "it is \(node.kind)", expected: expected)
    }

    /// The mapping at `node`, in which all keys are those of `schema` and none is missing; nothing is an empty one.
    func mapping(_ node: Node, _ schema: ConfigurationSchema) -> NodeMapping? {
        guard let mapping = mapping(node, expected: "a mapping") else { return nil }
        for member in mapping.members where !schema.has(member.name) {
            refuseUnknown(member.key, of: schema)
        }
        for key in schema.required where mapping[key] == nil && !isMeant(key, in: mapping, of: schema) {
            mistakes.add(
                UsageError(
                    at: mapping.node.origin, "\(key.name) is missing", expected: "\(key.name): \(key.expectation)"))
        }
        return mapping
    }

    /// The mapping at `node`, whatever its keys are.
    func mapping(_ node: Node, expected: String) -> NodeMapping? {
        if node.isNull { return NodeMapping(node: node, members: []) }
        guard case .mapping(let pairs) = node.tree.content else {
            refuseKind(of: node, expected: expected)
            return nil
        }
        var names = DistinctNames()
        let members = pairs.compactMap { key, value -> NodeMapping.Member? in
            guard let name = key.text, names.insert(name) else { return nil }
            // A name may be as long as a file.
            let short = name.abbreviated
            return (
                name, Node(tree: key, file: node.file, name: short), Node(tree: value, file: node.file, name: short)
            )
        }
        return NodeMapping(node: node, members: members)
    }

    /// The key of `schema` that was probably meant by another word.
    private static func meant(by name: String, in schema: ConfigurationSchema) -> String? {
        Spelling.meant(by: name, among: schema.keyNames)
            ?? schema.keyNames.first { $0.lowercased() == name.lowercased() }
    }

    /// Whether a mistyped key of `mapping` is probably `key`, which then is not missing, too.
    func isMeant(_ key: ConfigurationKey, in mapping: NodeMapping, of schema: ConfigurationSchema) -> Bool {
        mapping.members.contains { !schema.has($0.name) && Self.meant(by: $0.name, in: schema) == key.name }
    }

    private func refuseUnknown(_ key: Node, of schema: ConfigurationSchema) {
        // What YAML adds to a mapping; told like an anchor.
        let origin = Origin.document(key.place, name: key.name.quoted)
        guard key.name != "<<" else {
            mistakes.add(UsageError(at: origin, "a merge key is not taken", expected: "the keys themselves"))
            return
        }
        let meant = Self.meant(by: key.name, in: schema)
        let expected = schema.keys.isEmpty ? "none" : SettingKind.alternatives(schema.keyNames)
        mistakes.add(UsageError(at: origin, "there is no such key here", expected: expected, meant: meant))
    }
}

// MARK: - Values

extension ConfigurationDecoder {
    /// The text of a key; `nil` where it is not there, or no text.
    func text(_ mapping: NodeMapping, _ key: ConfigurationKey) -> RawValue? {
        guard let node = mapping[key] else { return nil }
        guard let value = node.value else {
            refuseKind(of: node, expected: key.expectation)
            return nil
        }
        return value
    }

    /// What `read` makes of a value, if there is one; `nil`, and a mistake more, where it throws.
    func read<Value>(_ value: RawValue?, _ read: (RawValue) throws(UsageError) -> Value) -> Value? {
        guard let value else { return nil }
        return mistakes.attempt(try read(value))
    }

    /// A truth value; only the two words of YAML 1.2.
    func boolean(_ mapping: NodeMapping, _ key: ConfigurationKey) -> Bool? {
        guard let value = text(mapping, key) else { return nil }
        return boolean(value) ? value.text == "true" : nil
    }

    /// Whether `value` is a truth value; notes where it is not.
    func boolean(_ value: RawValue) -> Bool {
        if value.text == "true" || value.text == "false" { return true }
        mistakes.add(UsageError(value, "it is not a truth value", expected: "true or false"))
        return false
    }

    /// A duration; `nil` for 0, too.
    func duration(_ mapping: NodeMapping, _ key: ConfigurationKey) -> Duration? {
        guard let kind = key.kind, let value = text(mapping, key) else { return nil }
        return mistakes.attempt(try kind.duration(value))
    }

    /// A duration of whole seconds.
    func seconds(_ mapping: NodeMapping, _ key: ConfigurationKey) -> Seconds? {
        guard let duration = duration(mapping, key), let value = mapping[key]?.value else { return nil }
        guard duration.components.attoseconds == 0, let count = UInt32(exactly: duration.components.seconds) else {
            mistakes.add(UsageError(value, "the kernel counts whole seconds", expected: key.expectation))
            return nil
        }
        return Seconds(rawValue: count)
    }

    /// A whole number.
    func number(_ mapping: NodeMapping, _ key: ConfigurationKey) -> Int? {
        guard let kind = key.kind, let value = text(mapping, key) else { return nil }
        return mistakes.attempt(try kind.number(value))
    }

    /// One of several words; a slip is told.
    func choice<Choice: RawRepresentable<String>>(
        _ mapping: NodeMapping, _ key: ConfigurationKey, as type: Choice.Type = Choice.self
    ) -> Choice? {
        word(mapping, key).flatMap(Choice.init)
    }

    /// One of the words of a choice.
    func word(_ mapping: NodeMapping, _ key: ConfigurationKey) -> String? {
        guard let value = text(mapping, key), let kind = key.kind else { return nil }
        return word(value, of: kind.words, expected: key.expectation)
    }

    /// The text of `value`, which is one of `words`; a slip is told.
    func word(_ value: RawValue, of words: [String], expected: String) -> String? {
        if words.contains(value.text) { return value.text }
        let meant = Spelling.meant(by: value.text, among: words)
        mistakes.add(UsageError(value, "there is no such choice", expected: expected, meant: meant))
        return nil
    }

    /// What `node` chooses: a word, or a mapping of one word to more.
    func choice(_ node: Node, words: [String], expected: String) -> (word: String, more: Node?)? {
        if let value = node.value { return word(value, of: words, expected: expected).map { ($0, nil) } }
        guard case .mapping(let members) = node.tree.content else {
            refuseKind(of: node, expected: expected)
            return nil
        }
        guard members.count == 1, let key = members.first?.key, let name = key.text else {
            refuse(node, "it has \(members.count) keys", expected: expected)
            return nil
        }
        let keyNode = Node(tree: key, file: node.file, name: node.name)
        guard let found = word(RawValue(text: name, origin: keyNode.origin), of: words, expected: expected) else {
            return nil
        }
        return (found, Node(tree: members[0].value, file: node.file, name: name))
    }

    /// The items of a list; a single one needs none where so said.
    func items(_ node: Node, expected: String, orOne: Bool = false) -> [Node] {
        if let items = node.items { return items }
        if orOne, !node.isNull, !node.isAlias { return [node] }
        refuseKind(of: node, expected: expected)
        return []
    }
}

extension SettingKind {
    /// The words of a choice.
    fileprivate var words: [String] {
        if case .choice(let words, _) = self { words } else { [] }
    }
}
