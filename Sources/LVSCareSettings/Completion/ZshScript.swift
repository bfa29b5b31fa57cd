/// The completion script of zsh, for a folder of its `fpath` or to be sourced.
struct ZshScript {
    let program: Command

    init(_ program: Command) { self.program = program }

    var text: String {
        let name = program.name
        let commands = program.shownSubcommands
        let descriptions = commands.map { singleQuoted("\($0.name):\($0.abstract.replacing(":", with: "\\:"))") }
        return """
            #compdef \(name)
            # Completion of \(name) for zsh.
            _\(name)() {
                local context state state_descr line
                typeset -A opt_args
                _arguments -C \\
                    '(- *)'{-h,--help}'[Show help]' '(- *)--version[Show the version]' \\
                    '1:command:->command' '*::argument:->argument'
                case $state in
                command)
                    local -a commands=(
                        \((descriptions + ["'help:Explain a command.'"]).joined(separator: "\n            "))
                    )
                    _describe command commands
                    ;;
                argument)
                    case $line[1] in
            \(commands.map(arguments).joined(separator: "\n"))
                    help) _arguments '1:command:(\(commands.map(\.name).joined(separator: " ")))' ;;
                    esac
                    ;;
                esac
            }
            if [ "$funcstack[1]" = "_\(name)" ]; then
                _\(name) "$@"
            else
                compdef _\(name) \(name)
            fi
            """
    }

    private func arguments(_ command: Command) -> String {
        var specifications = command.shownSettings.flatMap(specifications)
        specifications.append("'(- *)'{-h,--help}'[Show help]'")
        if let operand = command.operand {
            let none = operand.isFile ? "_files" : " "
            let action = operand.choices.isEmpty ? none : "(\(operand.choices.joined(separator: " ")))"
            specifications.append(singleQuoted("1:\(Self.escaped(operand.placeholder)):\(action)"))
        }
        return """
                    \(command.name))
                        _arguments \\
                            \(specifications.joined(separator: " \\\n                "))
                        ;;
            """
    }

    /// One for each spelling: together they would complete one another.
    private func specifications(_ setting: Setting) -> [String] {
        let explanation = "[\(Self.escaped(setting.summary))]"
        let repeated = setting.kind.isList ? "*" : ""
        let spellings = setting.spellings
        return spellings.map { spelling in
            let others = spellings.count > 1 && !setting.kind.isList ? "(\(spellings.joined(separator: " ")))" : ""
            guard !setting.isBoolean else { return singleQuoted("\(others)\(spelling)\(explanation)") }
            let separator = spelling.hasPrefix("--") ? "=" : "+"
            let value = ":\(Self.escaped(setting.placeholder)):\(action(setting))"
            return singleQuoted("\(others)\(repeated)\(spelling)\(separator)\(explanation)\(value)")
        }
    }

    private func action(_ setting: Setting) -> String {
        switch setting.completion {
        case .nothing: " "
        case .files: "_files"
        case .folders: "_files -/"
        case .words(let words): "(\(words.joined(separator: " ")))"
        }
    }

    /// The text without what `_arguments` takes for the end of a part.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            if ":[]\\".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
