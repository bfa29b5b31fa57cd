/// What `--help` prints: a command and its settings in lines of at most 80 columns.
package struct HelpText {
    private let command: Command
    private let path: [String]

    /// The help of the command that is called by the words of `path`.
    package init(_ command: Command, path: [String]) {
        self.command = command
        self.path = path
    }

    /// The text, without a line break at its end.
    package var text: String {
        var blocks = [[command.abstract], usage]
        blocks += command.discussion.map(TextColumn().lines)
        if let operand = command.operand {
            blocks.append(
                ["ARGUMENTS:"] + Self.entry("<\(operand.placeholder)>", operand.meaning))
        }
        let sections = command.shownSections
        for section in sections {
            let title = sections.count == 1 ? "OPTIONS" : section.title.uppercased()
            blocks.append(["\(title):"] + section.settings.flatMap(entry))
        }
        let common = [("--version", "Show the version."), ("-h, --help", "Show this.")].flatMap { Self.entry($0, $1) }
        if sections.count == 1 {
            blocks[blocks.endIndex - 1] += common
        } else {
            blocks.append(["OPTIONS:"] + common)
        }
        blocks += subcommands
        if !command.aboutVariables.isEmpty {
            blocks.append(["ENVIRONMENT:"] + TextColumn(indentation: 2).lines(command.aboutVariables))
        }
        blocks += statuses
        if !command.examples.isEmpty { blocks.append(["EXAMPLES:"] + examples) }
        return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private var usage: [String] {
        let words = ["USAGE:"] + path + [command.subcommands.isEmpty ? command.synopsis : "<command> ..."]
        return TextColumn().lines(words.joined(separator: " "))
    }

    private var subcommands: [[String]] {
        guard !command.subcommands.isEmpty else { return [] }
        let lines = command.shownSubcommands.flatMap { Self.entry($0.name, $0.abstract) }
        return [["COMMANDS:"] + lines, ["  '\(path.joined(separator: " ")) help <command>' explains one of them."]]
    }

    private var statuses: [[String]] {
        guard !command.statuses.isEmpty else { return [] }
        return [
            ["EXIT STATUS:"]
                + command.statuses.flatMap { Self.entry($0.names.joined(separator: ", "), $0.meaning, column: 6) }
        ]
    }

    private var examples: [String] {
        var lines: [String] = []
        for example in command.examples {
            if !lines.isEmpty { lines.append("") }
            lines += TextColumn(indentation: 2).lines(example.purpose) + example.lines.map { "    " + $0 }
        }
        return lines
    }

    private func entry(_ setting: Setting) -> [String] {
        let value = setting.placeholder.isEmpty ? "" : " <\(setting.placeholder)>"
        let names = setting.spellings.filter { $0 != setting.negatedSpelling }.joined(separator: ", ") + value
        let notes = [
            setting.fallback.text.map { "default: \($0)" }, setting.kind.range,
            command.variablePrefix.flatMap { setting.variables(prefix: $0).first },
        ].compactMap(\.self)
        return Self.entry(
            setting.isBoolean ? "\(names)/\(setting.negatedSpelling)" : names,
            setting.meaning + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"))
    }

    /// A name and its explanation from `column` on, below the name where that is too long.
    private static func entry(_ name: String, _ explanation: String, column: Int = 26) -> [String] {
        let lines = TextColumn(indentation: column).lines(explanation)
        let head = "  \(name)"
        guard head.count + 2 <= column, let first = lines.first else { return [head] + lines }
        return [head.padded(to: column) + first.dropFirst(column)] + lines.dropFirst()
    }
}

extension Command.Operand {
    /// What it is, and what it may be.
    var meaning: String { choices.isEmpty ? "\(help)." : "\(help): \(SettingKind.alternatives(choices))." }
}

extension Setting {
    /// What it means, and when it must be set.
    var meaning: String { need.isEmpty ? help : "\(help) \(need)" }

    /// What it means, in the first of its sentences and without a full stop.
    var summary: String {
        let sentence = help.split(separator: ". ", maxSplits: 1).first.map(String.init) ?? help
        return sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    }
}

extension Setting.Fallback {
    /// How help writes it; `nil` for nothing.
    package var text: String? {
        switch self {
        case .nothing: nil
        case .text(let text): text.isEmpty ? "\"\"" : text
        case .words(let words): words
        }
    }
}
