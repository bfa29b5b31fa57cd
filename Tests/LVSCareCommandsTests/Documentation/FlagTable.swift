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
        let fallback =
            switch setting.fallback {
            case .nothing:
                setting.need.isEmpty ? "" : setting.need.prefix(1).lowercased() + setting.need.dropFirst().dropLast()
            case .text(let text): Self.code(text)
            case .words(let words): words
            }
        let values =
            switch setting.kind {
            case .boolean: "`true`, `false`"
            case .choice(let words, _): words.map { Self.code($0.isEmpty ? "\"\"" : $0) }.joined(separator: ", ")
            case .proposed(let words, _): words.map(Self.code).joined(separator: ", ") + ", …"
            default: setting.kind.range ?? Self.code(setting.placeholder)
            }
        return "| \([flags, fallback, values, setting.help].map(Self.cell).joined(separator: " | ")) |"
    }

    private static func code(_ text: String) -> String { "`\(text)`" }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
