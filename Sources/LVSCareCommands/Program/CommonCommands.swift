import Glibc
import Settings

/// The commands that the program has under each of its names.
enum CommonCommands {
    /// Those of the program of this name; `program` is its root, which they are about.
    static func of(_ name: String, program: @escaping @Sendable () -> Command) -> [Command] {
        [version, completion(name, program), manual(name, program)]
    }

    /// Prints only the version itself.
    static let short = Setting(switch: "short", "Print only the version itself.")

    /// `lvscare version`: says which build this is.
    private static var version: Command {
        var command = Command("version", "Print the version, as JSON or as one word.")
        command.sections = [.init("Form", [short])]
        command.run = { invocation in
            let isShort = try invocation.source().boolean(short, default: false)
            let version = Version.current
            try StandardStream.printOutput((isShort ? version.gitVersion : version.json.pretty) + "\n")
        }
        return command
    }

    /// `lvscare completion`: prints the script that teaches a shell the flags of this program.
    private static func completion(_ name: String, _ program: @escaping @Sendable () -> Command) -> Command {
        var command = Command("completion", "Print the completion script of a shell.")
        // What installers know from programs that are made with swift-argument-parser.
        command.hiddenName = "--generate-completion-script"
        command.synopsis = "<shell>"
        command.operand = .init("shell", "The shell:", choices: Shell.allCases.map(\.rawValue), isRequired: true)
        command.examples = [
            .init("For the running shell:", "source <(\(name) completion bash)"),
            .init(
                "For all to come:", "\(name) completion bash > /etc/bash_completion.d/\(name)",
                "\(name) completion zsh > \"${fpath[1]}/_\(name)\"",
                "\(name) completion fish > ~/.config/fish/completions/\(name).fish"),
        ]
        command.run = { invocation in
            guard let shell = invocation.operand.flatMap(Shell.init) else { return }
            try StandardStream.printOutput(shell.script(for: program()) + "\n")
        }
        return command
    }

    /// `lvscare manual`: prints a page of the manual, or the names of all pages.
    private static func manual(_ name: String, _ program: @escaping @Sendable () -> Command) -> Command {
        var command = Command("manual", "Print a page of the manual, or the names of all.")
        command.isHidden = true
        command.synopsis = "[<page>]"
        command.operand = .init("page", "The page.", choices: [], isRequired: false)
        command.examples = [.init("To read one:", "\(name) manual \(name) | man -l -")]
        command.run = { invocation in
            let pages = ManualPage.pages(of: program())
            guard let wanted = invocation.operand else {
                return try StandardStream.printOutput(pages.map { $0.name + "\n" }.joined())
            }
            guard let page = pages.first(where: { $0.name == wanted }) else {
                throw UsageError(
                    "\(wanted.quoted): there is no such page; expected "
                        + SettingKind.alternatives(pages.map(\.name)))
            }
            let version = Version.current
            try StandardStream.printOutput(page.text(version: version.gitVersion, date: version.date))
        }
        return command
    }
}

extension Version {
    /// The day of the build; of one that does not know it, that of `SOURCE_DATE_EPOCH`, else today's.
    fileprivate var date: String {
        if buildDate.hasPrefix("2") { return String(buildDate.prefix(10)) }
        let seconds = Environment.process["SOURCE_DATE_EPOCH"].flatMap { Int($0) } ?? time(nil)
        return String("\(Timestamp(seconds: seconds, milliseconds: 0))".prefix(10))
    }
}
