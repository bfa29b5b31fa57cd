import Foundation

/// The built program, which lies beside the bundle of the tests.
enum Executable {
    struct Result {
        var status: Int32
        var output: String
        var error: String
    }

    static let url = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "lvscare")

    /// Links to the program, by the names that it is called by.
    private static let links = FileManager.default.temporaryDirectory.appending(path: "links-\(UUID().uuidString)")

    /// The program under this name.
    static func link(_ name: String) throws -> URL {
        let link = links.appending(path: name)
        try FileManager.default.createDirectory(at: links, withIntermediateDirectories: true)
        if (try? link.checkResourceIsReachable()) != true {
            // Another test may have been faster.
            try? FileManager.default.createSymbolicLink(at: link, withDestinationURL: url)
        }
        return link
    }

    /// Runs it to its end, with exactly this environment; `name` is what it is called by.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], as name: String = "lvscare"
    ) throws -> Result {
        try end(name == "lvscare" ? url : link(name), arguments, environment)
    }

    /// Runs a script in which `$lvscare` and `$sealctl` are the program under its names.
    static func script(_ text: String) throws -> Result {
        let environment = try [
            "lvscare": url.path, "sealctl": link("sealctl").path, "PATH": "/usr/bin:/bin",
        ]
        return try end(URL(filePath: "/bin/sh"), ["-c", text], environment)
    }

    /// What `body` makes of a file with this text, which is gone afterwards.
    static func withFile<Result>(_ text: String, _ body: (_ path: String) throws -> Result) throws -> Result {
        let file = FileManager.default.temporaryDirectory.appending(path: "file-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        return try body(file.path)
    }

    private static func end(
        _ executable: URL, _ arguments: [String], _ environment: [String: String]
    ) throws -> Result {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = environment
        let (output, error) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = error
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // All that is printed before the end fits into a pipe, except for completion scripts, which are on the output.
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        let complaint = try error.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: String(decoding: printed, as: UTF8.self),
            error: String(decoding: complaint, as: UTF8.self))
    }
}
