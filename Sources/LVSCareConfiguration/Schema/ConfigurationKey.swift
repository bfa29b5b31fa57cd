package import LVSCareSettings

/// A key of the configuration file: declared once, and read, checked and explained by its declaration.
package struct ConfigurationKey: Sendable {
    /// What stands in front of the colon: `unhealthyInterval`.
    package let name: String
    /// What a value may be; `nil` where it is more than a text, or one of several forms.
    package let kind: SettingKind?
    /// The forms of a value that is more than a text: `[IP:PORT, …]`.
    package let form: String
    /// What counts where it is not there.
    package let fallback: Setting.Fallback
    /// Whether it must be there.
    package let isRequired: Bool
    /// What it means, in sentences that name neither its default nor its range.
    package let help: String
    /// The flag of the same meaning, whose kind and default it has.
    package let setting: Setting?

    /// A key with a text.
    init(
        _ name: String, _ kind: SettingKind, default fallback: Setting.Fallback = .nothing, isRequired: Bool = false,
        _ help: String
    ) {
        (self.name, self.kind, self.fallback, self.isRequired, self.help) = (name, kind, fallback, isRequired, help)
        form = ""
        setting = nil
    }

    /// A key with something else than one text.
    init(
        _ name: String, form: String, default fallback: Setting.Fallback = .nothing, isRequired: Bool = false,
        _ help: String
    ) {
        (self.name, self.form, self.fallback, self.isRequired, self.help) = (name, form, fallback, isRequired, help)
        kind = nil
        setting = nil
    }

    /// The key of what a flag sets, too; `help` where that of the flag speaks of flags, `form` where a document can say it better
    /// than one text.
    init(
        _ name: String, as setting: Setting, form: String = "", default fallback: Setting.Fallback? = nil,
        _ help: String? = nil
    ) {
        self.name = name
        kind = form.isEmpty ? setting.kind : nil
        self.form = form
        self.fallback = fallback ?? setting.fallback
        isRequired = false
        self.help = help ?? setting.help
        self.setting = setting
    }

    /// The name of the key that has the meaning of a flag; `nil` where none has.
    package static func name(of setting: Setting) -> String? { names[setting.name] }

    /// The name of the key of real servers, whose flag has them in another form.
    package static let realServers = ServiceKeys.realServers.name

    private static let names: [String: String] = {
        let pairs = ConfigurationSchema.all.flatMap(\.keys).compactMap { key in
            key.setting.map { ($0.name, key.name) }
        }
        return Dictionary(pairs) { first, _ in first }
    }()

    /// What a message says it expects.
    package var expectation: String {
        guard let kind else { return form }
        if case .boolean = kind { return "true or false" }
        return kind.expectation
    }
}

/// The keys of one kind of mapping in the configuration file.
package struct ConfigurationSchema: Sendable {
    /// What it describes, as a heading: `Real server`.
    package let title: String
    /// Where such a mapping stands: `services[].realServers[]`.
    package let place: String
    /// Its keys, in the order in which they are explained.
    package let keys: [ConfigurationKey]
    /// The names of its keys.
    let keyNames: [String]
    /// Those of them that must be there.
    let required: [ConfigurationKey]

    init(_ title: String, at place: String, _ keys: [ConfigurationKey]) {
        self.title = title
        self.place = place
        self.keys = keys
        keyNames = keys.map(\.name)
        required = keys.filter(\.isRequired)
    }

    /// Whether it has a key of this name.
    func has(_ name: String) -> Bool { keyNames.contains(name) }
}
