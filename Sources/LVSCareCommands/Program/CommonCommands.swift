import Glibc
import LVSCareSettings

/// The commands that the program has under each of its names.
enum CommonCommands {
    static let all: [Command.Subcommand] = [
        .init("version", version),
        // By the other name, installers call programs that are made with swift-argument-parser.
        .init("completion", hiddenName: "--generate-completion-script", completion),
        .init("manual", isHidden: true, manual),
    ]

    /// Prints only the version itself.
    static let short = Setting(switch: "short", "Print only the version itself.")

    /// `lvscare version`: says which build this is.
    private static func version(_ name: String, of _: String) -> Command {
        var command = Command(name, "Print the version, as JSON or as one word.")
        command.sections = [.init("Form", [short])]
        command.run = { invocation in
            let isShort = try invocation.source().boolean(short, default: false)
            let version = Version.current
            try StandardStream.printOutput((isShort ? version.gitVersion : version.json.pretty) + "\n")
        }
        return command
    }

    /// `lvscare completion`: prints the script that teaches a shell the flags of this program.
    private static func completion(_ name: String, of program: String) -> Command {
        var command = Command(name, "Print the completion script of a shell.")
        command.synopsis = "<shell>"
        command.operand = .init("shell", "The shell", choices: Shell.allCases.map(\.rawValue), isRequired: true)
        command.examples = [
            .init("For the running shell:", "source <(\(program) completion bash)"),
            .init(
                "For all to come:", "\(program) completion bash > /etc/bash_completion.d/\(program)",
                "\(program) completion zsh > \"${fpath[1]}/_\(program)\"",
                "\(program) completion fish > ~/.config/fish/completions/\(program).fish"),
        ]
        command.run = { invocation in
            guard let shell = invocation.operand.flatMap(Shell.init) else { return }
            try StandardStream.printOutput(shell.script(for: invocation.program) + "\n")
        }
        return command
    }

    /// `lvscare manual`: prints a page of the manual, or the names of all pages.
    private static func manual(_ name: String, of program: String) -> Command {
        var command = Command(name, "Print a page of the manual, or the names of all.")
        command.synopsis = "[<page>]"
        command.operand = .init("page", "The page", choices: [], isRequired: false)
        command.examples = [.init("To read one:", "\(program) manual \(program) | man -l -")]
        command.run = { invocation in
            let pages = ManualPage.pages(of: invocation.program)
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
