import Glibc
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

    /// Starts it with these words in the background.
    public init(_ words: String...) throws {
        let words = words.flatMap { $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init) }
        let nowhere = try FileDescriptor.open("/dev/null", .readWrite, options: .closeOnExec)
        defer { try? nowhere.close() }
        process = try ChildProcess(
            [Self.executable] + words, environment: ["PATH=/nowhere"],
            input: nowhere.rawValue, output: nowhere.rawValue, error: logFile.descriptor)
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

    /// Ends it with SIGTERM and returns its exit status.
    public func terminate() -> Int32 {
        process.send(SIGTERM)
        return process.wait()
    }

    /// Ends it with SIGKILL, if it still runs.
    public func kill() {
        process.send(SIGKILL)
        process.wait()
    }

    /// Runs it to its end.
    public static func run(_ words: String, prefix: String = "") throws -> Shell.Result {
        try Shell.run("\(prefix) \(executable) \(words)")
    }
}
