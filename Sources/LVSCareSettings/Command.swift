/// A command of a program, with all that can be said of it: the one source of parsing, help, completion and manual.
package struct Command: Sendable {
    /// What it is called by, the last word of a call.
    package var name: String
    /// What it does, one sentence.
    package var abstract: String
    /// What stands behind its name in the synopsis: `--vs <ip:port> [<options>]`.
    package var synopsis = "[<options>]"
    /// What it does, in paragraphs.
    package var discussion: [String] = []
    /// Its settings, in sections with a title each; the title of an only section is not shown.
    package var sections: [Section] = []
    /// The word that it takes, if it takes one.
    package var operand: Operand?
    /// What the names of its environment variables begin with; `nil` where it has none.
    package var variablePrefix: String?
    /// What is said of its environment variables.
    package var aboutVariables = ""
    /// Other variables that it reads.
    package var variables: [Entry] = []
    /// How it may end, by the exit status.
    package var statuses: [Entry] = []
    /// How it is called for what purpose.
    package var examples: [Example] = []
    /// What only its manual page says.
    package var topics: [Topic] = []
    /// Pages of other programs about what it does: `ipvsadm(8)`.
    package var related: [String] = []
    /// Settings of another command that somebody could take over to this one.
    package var foreign: ForeignSettings?
    /// The commands below it.
    package var subcommands: [Subcommand] = []
    /// What is said of a command that is not below it, behind its name; gets the names of those that are.
    package var absence: @Sendable (String) -> String = { "is not a command; expected one of \($0)" }
    /// Does it.
    package var run: @Sendable (Invocation) throws -> Void = { _ in }

    /// A command; what else there is to say is set afterwards.
    package init(_ name: String, _ abstract: String) {
        self.name = name
        self.abstract = abstract
    }

    /// All of its settings.
    package var settings: [Setting] { sections.flatMap(\.settings) }

    /// Its settings that are shown, in the sections that have any.
    package var shownSections: [Section] {
        sections.map { Section($0.title, $0.settings.filter { !$0.isHidden }) }.filter { !$0.settings.isEmpty }
    }

    /// All of its settings that are shown.
    package var shownSettings: [Setting] { settings.filter { !$0.isHidden } }

    /// The commands below it that are shown.
    package var shownSubcommands: [Command] { subcommands.filter { !$0.isHidden }.map { $0.command(of: name) } }
}

extension Command {
    /// A command below another, which is made when it is called: a start touches the declarations of one command only.
    package struct Subcommand: Sendable {
        /// The word that calls it.
        package let name: String
        /// Another word that calls it, for callers of other programs; never shown.
        package let hiddenName: String?
        /// Whether it is left out where commands are listed.
        package let isHidden: Bool
        private let make: @Sendable (String, String) -> Command

        /// The command that `make` makes of its name and that of its program.
        package init(
            _ name: String, hiddenName: String? = nil, isHidden: Bool = false,
            _ make: @escaping @Sendable (_ name: String, _ program: String) -> Command
        ) {
            self.name = name
            self.hiddenName = hiddenName
            self.isHidden = isHidden
            self.make = make
        }

        /// The command, of the program of this name.
        package func command(of program: String) -> Command { make(name, program) }
    }

    /// Settings about the same thing.
    package struct Section: Sendable {
        /// What they are about: `Health check`.
        package var title: String
        /// The settings.
        package var settings: [Setting]

        /// A section of its parts.
        package init(_ title: String, _ settings: [Setting]) {
            self.title = title
            self.settings = settings
        }
    }

    /// The word that a command takes.
    package struct Operand: Sendable {
        /// What stands for it: `shell`.
        package var placeholder: String
        /// What it is, in a few words without a full stop.
        package var help: String
        /// What it may be; empty for any word.
        package var choices: [String]
        /// Whether a call without it is a mistake.
        package var isRequired: Bool
        /// Whether it is the path of a file.
        package var isFile: Bool

        /// An operand of its parts.
        package init(_ placeholder: String, _ help: String, choices: [String], isRequired: Bool, isFile: Bool = false) {
            self.placeholder = placeholder
            self.help = help
            self.choices = choices
            self.isRequired = isRequired
            self.isFile = isFile
        }
    }

    /// A name and what it means.
    package struct Entry: Sendable {
        /// The name, or several of one meaning.
        package var names: [String]
        /// The meaning: a sentence in a manual, a clause for an exit status.
        package var meaning: String

        /// An entry of its parts.
        package init(_ names: String..., meaning: String) {
            self.names = names
            self.meaning = meaning
        }
    }

    /// A call and its purpose.
    package struct Example: Sendable {
        /// The purpose, which ends with a colon or a question mark.
        package var purpose: String
        /// The call, as lines of a shell of at most 76 columns.
        package var lines: [String]

        /// An example of its parts.
        package init(_ purpose: String, _ lines: String...) {
            self.purpose = purpose
            self.lines = lines
        }
    }

    /// A section of the manual page.
    package struct Topic: Sendable {
        /// Its heading, in capital letters as manuals have it: `FILES`.
        package var heading: String
        /// Its paragraphs.
        package var paragraphs: [String]
        /// What it explains, behind the paragraphs.
        package var entries: [Entry]

        /// A topic of its parts.
        package init(_ heading: String, _ paragraphs: [String] = [], entries: [Entry] = []) {
            self.heading = heading
            self.paragraphs = paragraphs
            self.entries = entries
        }
    }

    /// Settings of another command, and why they are refused here.
    package struct ForeignSettings: Sendable {
        /// The settings.
        package var settings: [Setting]
        /// What is said of one behind its flag, with what is expected instead.
        package var refusal: String

        /// Foreign settings of their parts.
        package init(_ settings: [Setting], refusal: String) {
            self.settings = settings
            self.refusal = refusal
        }
    }
}
