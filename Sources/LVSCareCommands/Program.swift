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
                let source = SettingSource(flags: flags, environment: .process, prefix: prefix)
                try CareCommand.run(source, ArgumentForms.care.turnedOff(in: arguments))
            } else {
                var command = try root.parse(program: arguments)
                root.tell(root.warnings(about: arguments))
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
