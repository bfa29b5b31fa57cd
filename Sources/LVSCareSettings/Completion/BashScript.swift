/// The completion script of bash 4 and later.
struct BashScript {
    let program: Command

    init(_ program: Command) { self.program = program }

    var text: String {
        let name = program.name
        let commands = program.shownSubcommands
        let words = commands.map(\.name) + ["help", "--help", "--version"]
        return """
            # Completion of \(name) for bash.
            _\(name)() {
                local cur=${COMP_WORDS[COMP_CWORD]:-} prev=${COMP_WORDS[COMP_CWORD - 1]:-} command=${COMP_WORDS[1]:-}
                COMPREPLY=()
                if [ "$COMP_CWORD" -le 1 ]; then
                    mapfile -t COMPREPLY < <(compgen -W "\(words.joined(separator: " "))" -- "$cur")
                    return
                fi
                # In "--flag=value" the "=" is a word of its own.
                if [ "$cur" = "=" ]; then
                    cur=
                elif [ "$prev" = "=" ]; then
                    prev=${COMP_WORDS[COMP_CWORD - 2]:-}
                fi
                case "$command $prev" in
            \(commands.flatMap(values).joined(separator: "\n"))
                esac
                case $command in
            \((commands.map(flags) + [help(commands)]).joined(separator: "\n"))
                esac
            }
            complete -F _\(name) \(name)
            """
    }

    /// The cases of the flags whose values are known, or known to be unknown.
    private func values(_ command: Command) -> [String] {
        command.shownSettings.filter { !$0.isBoolean }.map { setting in
            let pattern = setting.spellings.map { "\"\(command.name) \($0)\"" }.joined(separator: " | ")
            let action =
                switch setting.completion {
                case .nothing: "return"
                case .files: "\(Self.files); return"
                case .folders:
                    "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return"
                case .words(let words):
                    "\(Self.words(words)); return"
                }
            return "    \(pattern)) \(action) ;;"
        }
    }

    private func flags(_ command: Command) -> String {
        let flags = command.shownSettings.flatMap(\.proposedSpellings) + ["--help"]
        guard command.operand?.isFile == true else {
            return propose((command.operand?.choices ?? []) + flags, for: command.name)
        }
        let isFlag = "if [[ $cur == -* ]]; then \(Self.words(flags)); else \(Self.files); fi"
        return "    \(command.name)) \(isFlag) ;;"
    }

    private static let files = "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"

    private static func words(_ words: [String]) -> String {
        "mapfile -t COMPREPLY < <(compgen -W \"\(words.joined(separator: " "))\" -- \"$cur\")"
    }

    private func help(_ commands: [Command]) -> String { propose(commands.map(\.name), for: "help") }

    private func propose(_ words: [String], for command: String) -> String {
        "    \(command)) \(Self.words(words)) ;;"
    }
}
