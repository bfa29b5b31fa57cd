import Addressing
import Foundation
import LVSCareSystem
import Testing

@testable import LVSCareCommands

/// `lvscare check` while somebody stops it (SIGSTOP, a debugger, a frozen container).
@Suite struct StoppedProgramTests {
    /// Its answer comes in time, and nobody is there to take it before the time is up.
    @Test(arguments: 1...3)
    func `finds a real server healthy that answered while the program was stopped`(round: Int) throws {
        let server = try HeldServer()
        let process = try start(server, timeout: "400ms")
        #expect(server.awaitRequest())
        try stop(process)
        server.answer()
        // Beyond the timeout.
        usleep(700_000)
        #expect(kill(process.processIdentifier, SIGCONT) == 0)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test func `asks a real server again that did not wait for the stopped program`() throws {
        let server = try HeldServer()
        let process = try start(server, timeout: "20s")
        #expect(server.awaitRequest())
        try stop(process)
        server.hangUp()
        usleep(1_300_000)
        kill(process.processIdentifier, SIGCONT)
        #expect(server.awaitRequest())
        server.answer()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// Stops it, and returns when it stands still: a busy machine takes its time, and what happens until then happens to a
    /// program that runs.
    private func stop(_ process: Process) throws {
        let pid = process.processIdentifier
        #expect(kill(pid, SIGSTOP) == 0)
        let deadline = ContinuousClock.now + .seconds(60)
        var isStopped = false
        while !isStopped {
            try #require(ContinuousClock.now < deadline)
            // "PID (NAME) STATE …", T for stopped
            isStopped = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8).contains(") T ")
        }
    }

    private func start(_ server: HeldServer, timeout: String) throws -> Process {
        let process = Process()
        process.executableURL = Executable.url
        process.arguments = [
            "check", "--health-schem", "http", "--health-timeout", timeout, "--rs", server.place,
        ]
        process.environment = [:]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    @Test func `still finds out who never answers`() throws {
        let server = try HeldServer()
        let process = try start(server, timeout: "400ms")
        #expect(server.awaitRequest())
        try stop(process)
        usleep(700_000)
        kill(process.processIdentifier, SIGCONT)
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
    }
}

/// A server for one request at a time, which it answers when it is told to.
private final class HeldServer {
    let place: String
    private let listener: Int32
    private var connection: Int32 = -1

    init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        _ = SocketAddress(.loopback(.ipv4), port: 0).bind(listener)
        guard listen(listener, 4) == 0, let endpoint = SocketAddress(of: listener)?.endpoint else {
            throw POSIXError(.EADDRNOTAVAIL)
        }
        // A program that never asks must not hold up the test for ever.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        place = "\(endpoint)"
    }

    deinit {
        close(listener)
        if connection >= 0 { close(connection) }
    }

    /// Ends the connection without an answer.
    func hangUp() {
        close(connection)
        connection = -1
    }

    /// Waits for the request.
    func awaitRequest() -> Bool {
        connection = accept(listener, nil, nil)
        var request = [UInt8](repeating: 0, count: 4096)
        return connection >= 0 && recv(connection, &request, request.count, 0) > 0
    }

    func answer() {
        let octets = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
        send(connection, octets, octets.count, Int32(MSG_NOSIGNAL))
        shutdown(connection, Int32(SHUT_WR))
    }
}
