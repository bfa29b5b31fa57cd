/// Where the settings of a command come from: its flags, for each that was not given the environment, and then whatever
/// other layers there are.
package struct SettingSource: Sendable {
    /// The variables of the process.
    package let environment: Environment
    /// What the names of the variables that stand in for flags begin with; `nil` where none do.
    package let prefix: String?
    private let layers: [any SettingLayer]

    /// Flags, variables where there is a prefix, and `further` layers, each of which counts where those before it are silent.
    package init(
        flags: GivenFlags, environment: Environment, prefix: String?, further: [any SettingLayer] = []
    ) {
        self.environment = environment
        self.prefix = prefix
        layers = [flags] + (prefix.map { [EnvironmentLayer(environment, prefix: $0)] } ?? []) + further
    }

    /// Only these layers, each of which counts where those before it are silent; the first says what settings are called.
    package init(layers: [any SettingLayer]) {
        environment = Environment([:])
        prefix = nil
        self.layers = layers
    }

    /// What a message calls `setting`.
    package func spelling(of setting: Setting) -> String {
        layers.first?.spelling(of: setting) ?? setting.spelling
    }

    /// All texts of a setting that may be repeated.
    package func values(_ setting: Setting) -> [RawValue] {
        for layer in layers {
            let values = layer.values(of: setting)
            if !values.isEmpty { return values }
        }
        return []
    }

    /// The text of a setting; of several, the last.
    package func value(_ setting: Setting) -> RawValue? { values(setting).last }

    /// The text of a setting, or its default as if it had been given; the default, too, for no text if that is wanted.
    package func valueOrDefault(_ setting: Setting, forEmpty isDefault: Bool = false) -> RawValue {
        if let value = value(setting), !(isDefault && value.text.isEmpty) { return value }
        guard case .text(let text) = setting.fallback else {
            preconditionFailure("\(setting.spelling) has no default")
        }
        return RawValue(text: text, origin: .flag(setting.spelling))
    }

    /// How to give `setting`, for a message that asks for it.
    package func remedy(_ setting: Setting) -> String {
        guard let prefix, let variable = setting.variables(prefix: prefix).first else {
            return spelling(of: setting)
        }
        return "\(setting.spelling) or the variable \(variable)"
    }
}

// MARK: - Values of each kind

extension SettingSource {
    /// A truth value.
    package func boolean(_ setting: Setting, default fallback: Bool) throws(UsageError) -> Bool {
        guard let value = value(setting) else { return fallback }
        guard let boolean = GoBoolean.parse(value.text) else { throw UsageError(notATruthValue: value) }
        return boolean
    }

    /// A duration; `nil` where it is not set or 0, which is the default.
    package func duration(_ setting: Setting) throws(UsageError) -> Duration? {
        try value(setting).flatMap { value throws(UsageError) in try setting.kind.duration(value) }
    }

    /// A whole number, or per cent; `nil` where it is not set.
    package func number(_ setting: Setting) throws(UsageError) -> Int? {
        try value(setting).map { value throws(UsageError) in try setting.kind.number(value) }
    }

    /// The path of a file, which need not be there; `nil` where it is not set.
    package func path(_ setting: Setting) throws(UsageError) -> String? {
        guard let value = value(setting) else { return nil }
        guard !value.text.isEmpty, !value.text.utf8.contains(0) else {
            throw UsageError(value, "it is not the path of a file", expected: setting.expectation)
        }
        return value.text
    }

    /// One of the words of a choice; `nil` where it is not set.
    package func choice<Choice: RawRepresentable<String>>(
        _ setting: Setting, as type: Choice.Type = Choice.self
    ) throws(UsageError) -> Choice? {
        try value(setting).map { value throws(UsageError) in try setting.kind.choice(value) }
    }

    /// The items of a list, each with its origin; a list may be repeated and hold several items.
    package func items(_ setting: Setting) throws(UsageError) -> [RawValue] {
        var items: [RawValue] = []
        for value in values(setting) {
            for item in CommaList.items(value.text) {
                guard !item.isEmpty else {
                    throw UsageError(value, "an item is empty", expected: setting.expectation)
                }
                items.append(value.with(item))
            }
        }
        return items
    }
}

extension UsageError {
    /// An error about a value that should be true or false.
    package init(notATruthValue value: RawValue) {
        self.init(value, "it is not a truth value", expected: GoBoolean.expectation)
    }
}
