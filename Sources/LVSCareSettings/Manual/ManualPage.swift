/// A page of the manual, of section 8, about a command.
package struct ManualPage {
    /// What the page is called by: `lvscare-care`.
    package let name: String
    private let command: Command
    private let path: [String]
    /// The pages of the commands above, below and beside this one.
    private let near: [String]

    /// The pages of a program and all of its commands.
    package static func pages(of program: Command) -> [ManualPage] { pages(program, [program.name], []) }

    private static func pages(_ command: Command, _ path: [String], _ beside: [String]) -> [ManualPage] {
        let below = command.shownSubcommands
        let name = path.joined(separator: "-")
        let pages = below.map { "\(name)-\($0.name)" }
        return [ManualPage(name: name, command: command, path: path, near: pages + beside)]
            + below.flatMap { child in
                Self.pages(child, path + [child.name], [name] + pages.filter { $0 != "\(name)-\(child.name)" })
            }
    }

    /// The page as `man(7)` has it. `date` is of the form `2026-01-31`.
    package func text(version: String, date: String) -> String {
        let title = ManualText.verbatim(name.uppercased())
        let head = [
            ".\\\" Made by \(path[0]) of what it says of itself.",
            ".TH \(title) 8 \(date) \"\(path[0]) \(version)\" \"LVScare\"", ".ad l",
        ]
        let sections: [(String, [String])] = [
            ("NAME", ["\(ManualText.verbatim(name)) \\- \(ManualText.prose(abstract))"]), ("SYNOPSIS", [synopsis]),
            ("DESCRIPTION", paragraphs(command.discussion.isEmpty ? [command.abstract] : command.discussion)),
            ("COMMANDS", commands), ("OPTIONS", options), ("EXIT STATUS", statuses), ("ENVIRONMENT", environment),
        ]
        let topics = command.topics.map { topic in
            (topic.heading, paragraphs(topic.paragraphs) + topic.entries.flatMap(entry))
        }
        let last = [("EXAMPLES", examples), ("SEE ALSO", seeAlso)]
        let lines = (sections + topics + last).flatMap { heading, lines -> [String] in
            // A section begins with a paragraph anyway.
            let lines = lines.first == ".PP" ? Array(lines.dropFirst()) : lines
            return lines.isEmpty ? [] : [".SH \(heading)"] + lines
        }
        return (head + lines).joined(separator: "\n") + "\n"
    }

    private var abstract: String {
        let text = command.abstract.hasSuffix(".") ? String(command.abstract.dropLast()) : command.abstract
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// Bold what is typed, italic what stands for something, nothing else.
    private var synopsis: String {
        let words = command.subcommands.isEmpty ? command.synopsis : "<command> ..."
        var result = path.map { ManualText.bold($0) }.joined(separator: " ") + " "
        var rest = words[...]
        while let character = rest.first {
            if character == "<", let end = rest.firstIndex(of: ">") {
                result += ManualText.italic(rest[rest.index(after: rest.startIndex)..<end])
                rest = rest[rest.index(after: end)...]
            } else if "[]| ,.".contains(character) {
                result.append(character)
                rest = rest.dropFirst()
            } else {
                let typed = rest.prefix { !"<[]| ,".contains($0) }
                result += ManualText.bold(typed)
                rest = rest[typed.endIndex...]
            }
        }
        return result
    }

    private func paragraphs(_ texts: [String]) -> [String] { texts.flatMap { [".PP", ManualText.prose($0)] } }

    private func entry(_ entry: Command.Entry) -> [String] {
        [
            ".TP", ManualText.line(entry.names.map { ManualText.bold($0) }.joined(separator: ", ")),
            ManualText.prose(entry.meaning),
        ]
    }

    private var commands: [String] {
        command.shownSubcommands.flatMap { child in
            [".TP", ManualText.reference("\(name)-\(child.name)"), ManualText.prose(child.abstract)]
        }
    }

    private var options: [String] {
        let operand = command.operand.map { operand in
            [".TP", ManualText.italic(operand.placeholder), ManualText.prose(operand.meaning)]
        }
        let shown = command.shownSections
        let sections = shown.flatMap { section in
            (shown.count > 1 ? [".SS \(ManualText.verbatim(section.title))"] : [])
                + section.settings.flatMap(option)
        }
        let common = [
            Command.Entry("--version", meaning: "Show the version."),
            Command.Entry("-h", "--help", meaning: "Show help."),
        ]
        let title = shown.count > 1 ? [".SS Other"] : []
        return (operand ?? []) + sections + title + common.flatMap(entry)
    }

    private func option(_ setting: Setting) -> [String] {
        let value = setting.placeholder.isEmpty ? "" : " " + ManualText.italic(setting.placeholder)
        let head = setting.spellings.map { ManualText.bold($0) + value }.joined(separator: ", ")
        var sentences = [setting.meaning]
        let words = setting.kind.proposals.joined(separator: ", ")
        switch setting.kind {
        case .proposed: sentences.append("Usual: \(words).")
        case .choice: sentences.append("One of \(words).")
        default: break
        }
        if let range = setting.kind.range { sentences.append("Range: \(range).") }
        if let text = setting.fallback.text { sentences.append("Default: \(text).") }
        if let prefix = command.variablePrefix {
            let variables = setting.variables(prefix: prefix).joined(separator: " or ")
            sentences.append("Variable: \(variables.isEmpty ? "none" : variables).")
        }
        return [".TP", head, ManualText.prose(sentences.joined(separator: " "))]
    }

    private var statuses: [String] {
        command.statuses.flatMap { status in
            let meaning = status.meaning.prefix(1).uppercased() + status.meaning.dropFirst() + "."
            return entry(Command.Entry(status.names.joined(separator: ", "), meaning: meaning))
        }
    }

    private var environment: [String] {
        let about = command.aboutVariables.isEmpty ? [] : paragraphs([command.aboutVariables])
        return about + command.variables.flatMap(entry)
    }

    private var examples: [String] {
        command.examples.flatMap { [".PP", ManualText.prose($0.purpose)] + ManualText.code($0.lines) }
    }

    private var seeAlso: [String] {
        let lines = (near.map { "\($0)(8)" } + command.related).map(ManualText.reference)
        return lines.enumerated().map { index, line in index + 1 < lines.count ? line + " ," : line }
    }
}
