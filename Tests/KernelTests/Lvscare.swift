import Foundation
import Testing

/// The executable under test, as a user starts it.
final class Lvscare {
    /// The file, which was built beside the test bundle.
    static let executable = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("lvscare")

    private let process = Process()
    private let logFile = FileManager.default.temporaryDirectory.appendingPathComponent("lvscare-\(UUID().uuidString)")

    /// Starts it with these words in the background.
    init(_ words: String...) throws {
        process.executableURL = Self.executable
        process.arguments = words.flatMap {
            $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        }
        process.environment = ["PATH": "/nowhere"]
        try Data().write(to: logFile)
        process.standardError = try FileHandle(forWritingTo: logFile)
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: logFile)
    }

    /// What it wrote to standard error so far.
    var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }

    /// Its process number.
    var pid: Int32 { process.processIdentifier }

    /// Ends it with SIGTERM and returns its exit status.
    func terminate() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -1
    }

    /// Ends it with SIGKILL, if it still runs.
    func kill() {
        guard process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Runs it to its end.
    static func run(_ words: String, prefix: String = "") throws -> Shell.Result {
        try Shell.run("\(prefix) \(executable.path) \(words)")
    }
}
