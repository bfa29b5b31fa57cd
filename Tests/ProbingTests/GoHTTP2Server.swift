import Addressing
import Foundation
import Testing

/// A server of Go's net/http over TLS, which says what it is asked: Tests/Oracles/http2.
final class GoHTTP2Server {
    let endpoint: Endpoint
    private let process: Process
    private let input = Pipe()
    private let log: FileHandle

    private static let program = URL(filePath: #filePath).appending(path: "../../../.build/oracles/go-http2-server")
        .standardized.path

    /// A server that writes into `file`, and closes connections that were `idle` for so long.
    init(writingTo file: String, idle: String = "600s") async throws {
        try #require(FileManager.default.isExecutableFile(atPath: Self.program), "scripts/oracles has not been run")
        try #require(FileManager.default.createFile(atPath: file, contents: nil))
        log = try FileHandle(forReadingFrom: URL(filePath: file))
        let process = Process()
        process.executableURL = URL(filePath: Self.program)
        process.arguments = [idle]
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: file))
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        let log = log
        var text = ""
        try await eventually("the server listens") {
            text += String(decoding: log.availableData, as: UTF8.self)
            return text.hasSuffix("\n")
        }
        endpoint = try Endpoint(String(text.dropLast()))
    }

    /// What it has said since this was asked last: a line for each request and for all that the library logs.
    func news() -> [String] {
        String(decoding: log.availableData, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Stops the process where it stands, or lets it go on.
    func stand(still: Bool) { kill(process.processIdentifier, still ? SIGSTOP : SIGCONT) }

    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
