import Foundation
import Logging
import Synchronization
import Testing

@testable import LVSCareCommands

@Suite struct LineLogHandlerTests {
    /// Keeps what is written.
    final class Lines: Sendable {
        private let kept = Mutex<[String]>([])
        var all: [String] { kept.withLock { $0 } }
        func sink(isColoured: Bool = false) -> LogSink {
            LogSink(isColoured: isColoured) { line in self.kept.withLock { $0.append(line) } }
        }
    }

    static let moment = Timestamp(seconds: 1_795_409_580, milliseconds: 7)

    func logger(_ lines: Lines, _ settings: LogSettings = LogSettings(), isColoured: Bool = false) -> Logger {
        Logger(label: "test") { _ in
            LineLogHandler(settings: settings, sink: lines.sink(isColoured: isColoured)) { Self.moment }
        }
    }

    @Test func `an event is written as text`() {
        let lines = Lines()
        var logger = logger(lines)
        logger[metadataKey: "service"] = "10.0.0.1:80"
        logger.notice("real server is healthy", metadata: ["real-server": "[fd00::1]:80", "a b": "c d", "empty": ""])
        #expect(
            lines.all == [
                "2026-11-23T04:53:00.007Z NOTE  real server is healthy a b=\"c d\" empty=\"\" real-server=[fd00::1]:80 service=10.0.0.1:80\n"
            ])
    }

    @Test func `an event stays on one line`() {
        let lines = Lines()
        logger(lines).error("a\nb", metadata: ["k\n": "v\n\u{1b}[31m\"q\"=\\", "list": ["a", "b\n"]])
        #expect(
            lines.all == [
                #"2026-11-23T04:53:00.007Z ERROR a\nb k\n="v\n\u{1b}[31m\"q\"=\\" list="[\"a\", \"b\\n\"]""# + "\n"
            ])
    }

    @Test func `an event is written as JSON`() throws {
        let lines = Lines()
        logger(lines, LogSettings(format: .json)).warning(
            "a \"b\"", metadata: ["list": ["x", "y"], "deep": ["k": "v"]])
        #expect(
            lines.all == [
                #"{"time":"2026-11-23T04:53:00.007Z","level":"warning","message":"a \"b\"","deep":{"k":"v"},"list":["x","y"]}"#
                    + "\n"
            ])
    }

    @Test(arguments: [
        (Logger.Level.trace, "TRACE"), (.debug, "DEBUG"), (.info, "INFO"), (.notice, "NOTE"), (.warning, "WARN"),
        (.error, "ERROR"), (.critical, "CRIT"),
    ])
    func `levels have names`(_ level: Logger.Level, _ name: String) {
        let (plain, coloured) = (Lines(), Lines())
        logger(plain, LogSettings(level: .trace)).log(level: level, "x")
        logger(coloured, LogSettings(level: .trace), isColoured: true).log(level: level, "x")
        let gap = String(repeating: " ", count: 6 - name.count)
        #expect(plain.all == ["2026-11-23T04:53:00.007Z \(name)\(gap)x\n"])
        #expect(coloured.all.first?.contains("m\(name)\u{1b}[0m\(gap)x") == true)
    }

    @Test func `events below the level are dropped`() {
        let lines = Lines()
        logger(lines).debug("x")
        logger(lines, LogSettings(level: .debug)).debug("y")
        #expect(lines.all.count == 1)
    }

    @Test(arguments: [
        (Timestamp(seconds: 0, milliseconds: 0), "1970-01-01T00:00:00.000Z"),
        (Timestamp(seconds: 951_782_399, milliseconds: 999), "2000-02-28T23:59:59.999Z"),
        (Timestamp(seconds: 951_782_400, milliseconds: 42), "2000-02-29T00:00:00.042Z"),
        (Timestamp(seconds: 4_102_444_800, milliseconds: 1), "2100-01-01T00:00:00.001Z"),
    ])
    func `times are written in UTC`(_ time: Timestamp, _ text: String) {
        #expect(time.description == text)
    }
}
