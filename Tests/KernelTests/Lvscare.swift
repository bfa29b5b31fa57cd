import Foundation
import Testing

/// The executable under test, as a user starts it.
final class Lvscare {
    /// The file, which was built beside the test bundle.
    static let executable = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("lvscare")

    private let process = Process()
    private let logFile = FileManager.default.temporaryDirectory.appendingPathComponent("lvscare-\(UUID().uuidString)")

    /// Starts it with these words in the background, through the programs of `prefix`, each of which becomes the next.
    init(_ words: String..., prefix: String = "") throws {
        if prefix.isEmpty {
            process.executableURL = Self.executable
            process.arguments = words.flatMap {
                $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            }
        } else {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", Self.shellCommand(words.joined(separator: " "), prefix: prefix)]
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

    /// Ends it with SIGTERM, or another signal that it ends itself on, and returns its exit status.
    func terminate(with signal: Int32 = SIGTERM) -> Int32 {
        Glibc.kill(process.processIdentifier, signal)
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
        try Shell.run(shellCommand(words, prefix: prefix))
    }

    /// The executable is named by an open file, because another user may not be allowed into its folder.
    private static func shellCommand(_ words: String, prefix: String) -> String {
        """
        PATH=/usr/sbin:/usr/bin:/sbin:/bin; exec 9<'\(executable.path)'
        exec \(prefix) env PATH=/nowhere /proc/self/fd/9 \(words)
        """
    }
}
