import ArgumentParser
import Glibc

/// The program behind the executable: runs the command that the arguments name.
public enum Program {
    /// Runs the program with these arguments, of which the first is what it was called by, and says how it ended.
    ///
    /// Called `sealctl`, it has the commands of that name; by any other name it is `lvscare`. A failure is one line on
    /// standard error; help goes to standard output and is a success.
    public static func run(_ arguments: [String]) -> ExitStatus {
        StandardStream.openMissing()
        // A write beyond the limit of a file's size is to fail instead of ending the program.
        signal(SIGXFSZ, SIG_IGN)
        let name = arguments.first?.split(separator: "/").last
        let arguments = Array(arguments.dropFirst())
        return name == SealctlCommand.name[...]
            ? run(arguments, as: SealctlCommand.self) : run(arguments, as: RootCommand.self)
    }

    private static func run(_ arguments: [String], as root: any ProgramCommand.Type) -> ExitStatus {
        do {
            if let prefix = CareCommand.variablePrefix(root, arguments.first),
                let flags = try PlainFlags.read(Array(arguments.dropFirst()))
            {
                try CareCommand.run(SettingSource(flags: flags, environment: .process, prefix: prefix))
            } else {
                var command = try root.parse(program: arguments)
                try command.run()
            }
            return .success
        } catch let error as StatusError {
            complain(error.description, as: root, waits: error.waitsForReader)
            return error.status
        } catch let error as UsageError {
            complain(error.description, as: root)
            return .usage
        } catch  where root.exitCode(for: error) == .success {
            return explain(root.fullMessage(for: error), as: root)
        } catch {
            complain(UsageError(parsing: error).description, as: root)
            return .usage
        }
    }

    /// Prints what was asked for: help, the version, a completion script.
    private static func explain(_ text: String, as root: any ProgramCommand.Type) -> ExitStatus {
        do throws(StatusError) {
            try StandardStream.printOutput(text + "\n")
            return .success
        } catch {
            complain(error.description, as: root)
            return error.status
        }
    }

    private static func complain(_ message: String, as root: any ProgramCommand.Type, waits: Bool = true) {
        let line = "\(root.name): \(message)\n"
        guard !waits else {
            StandardStream.error.write(line)
            return
        }
        let writer = LogWriter(to: LogTarget(StandardStream.error.rawValue)) { _ in "" }
        writer.write(line)
        writer.finish()
    }
}

extension CareCommand {
    /// What the names of the variables start with, if the program's first argument asks for the care of a service.
    fileprivate static func variablePrefix(_ root: any ProgramCommand.Type, _ command: String?) -> String? {
        switch command {
        case name where root == RootCommand.self: variablePrefix
        case SealctlIPVSCommand.name where root == SealctlCommand.self: SealctlIPVSCommand.variablePrefix
        default: nil
        }
    }
}

/// A failure that ends the program with a status of its own.
struct StatusError: Error, CustomStringConvertible {
    /// How the program ends.
    let status: ExitStatus
    /// Why, on one line.
    let description: String
    /// Whether the program may wait until somebody reads that. A daemon that cannot start must end, so that it is started
    /// again.
    var waitsForReader = true

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        description = message.escapedForOneLine
    }
}

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
        if arguments.first == StaticPodCommand<Self>.name {
            return try parseAsRoot(ArgumentForms.staticPod.normalise(arguments))
        }
        let arguments = try ArgumentForms.care.normalise(arguments)
        if arguments.first == CheckCommand.name { try CheckCommand.refuseForeignFlags(arguments.dropFirst()) }
        return try parseAsRoot(arguments)
    }

    /// ArgumentParser would go on and complain about the flags of the command that it did not recognise.
    private static func refuseUnknownCommand(_ arguments: [String]) throws(UsageError) {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName }
        guard let name = arguments.first, !name.hasPrefix("-"), !(names + ["help"]).contains(name) else { return }
        throw UsageError("\(name.quoted) \(absence(of: names.joined(separator: ", ")))")
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
