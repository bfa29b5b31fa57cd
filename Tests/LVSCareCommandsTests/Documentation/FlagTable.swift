import LVSCareSettings

/// The settings of a command as a table in Markdown, for the documentation.
struct FlagTable {
    private let command: Command

    /// The table of the settings of `command`.
    init(_ command: Command) { self.command = command }

    /// The lines of the table.
    var lines: [String] {
        ["| flag | default | values | meaning |", "|---|---|---|---|"] + command.settings.map(row)
    }

    private func row(_ setting: Setting) -> String {
        let flags = setting.spellings.filter { $0 != setting.negatedSpelling }.map(Self.code).joined(separator: ", ")
        let need = setting.need.isEmpty ? "" : setting.need.prefix(1).lowercased() + setting.need.dropFirst().dropLast()
        let values = Self.values(setting.kind) ?? Self.code(setting.placeholder)
        return Self.row([flags, Self.fallback(setting.fallback) ?? need, values, setting.help])
    }
}

/// What tables of flags and of keys have in common.
extension FlagTable {
    /// A row of these cells.
    static func row(_ cells: [String]) -> String {
        "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |"
    }

    /// A default; `nil` where there is none.
    static func fallback(_ fallback: Setting.Fallback) -> String? {
        switch fallback {
        case .nothing: nil
        case .text(let text): code(text)
        case .words(let words): words
        }
    }

    /// The values of a kind, where it says which; else `nil`.
    static func values(_ kind: SettingKind) -> String? {
        switch kind {
        case .boolean: "`true`, `false`"
        case .choice(let words, _): words.map { code($0.isEmpty ? "\"\"" : $0) }.joined(separator: ", ")
        case .proposed(let words, _): words.map(code).joined(separator: ", ") + ", …"
        default: kind.range
        }
    }

    static func code(_ text: String) -> String { "`\(text)`" }
}
