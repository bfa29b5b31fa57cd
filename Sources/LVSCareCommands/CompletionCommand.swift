import ArgumentParser

/// `lvscare completion`: prints the script that teaches a shell the flags of this program.
struct CompletionCommand<Program: ProgramCommand>: ParsableCommand {
    static var configuration: CommandConfiguration {
        let name = Program.name
        return CommandConfiguration(
            commandName: "completion",
            abstract: "Print the completion script of a shell.",
            discussion: """
                For the running shell:
                  source <(\(name) completion bash)

                For all to come:
                  \(name) completion bash > /etc/bash_completion.d/\(name)
                  \(name) completion zsh > "${fpath[1]}/_\(name)"
                  \(name) completion fish > ~/.config/fish/completions/\(name).fish
                """)
    }

    @Argument(help: "The shell.")
    var shell: CompletedShell

    func run() throws {
        let shell: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        try StandardStream.printOutput(Program.completionScript(for: shell) + "\n")
    }
}

/// The shells that complete commands.
enum CompletedShell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish
}
