import LVSCareModel

/// Where the settings of a command come from: its flags, and the environment for each flag that was not given.
struct SettingSource {
    /// The texts that were given with each flag, in order.
    var flags: [CareFlag: [String]]
    /// The variables of the process.
    var environment: Environment
    /// What the names of the variables start with: `CARE_` for `lvscare care`.
    var prefix: String

    init(flags: [CareFlag: [String]], environment: Environment, prefix: String) {
        self.flags = flags
        self.environment = environment
        self.prefix = prefix
    }

    /// The flags of several groups together.
    init(_ groups: [any FlagSource], environment: Environment, prefix: String) {
        let flags = groups.reduce(into: [:]) { flags, group in flags.merge(group.flags) { $1 } }
        self.init(flags: flags, environment: environment, prefix: prefix)
    }

    /// All texts of a flag that may be repeated.
    func values(_ flag: CareFlag) -> [RawValue] {
        if let texts = flags[flag], !texts.isEmpty {
            return texts.map { RawValue(text: $0, origin: .flag(flag.spelling)) }
        }
        for name in flag.variables(prefix: prefix) {
            if let text = environment[name] { return [RawValue(text: text, origin: .variable(name))] }
        }
        return []
    }

    /// The text of a flag; of several, the last.
    func value(_ flag: CareFlag) -> RawValue? { values(flag).last }

    /// The truth value of a flag.
    func boolean(_ flag: CareFlag, default fallback: Bool) throws(UsageError) -> Bool {
        guard let value = value(flag) else { return fallback }
        guard let boolean = GoBoolean.parse(value.text) else {
            throw UsageError(value, "it is not a truth value", expected: GoBoolean.expectation)
        }
        return boolean
    }

    /// The items of a list, each with its origin; a list may be repeated and hold several items.
    func items(_ flag: CareFlag, expected: String) throws(UsageError) -> [RawValue] {
        var items: [RawValue] = []
        for value in values(flag) {
            for item in CommaList.items(value.text) {
                guard !item.isEmpty else { throw UsageError(value, "an item is empty", expected: expected) }
                items.append(value.with(item))
            }
        }
        return items
    }

    /// The variables that are named like those of the command, and are none of them.
    var unknownVariables: [SettingWarning] {
        let names = [prefix, Self.commonPrefix].flatMap { environment.names(beginningWith: $0) }
            .filter { !Self.isServiceLink($0) }
        guard !names.isEmpty else { return [] }
        let known = CareFlag.allCases.flatMap { $0.variables(prefix: prefix) } + [CareSettings.nodeVariable]
        return names.filter { !known.contains($0) }.map { name in
            .unknownVariable(name, meant: Spelling.meant(by: name.abbreviated, among: known))
        }
    }

    /// What the names of variables start with that mean the same to every command.
    private static let commonPrefix = "LVSCARE_"

    /// Whether the kubelet makes such a variable for a service of the cluster, which may have our name:
    /// `CARE_SERVICE_HOST`, `CARE_PORT_80_TCP_ADDR`. None of ours has a port.
    private static func isServiceLink(_ name: String) -> Bool {
        let words = name.split(separator: "_")
        return words.contains("PORT") || words.suffix(2) == ["SERVICE", "HOST"]
    }

    /// How to give `flag`, for a message that asks for it.
    func remedy(_ flag: CareFlag) -> String {
        "\(flag.spelling) or the variable \(flag.variables(prefix: prefix)[0])"
    }
}
