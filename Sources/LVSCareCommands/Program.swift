import ArgumentParser

/// The program behind the executable: runs the command that the arguments name.
public enum Program {
    /// Runs `lvscare` with these arguments, without the program's own name, and says how it ended.
    ///
    /// A failure is one line on standard error; help goes to standard output and is a success.
    public static func run(_ arguments: [String]) -> ExitStatus {
        do {
            if arguments.first == CareCommand.name, let flags = try PlainFlags.read(Array(arguments.dropFirst())) {
                try CareCommand.run(
                    SettingSource(flags: flags, environment: .process, prefix: CareCommand.variablePrefix))
            } else {
                var command = try RootCommand.parse(program: arguments)
                try command.run()
            }
            return .success
        } catch let error as StatusError {
            complain(error.description)
            return error.status
        } catch let error as UsageError {
            complain(error.description)
            return .usage
        } catch  where RootCommand.exitCode(for: error) == .success {
            StandardStream.output.write(RootCommand.fullMessage(for: error) + "\n")
            return .success
        } catch {
            complain(UsageError(parsing: error).description)
            return .usage
        }
    }

    private static func complain(_ message: String) {
        StandardStream.error.write("lvscare: \(message)\n")
    }
}

/// A failure that ends the program with a status of its own.
struct StatusError: Error, CustomStringConvertible {
    /// How the program ends.
    let status: ExitStatus
    /// Why, on one line.
    let description: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        description = message.escapedForOneLine
    }
}

extension RootCommand {
    /// The command that the arguments name, with its options.
    static func parse(program arguments: [String]) throws -> any ParsableCommand {
        try refuseUnknownCommand(arguments)
        let arguments = try ArgumentForms.normalise(arguments)
        if arguments.first == CheckCommand.name { try CheckCommand.refuseForeignFlags(arguments.dropFirst()) }
        return try parseAsRoot(arguments)
    }

    /// ArgumentParser would go on and complain about the flags of the command that it did not recognise.
    private static func refuseUnknownCommand(_ arguments: [String]) throws(UsageError) {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName }
        guard let name = arguments.first, !name.hasPrefix("-"), !(names + ["help"]).contains(name) else { return }
        throw UsageError("\(name.quoted) is not a command; expected one of \(names.joined(separator: ", "))")
    }
}

extension UsageError {
    /// What ArgumentParser says about arguments that it cannot make sense of.
    init(parsing error: any Error) {
        let message = RootCommand.message(for: error).split(whereSeparator: \.isNewline)
            .map { $0.withoutSurroundingBlanks }.joined(separator: " ")
        self.init(message.prefix(1).lowercased() + message.dropFirst())
    }
}
