public import Glibc
import SystemPackage

/// The executable under test, as a user starts it.
public final class Lvscare: Sendable {
    /// The file, which was built beside the running program.
    public static let executable: String = {
        let words = CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false)
        return (words.dropLast() + ["lvscare"]).joined(separator: "/")
    }()

    private let process: ChildProcess
    private let logFile = TemporaryFile()

    /// Starts it with these words in the background, through the programs of `prefix`, each of which becomes the next;
    /// without such, it gets these variables (`NAME=VALUE`), too. `error` is its standard error in the place of the log.
    public init(
        _ words: String..., prefix: String = "", variables: [String] = [], error: Int32? = nil
    ) throws {
        let arguments =
            prefix.isEmpty
            ? [Self.executable]
                + words.flatMap { $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init) }
            : ["/bin/sh", "-c", Self.shellCommand(words.joined(separator: " "), prefix: prefix)]
        let nowhere = try FileDescriptor.open("/dev/null", .readWrite, options: .closeOnExec)
        defer { try? nowhere.close() }
        process = try ChildProcess(
            arguments, environment: ["PATH=/nowhere"] + variables,
            input: nowhere.rawValue, output: nowhere.rawValue, error: error ?? logFile.descriptor)
    }

    deinit { kill() }

    /// What it wrote to standard error so far.
    public var log: String { logFile.content }

    /// Its process number.
    public var pid: Int32 { process.pid }

    /// Whether it has not ended yet.
    public var isRunning: Bool { process.isRunning }

    /// Sends it a signal, if it still runs.
    public func send(_ signal: Int32) { process.send(signal) }

    /// Ends it with SIGTERM, or another signal that it ends itself on, and returns its exit status.
    public func terminate(with signal: Int32 = SIGTERM) -> Int32 {
        process.send(signal)
        return process.wait()
    }

    /// Ends it with SIGKILL, if it still runs.
    public func kill() {
        process.send(SIGKILL)
        process.wait()
    }

    /// Runs it to its end.
    public static func run(_ words: String, prefix: String = "") throws -> Shell.Result {
        try Shell.run(shellCommand(words, prefix: prefix))
    }

    /// Runs it to its end under its other name, which is that of a link to it.
    public static func runSealctl(_ words: String) throws -> Shell.Result {
        try Shell.run(
            """
            folder=$(mktemp -d); ln -s '\(executable)' "$folder/sealctl"
            env -i PATH=/nowhere "$folder/sealctl" \(words); status=$?
            rm -r "$folder"; exit $status
            """)
    }

    /// The executable is named by an open file, because another user may not be allowed into its folder. It gets none of our
    /// variables, because it would warn of those that are for the tests.
    private static func shellCommand(_ words: String, prefix: String) -> String {
        """
        PATH=/usr/sbin:/usr/bin:/sbin:/bin; exec 9<'\(executable)'
        exec \(prefix) env -i PATH=/nowhere /proc/self/fd/9 \(words)
        """
    }
}
