import Glibc
import LVSCareSettings

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
        return run(
            arguments, as: name == SealctlCommand.name[...] ? SealctlCommand.command : LVSCareCommand.command)
    }

    private static func run(_ arguments: [String], as root: Command) -> ExitStatus {
        do {
            switch try root.request(arguments) {
            case .run(let invocation): try invocation.command.run(invocation)
            case .help(let command, let path):
                try StandardStream.printOutput(HelpText(command, path: path).text + "\n")
            case .version: try StandardStream.printOutput(Version.current.gitVersion + "\n")
            }
            return .success
        } catch let error as StatusError {
            if !error.description.isEmpty { printError(error.description, as: root.name, waits: error.waitsForReader) }
            return error.status
        } catch {
            // Everything else that is thrown is about arguments, variables and files.
            printError("\(error)", as: root.name)
            return .usage
        }
    }

    private static func printError(_ message: String, as name: String, waits: Bool = true) {
        let line = "\(name): \(message)\n"
        guard !waits else {
            StandardStream.error.write(line)
            return
        }
        let writer = LogWriter(to: LogTarget(StandardStream.error.rawValue)) { _ in "" }
        writer.write(line)
        writer.finish()
    }
}

/// A failure, or a finding, that ends the program with a status of its own.
struct StatusError: Error, CustomStringConvertible {
    /// How the program ends.
    let status: ExitStatus
    /// Why, on one line; empty where standard output has said it.
    let description: String
    /// Whether the program may wait until somebody reads that. A daemon that cannot start must end, so that it is started
    /// again.
    var waitsForReader = true

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        description = message.escapedForOneLine
    }
}
