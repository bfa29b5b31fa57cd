import Foundation
import Testing

/// Other people's programs, which say what the kernel really has.
enum Shell {
    struct Result {
        var status: Int32
        var output: String
        var error: String

        /// The lines of standard output.
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// Runs `command` with `sh` and waits for its end.
    @discardableResult
    static func run(_ command: String, input: String = "") throws -> Result {
        let process = Process()
        let output = Pipe()
        let error = Pipe()
        let standardInput = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "PATH=$PATH:/usr/sbin:/sbin; " + command]
        process.standardOutput = output
        process.standardError = error
        process.standardInput = standardInput
        try process.run()
        // Programs that are fed here say little before they have read all, so nobody waits for the other.
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let outputData = try output.fileHandleForReading.readToEnd() ?? Data()
        let errorData = try error.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
            error: String(decoding: errorData, as: UTF8.self))
    }

    /// Runs `command`, which must succeed, and returns its lines.
    @discardableResult
    static func lines(_ command: String, input: String = "") throws -> [String] {
        let result = try run(command, input: input)
        try #require(result.status == 0, "\(command): \(result.error)")
        return result.lines
    }
}
