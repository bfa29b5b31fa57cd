/// Something that an operator can set: declared once, and read from flags, the environment and documents, checked, completed
/// and explained by its declaration.
package struct Setting: Sendable {
    /// Its long name, by which it is known: `health-path`.
    package let name: String
    /// Other long names, of the same meaning.
    package let aliases: [String]
    /// Its short name: `i` for `-i`.
    package let letter: Character?
    /// What a value may be; says how it is checked and completed.
    package let kind: SettingKind
    /// What stands for a value in help: `ip:port`. Empty where the flag stands alone.
    package let placeholder: String
    /// What counts when nobody sets it.
    package let fallback: Fallback
    /// When it must be set, as a sentence; empty where it never must.
    package let need: String
    /// What it means, in sentences that name neither its default nor its range.
    package let help: String
    /// Whether it is read and said nothing of.
    package let isHidden: Bool
    /// Whether only its flag counts, so that nothing that is left in an environment asks for it.
    package let isFlagOnly: Bool

    /// What counts when nobody sets a setting.
    package enum Fallback: Hashable, Sendable {
        /// Nothing in particular.
        case nothing
        /// The same as when somebody sets this text.
        case text(String)
        /// What these words say.
        case words(String)
    }

    /// A setting with a value; `-letter`, `--name` and each of `--aliases` take it.
    package init(
        _ name: String, letter: Character? = nil, aliases: [String] = [], _ kind: SettingKind, _ placeholder: String,
        default fallback: Fallback = .nothing, need: String = "", _ help: String, isHidden: Bool = false,
        isFlagOnly: Bool = false
    ) {
        self.name = name
        self.letter = letter
        self.aliases = aliases
        self.kind = kind
        self.placeholder = placeholder
        self.fallback = fallback
        self.need = need
        self.help = help
        self.isHidden = isHidden
        self.isFlagOnly = isFlagOnly
    }

    /// A setting that is on or off: `--name`, `--name=false`, `--no-name`.
    package init(
        switch name: String, letter: Character? = nil, default fallback: Fallback = .text("false"), _ help: String,
        isFlagOnly: Bool = false
    ) {
        self.init(name, letter: letter, .boolean, "", default: fallback, help, isFlagOnly: isFlagOnly)
    }

    /// The same setting, explained otherwise to the readers of another command.
    package func explained(need: String? = nil, _ help: String) -> Setting {
        Setting(
            name, letter: letter, aliases: aliases, kind, placeholder, default: fallback, need: need ?? self.need, help,
            isHidden: isHidden, isFlagOnly: isFlagOnly)
    }
}

extension Setting {
    /// Whether the flag stands alone.
    package var isBoolean: Bool {
        if case .boolean = kind { true } else { false }
    }

    /// The flag as messages write it.
    package var spelling: String { "--\(name)" }

    /// The flag turned off, where it stands alone.
    package var negatedSpelling: String { "--no-\(name)" }

    /// Every way to write the flag, as `--help` lists them.
    package var spellings: [String] {
        let long = [name] + aliases
        return (letter.map { ["-\($0)"] } ?? []) + long.map { "--\($0)" } + (isBoolean ? [negatedSpelling] : [])
    }

    /// The environment variables that stand in for the flag; the first that is set counts. None where only the flag does.
    package func variables(prefix: String) -> [String] { isFlagOnly ? [] : variableNames(prefix: prefix) }

    /// What its variables are called, or would be if it had any.
    package func variableNames(prefix: String) -> [String] { ([name] + aliases).map { prefix + Self.variable($0) } }

    /// `HEALTH_PATH` for `health-path`. By octets: every start waits for this, and generic code takes its time to be set up.
    private static func variable(_ name: String) -> String {
        let octets = name.utf8.map { octet -> UInt8 in
            switch octet {
            case UInt8(ascii: "-"): UInt8(ascii: "_")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): octet - 32
            default: octet
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// What a message says it expects.
    package var expectation: String { kind.expectation }
}
