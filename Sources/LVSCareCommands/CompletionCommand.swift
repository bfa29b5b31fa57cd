import ArgumentParser

/// `lvscare completion`: prints the script that teaches a shell the flags of this program.
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print the completion script of a shell.",
        discussion: """
            For the running shell:
              source <(lvscare completion bash)

            For all to come:
              lvscare completion bash > /etc/bash_completion.d/lvscare
              lvscare completion zsh > "${fpath[1]}/_lvscare"
              lvscare completion fish > ~/.config/fish/completions/lvscare.fish
            """)

    /// The shells in question.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    @Argument(help: "The shell.")
    var shell: Shell

    func run() {
        let shell: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        StandardStream.output.write(RootCommand.completionScript(for: shell) + "\n")
    }
}
