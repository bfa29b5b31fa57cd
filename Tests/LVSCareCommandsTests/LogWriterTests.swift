import Epoll
import Foundation
import Glibc
import Synchronization
import Testing

@testable import LVSCareCommands

/// A log that nobody reads, or that is read late.
@Suite(.timeLimit(.minutes(1))) struct LogWriterTests {
    /// Two connected descriptors, the second for the log.
    final class Line: Sendable {
        let (reading, writing): (Int32, Int32)
        /// Whether the reading end is closed.
        private let isClosed = Mutex(false)

        init(socket isSocket: Bool) throws {
            var ends: [Int32] = [-1, -1]
            let result = isSocket ? socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) : pipe(&ends)
            guard result == 0 else { throw POSIXError(.EMFILE) }
            (reading, writing) = (ends[0], ends[1])
        }

        deinit {
            closeReading()
            close(writing)
        }

        func closeReading() {
            isClosed.withLock { isClosed in
                if !isClosed { close(reading) }
                isClosed = true
            }
        }

        /// Fills it until it takes no more.
        func fill() {
            let flags = fcntl(writing, F_GETFL)
            _ = fcntl(writing, F_SETFL, flags | O_NONBLOCK)
            let octets = [UInt8](repeating: UInt8(ascii: "#"), count: 4096)
            while write(writing, octets, octets.count) > 0 {}
            while write(writing, octets, 1) > 0 {}
            _ = fcntl(writing, F_SETFL, flags)
        }

        /// What arrives until there was `end`, without what `fill` wrote.
        func read(until end: String) -> String { read { $0.hasSuffix(end) } }

        /// The same until it was said how many lines were dropped.
        func readDropped() -> String { read { $0.suffix(20).contains("dropped") && $0.hasSuffix("\n") } }

        private func read(until isComplete: (String) -> Bool) -> String {
            var text = ""
            var octets = [UInt8](repeating: 0, count: 65_536)
            while !isComplete(text) {
                let count = Glibc.read(reading, &octets, octets.count)
                guard count > 0 else { return text }
                text += String(decoding: octets[..<count], as: UTF8.self).drop { $0 == "#" }
            }
            return text
        }
    }

    private func writer(to descriptor: Int32) -> LogWriter {
        LogWriter(to: LogTarget(descriptor)) { "dropped \($0)\n" }
    }

    @Test(arguments: [false, true]) func `writes at once where somebody reads`(isSocket: Bool) throws {
        let line = try Line(socket: isSocket)
        let writer = writer(to: line.writing)
        for number in 0..<100 { writer.write("line \(number)\n") }
        #expect(line.read(until: "line 99\n") == (0..<100).map { "line \($0)\n" }.joined())
    }

    @Test(arguments: [false, true])
    func `a full line holds nobody up, and what was dropped is said when it is read again`(isSocket: Bool) throws {
        let line = try Line(socket: isSocket)
        line.fill()
        let writer = writer(to: line.writing)
        let text = String(repeating: "x", count: 1000)
        for number in 0..<1000 { writer.write("\(number) \(text)\n") }
        #expect(fcntl(line.writing, F_GETFL) & O_NONBLOCK == 0, "the flags are others', too")

        let loop = try EpollLoop()
        writer.retry(on: loop)
        let reader = Thread.inBackground { line.readDropped() }
        // The loop turns all the while; it ends when all is read.
        func look() {
            if reader.isDone { loop.stop() } else { loop.schedule(at: .now + .milliseconds(10)) { look() } }
        }
        look()
        loop.run()
        let lines = reader.value.split(separator: "\n")
        let kept = lines.dropLast()
        #expect(lines.last?.hasPrefix("dropped ") == true)
        #expect(kept.enumerated().allSatisfy { $0.element == "\($0.offset) \(text)" }, "in order, none torn")
        #expect("dropped \(1000 - kept.count)" == lines.last ?? "")
    }

    @Test(arguments: [false, true]) func `the end does not wait for a reader that reads nothing`(isSocket: Bool) throws
    {
        let line = try Line(socket: isSocket)
        line.fill()
        let writer = writer(to: line.writing)
        writer.write("a\n")
        writer.finish()
        writer.write("b\n")
        // Whoever reads again finds what was not lost.
        let reader = Thread.inBackground { line.read(until: "b\n") }
        while !reader.isDone { writer.finish() }
        #expect(reader.value == "a\nb\n")
    }

    @Test(arguments: [false, true]) func `a reader that has gone is none of our business`(isSocket: Bool) throws {
        signal(SIGPIPE, SIG_IGN)
        let line = try Line(socket: isSocket)
        let writer = writer(to: line.writing)
        line.closeReading()
        for _ in 0..<10 { writer.write("x\n") }
        writer.finish()
    }

    @Test func `a file is written in order, by a thread`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)").path
        let file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        defer {
            close(file)
            unlink(path)
        }
        let target = LogTarget(file)
        #expect(target.kind == .mayBlock)
        let writer = LogWriter(to: target) { "dropped \($0)\n" }
        for number in 0..<1000 { writer.write("line \(number)\n") }
        writer.finish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == (0..<1000).map { "line \($0)\n" }.joined())
    }

    @Test func `a terminal that was stopped holds nobody up`() throws {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(master) }
        var (locked, number): (Int32, UInt32) = (0, 0)
        // TIOCSPTLCK, TIOCGPTN (asm-generic/ioctls.h).
        try #require(ioctl(master, 0x4004_5431, &locked) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
        let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        defer { close(terminal) }
        try #require(terminal >= 0 && tcflow(terminal, Int32(TCOOFF)) == 0)
        let writer = writer(to: terminal)
        for _ in 0..<1000 { writer.write(String(repeating: "x", count: 500) + "\n") }
        writer.finish()
        #expect(tcflow(terminal, Int32(TCOON)) == 0)
    }

    /// Whatever keeps it from starting here: no IPVS, no privilege, or no such scheduler.
    @Test func `a daemon that cannot start ends although nobody reads why`() throws {
        let line = try Line(socket: false)
        line.fill()
        let process = Process()
        process.executableURL = Executable.url
        process.arguments = [
            "care", "--vs", "10.200.1.1:80", "--rs", "127.0.0.1:9", "--scheduler", "nosuch", "--mode", "",
        ]
        process.environment = [:]
        process.standardError = FileHandle(fileDescriptor: line.writing, closeOnDealloc: false)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let deadline = ContinuousClock.now + .seconds(30)
        while process.isRunning, ContinuousClock.now < deadline { usleep(20_000) }
        let hasEnded = !process.isRunning
        #expect(hasEnded)
        if !hasEnded { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        if hasEnded { #expect(process.terminationStatus != 0) }
    }

    @Test func `work that blocks is done elsewhere, and its result comes back to the loop`() throws {
        let loop = try EpollLoop()
        let gate = DispatchSemaphore(value: 0)
        let found = Mutex<Bool?>(nil)
        // Only the loop opens the gate.
        loop.runElsewhere({ gate.wait(timeout: .now() + 30) == .success }) { [mailbox = loop.mailbox] _, isOpen in
            found.withLock { $0 = isOpen }
            mailbox.send { $0.stop() }
        }
        loop.schedule(at: .now + .milliseconds(1)) { gate.signal() }
        loop.run()
        #expect(found.withLock { $0 } == true)
    }
}

/// Something that another thread finds out.
private final class Background<Value: Sendable>: Sendable {
    private let found = Mutex<Value?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () -> Value) {
        Thread.detachNewThread {
            let value = body()
            self.found.withLock { $0 = value }
            self.done.signal()
        }
    }

    var isDone: Bool { found.withLock { $0 != nil } }

    var value: Value {
        done.wait()
        done.signal()
        guard let value = found.withLock({ $0 }) else { preconditionFailure("it is done") }
        return value
    }
}

extension Thread {
    fileprivate static func inBackground<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Background<Value>
    {
        Background(body)
    }
}
