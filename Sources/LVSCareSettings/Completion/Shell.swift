/// A shell that can be taught the commands and flags of a program.
package enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish

    /// The script that teaches this shell the program whose root is `program`.
    package func script(for program: Command) -> String {
        switch self {
        case .bash: BashScript(program).text
        case .zsh: ZshScript(program).text
        case .fish: FishScript(program).text
        }
    }
}

extension Setting {
    /// What a shell completes behind the flag.
    var completion: Completion {
        switch kind {
        case .boolean: .nothing
        case .file: .files
        case .folder: .folders
        case .choice, .proposed: .words(kind.proposals)
        case .text, .duration, .number, .percentage, .list: .nothing
        }
    }

    /// What a shell may complete.
    enum Completion {
        case nothing
        case files
        case folders
        case words([String])
    }

    /// The spellings that are long enough to be proposed.
    var proposedSpellings: [String] { spellings.filter { $0.hasPrefix("--") } }
}

/// The text in single quotes, as a shell of the family of `sh` reads it.
func singleQuoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
