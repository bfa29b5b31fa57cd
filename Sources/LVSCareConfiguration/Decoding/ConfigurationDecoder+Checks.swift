import Addressing
import LVSCareModel
import LVSCareSettings

/// A check that has a name.
struct DeclaredCheck {
    let check: HealthCheck
    /// Its name where it is declared.
    let place: DocumentPlace
    var isUsed = false
}

extension ConfigurationDecoder {
    /// Reads the checks that have names.
    func declareChecks(_ node: Node) {
        guard let mapping = mapping(node, expected: FileKeys.checks.form) else { return }
        for member in mapping.members {
            let name = member.name
            if let first = checks[name] {
                mistakes.add(
                    UsageError(
                        at: .document(member.key.place, name: name.quoted),
                        "the check is there already, at \(first.place)",
                        expected: "another name"))
                continue
            }
            let check = healthCheck(member.value)
            // One that is mistaken is there nevertheless, so that whoever refers to it makes no mistake.
            checks[name] = DeclaredCheck(check: check ?? HealthCheck(), place: member.key.place)
        }
    }

    /// The checks at `node`: names and checks.
    func namedChecks(_ node: Node) -> [NamedCheck] {
        var result: [NamedCheck] = []
        let items = items(node, expected: ServiceKeys.checks.form, orOne: true)
        for item in items {
            guard let value = item.value else {
                // Several need a name to be told apart.
                let found = inlineCheck(item)
                result.append(
                    NamedCheck(found?.check ?? HealthCheck(), name: items.count > 1 ? found?.scheme.rawValue : nil))
                continue
            }
            guard checks[value.text] != nil else {
                refuse(
                    item, "there is no such check", expected: knownChecks,
                    meant: Spelling.meant(by: value.text, among: Array(checks.keys)))
                // It counts nevertheless for whoever asks for a number of checks.
                result.append(NamedCheck(HealthCheck(), name: value.text))
                continue
            }
            guard !result.contains(where: { $0.name == value.text }) else {
                refuse(item, "it is there already", expected: "each check once")
                continue
            }
            checks[value.text]?.isUsed = true
            result.append(NamedCheck(checks[value.text]?.check ?? HealthCheck(), name: value.text))
        }
        return result
    }

    /// The names of checks, for messages.
    private var knownChecks: String {
        let names = checks.keys.sorted()
        return names.isEmpty || names.count > 10
            ? "a name under \(FileKeys.checks.name)" : SettingKind.alternatives(names.map(\.quoted))
    }

    /// The check at `node`.
    private func healthCheck(_ node: Node) -> HealthCheck? { inlineCheck(node)?.check }

    private func inlineCheck(_ node: Node) -> (check: HealthCheck, scheme: HealthScheme)? {
        checkCount += 1
        guard !node.isNull else {
            refuseKind(of: node, expected: "a check such as {tcp: {}}")
            return nil
        }
        guard let mapping = mapping(node, .check) else { return nil }
        let kinds = CheckKeys.schemes.filter { mapping[$0.key] != nil }
        guard kinds.count == 1, let (scheme, key, schema) = kinds.first, let member = mapping.member(key.name) else {
            if kinds.isEmpty, CheckKeys.schemes.contains(where: { isMeant($0.key, in: mapping, of: .check) }) {
                return nil
            }
            refuse(
                node, kinds.isEmpty ? "the kind is missing" : "it has \(kinds.count) kinds",
                expected: "one of \(SettingKind.alternatives(HealthScheme.allCases.map(\.rawValue)))")
            return nil
        }
        guard let options = self.mapping(member.value, schema) else { return nil }
        var layer = paceLayer(mapping)
        layer.add([RawValue(text: scheme.rawValue, origin: member.key.origin)], for: .healthScheme)
        for key in schema.keys where key.name != CheckKeys.headers.name { add(key, of: options, to: &layer) }
        let source = SettingSource(layers: [layer, inherited(by: layer)])
        let (check, isGood) = mistakes.watch {
            let headers = options[CheckKeys.headers].map(headerFields)
            return HealthCheckReader(source, mistakes, headers: headers ?? []).healthCheck()
        }
        if isGood { lookAtFiles(of: check, source) }
        return (check, scheme)
    }

    /// What a check or the defaults say of intervals and counts.
    func paceLayer(_ mapping: NodeMapping) -> DocumentLayer {
        var layer = DocumentLayer()
        for key in CheckKeys.pace { add(key, of: mapping, to: &layer) }
        return layer
    }

    /// What counts in a check that says nothing else. One with a short interval of its own needs no other wait.
    private func inherited(by layer: DocumentLayer) -> DocumentLayer {
        let all = defaults.map(paceLayer) ?? DocumentLayer()
        let isOfItsOwn = !layer.values(of: .interval).isEmpty && layer.values(of: .unhealthyInterval).isEmpty
        return isOfItsOwn ? all.without(.unhealthyInterval) : all
    }

    private func add(_ key: ConfigurationKey, of mapping: NodeMapping, to layer: inout DocumentLayer) {
        guard let setting = key.setting, let node = mapping[key] else { return }
        if setting.kind.isList {
            let items = items(node, expected: key.expectation, orOne: true)
            let values = items.compactMap { item in
                if item.value == nil { refuseKind(of: item, expected: key.expectation) }
                return item.value
            }
            layer.add(values, for: setting)
        } else if let value = text(mapping, key), !setting.isBoolean || boolean(value) {
            layer.add([value], for: setting)
        }
    }

    private func headerFields(_ node: Node) -> [HTTPProbeConfiguration.HeaderField] {
        var fields: [HTTPProbeConfiguration.HeaderField] = []
        guard let mapping = mapping(node, expected: CheckKeys.headers.form) else { return [] }
        for member in mapping.members {
            guard let value = member.value.value else {
                refuseKind(of: member.value, expected: "a text")
                continue
            }
            let field = mistakes.attempt(
                try HeaderFields.field(named: member.name, value.text, of: value, expected: CheckKeys.headers.form))
            if let field { HeaderFields.add(field, to: &fields) }
        }
        return fields
    }

    private func lookAtFiles(of check: HealthCheck, _ source: SettingSource) {
        let mayComeLater = (try? source.boolean(.healthFilesLater, default: false)) ?? false
        guard let checkFiles, !mayComeLater else { return }
        do throws(UnusableFile) { try checkFiles(check) } catch {
            guard let setting = error.use.setting, let value = source.value(setting) else { return }
            mistakes.add(error.mistake(at: value, of: source))
        }
    }
}
