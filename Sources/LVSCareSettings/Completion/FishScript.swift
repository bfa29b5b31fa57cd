/// The completion script of fish.
struct FishScript {
    let program: Command

    init(_ program: Command) { self.program = program }

    var text: String {
        let name = program.name
        let commands = program.shownSubcommands
        var lines = ["# Completion of \(name) for fish.", "complete -c \(name) -f"]
        let start = "complete -c \(name) -n __fish_use_subcommand"
        lines += commands.map { "\(start) -a \($0.name) -d \(Self.quoted($0.abstract))" }
        lines += ["\(start) -a help -d 'Explain a command.'", "\(start) -l version -d 'Show the version.'"]
        lines.append("complete -c \(name) -s h -l help -d 'Show help.'")
        for command in commands {
            let place = "complete -c \(name) -n '__fish_seen_subcommand_from \(command.name)'"
            lines += command.shownSettings.flatMap { self.lines($0, place) }
            if command.operand?.isFile == true { lines.append("\(place) -F") }
            if let operand = command.operand, !operand.choices.isEmpty {
                lines.append(
                    "\(place) -a '\(operand.choices.joined(separator: " "))' -d \(Self.quoted(operand.help))")
            }
        }
        lines.append(
            "complete -c \(name) -n '__fish_seen_subcommand_from help' -a '\(commands.map(\.name).joined(separator: " "))'"
        )
        return lines.joined(separator: "\n")
    }

    private func lines(_ setting: Setting, _ place: String) -> [String] {
        var names = setting.letter.map { ["-s \($0)"] } ?? []
        names += ([setting.name] + setting.aliases).map { "-l \($0)" }
        let value =
            switch setting.completion {
            case .nothing: setting.isBoolean ? "" : " -x"
            case .files: " -r -F"
            case .folders: " -x -a '(__fish_complete_directories)'"
            case .words(let words): " -x -a '\(words.joined(separator: " "))'"
            }
        let explanation = " -d \(Self.quoted(setting.summary))"
        return ["\(place) \(names.joined(separator: " "))\(value)\(explanation)"]
            + (setting.isBoolean ? ["\(place) -l no-\(setting.name)"] : [])
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
