import ArgumentParser
import LVSCareModel

/// The top of the commands that the program has under one of its names.
protocol ProgramCommand: ParsableCommand {
    /// What the program is called by.
    static var name: String { get }
    /// What to say of a command that is not there, behind its name; `commands` are those that are.
    static func absence(of commands: String) -> String
}

extension ProgramCommand {
    /// The command that the arguments name, with its options.
    static func parse(program arguments: [String]) throws -> any ParsableCommand {
        try refuseUnknownCommand(arguments)
        try refuseStrayWords(arguments)
        let arguments = try places(of: normalise(arguments)).map { argument, place in
            // Beyond the values of flags, what is longer than a message bears is a mistake, and ArgumentParser would print
            // all of it.
            place == .value ? argument : argument.abbreviated
        }
        if arguments.first == CheckCommand.name { try CheckCommand.refuseForeignFlags(arguments.dropFirst()) }
        return try parseAsRoot(arguments)
    }

    /// What in `arguments` is probably not understood as it was meant.
    static func warnings(about arguments: [String]) -> [SettingWarning] {
        isStaticPod(arguments)
            ? ArgumentForms.staticPod.turnedOff(in: arguments) : ArgumentForms.care.turnedOff(in: arguments)
    }

    /// Tells warnings on standard error, one a line.
    static func tell(_ warnings: [SettingWarning]) {
        for warning in warnings { StandardStream.error.write("\(name): warning: \(warning.sentence)\n") }
    }

    private static func normalise(_ arguments: [String]) throws(UsageError) -> [String] {
        isStaticPod(arguments)
            ? try ArgumentForms.staticPod.normalise(arguments) : try ArgumentForms.care.normalise(arguments)
    }

    private static func places(of arguments: [String]) -> [(argument: String, place: ArgumentPlace)] {
        isStaticPod(arguments)
            ? ArgumentForms.staticPod.places(of: arguments) : ArgumentForms.care.places(of: arguments)
    }

    private static func isStaticPod(_ arguments: [String]) -> Bool {
        arguments.first == StaticPodCommand<Self>.name
    }

    /// ArgumentParser would go on and complain about the flags of the command that it did not recognise.
    private static func refuseUnknownCommand(_ arguments: [String]) throws(UsageError) {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName }
        guard let name = arguments.first, !name.hasPrefix("-"), !(names + [helpCommand]).contains(name) else { return }
        throw UsageError("\(name.quoted) \(absence(of: names.joined(separator: ", ")))")
    }

    /// ArgumentParser would give help, or the version, whatever else there is.
    private static func refuseStrayWords(_ arguments: [String]) throws(UsageError) {
        guard let first = arguments.first else { return }
        guard first != helpCommand else {
            let topics = arguments.dropFirst().filter { !$0.hasPrefix("-") }
            try refuseUnknownCommand(topics)
            if topics.count > 1 { throw UsageError("unexpected argument '\(topics[1].abbreviated)'") }
            return
        }
        let isCommand = !first.hasPrefix("-")
        // Behind a command, help is given whatever stands beside the wish for it, as with most programs.
        let requests = isCommand ? ["--version"] : ["--version", "--help", "-h"]
        let rest = places(of: arguments).dropFirst(isCommand ? 1 : 0)
        if let valued = rest.first(where: { $0.place == .open && isValued($0.argument) })?.argument {
            throw UsageError("unexpected value in '\(valued.abbreviated)'")
        }
        guard let request = rest.first(where: { $0.place == .open && requests.contains($0.argument) })?.argument,
            let other = rest.first(where: { $0.argument != request })?.argument
        else { return }
        throw UsageError("\(request) stands alone: unexpected argument '\(other.abbreviated)'")
    }

    private static func isValued(_ argument: String) -> Bool {
        argument.hasPrefix("--help=") || argument.hasPrefix("--version=")
    }

    private static var helpCommand: String { "help" }
}

extension UsageError {
    /// What ArgumentParser says about arguments that it cannot make sense of.
    init(parsing error: any Error) {
        let message = RootCommand.message(for: error).split(whereSeparator: \.isNewline)
            .map { $0.withoutSurroundingBlanks }.joined(separator: " ")
        let sentence = Self.withoutFarSuggestion(message)
        // Of a hundred arguments too many, the first are enough.
        self.init((sentence.prefix(1).lowercased() + sentence.dropFirst()).abbreviated(to: 800))
    }

    /// `unknown option '--foo'. Did you mean '--vs'?` without the question, unless it is a good one: ArgumentParser asks
    /// it whatever three slips can make of a word.
    private static func withoutFarSuggestion(_ message: String) -> String {
        let parts = message.split(separator: "'", omittingEmptySubsequences: false)
        guard parts.count >= 5, parts.suffix(3).first == ". Did you mean " else { return message }
        let word = parts[1..<parts.count - 3].joined(separator: "'")
        let suggestion = parts[parts.count - 2]
        return Spelling.isSlip(word.drop { $0 == "-" }, for: suggestion.drop { $0 == "-" })
            ? message : parts.dropLast(3).joined(separator: "'") + "'"
    }
}
