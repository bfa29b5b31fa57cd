import Foundation

/// What another program said and how it ended.
struct Program {
    let status: Int32
    let output: String

    /// Runs a program of the system, or at a path, with `arguments` to its end; it reads the file `input`.
    init(_ name: String, _ arguments: [String], input: String = "/dev/null") async throws {
        let process = Process()
        process.executableURL = URL(filePath: name.hasPrefix("/") ? name : "/usr/bin/\(name)")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle(forReadingAtPath: input)
        try process.run()
        let octets = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: pipe.fileHandleForReading.readDataToEndOfFile()) }
        }
        process.waitUntilExit()
        status = process.terminationStatus
        output = String(decoding: octets, as: UTF8.self)
    }

    /// The status that curl takes an answer for; `nil` where it finds none. What is missing of the content does not matter.
    static func curl(_ arguments: [String]) async throws -> Int? {
        let common = ["--silent", "--max-time", "20", "--output", "/dev/null", "--write-out", "%{http_code}"]
        let curl = try await Program("curl", common + arguments)
        // CURLE_OK, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR
        return [0, 18, 56].contains(curl.status) ? Int(curl.output) : nil
    }
}
