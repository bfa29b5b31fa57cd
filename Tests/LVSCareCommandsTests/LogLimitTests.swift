import Addressing
import LVSCare
import LVSCareModel
import Logging
import Testing

@testable import LVSCareCommands

/// However often something happens, and whatever it is called: the log stays short.
@Suite struct LogLimitTests {
    private let start = ContinuousClock.now

    @Test func `equal events pass once in each period`() {
        var limit = RateLimit<String>(period: .seconds(60))
        #expect(limit.admit("a", at: start) == 0)
        #expect(limit.admit("a", at: start + .seconds(59)) == nil)
        #expect(limit.admit("b", at: start + .seconds(59)) == 0)
        #expect(limit.admit("a", at: start + .seconds(60)) == 1)
    }

    @Test func `what does not come again is forgotten`() {
        var limit = RateLimit<Int>(period: .seconds(60))
        for number in 0..<100_000 { _ = limit.admit(number, at: start + .milliseconds(number)) }
        #expect(limit.count <= 1000)
        _ = limit.admit(-1, at: start + .seconds(3600))
        #expect(limit.count == 1)
    }

    @Test func `what a thousand services have in common is one line`() {
        let lines = LineLogHandlerTests.Lines()
        let logger = Logger(label: "test") { _ in
            LineLogHandler(settings: LogSettings(level: .info), sink: lines.sink()) { LineLogHandlerTests.moment }
        }
        var log = EventLog(logger, of: [], toldBy: .file)
        var shared = KernelFailure(operation: "replace", object: "table ip lvscare-bit-0", code: 1)
        shared.isShared = true
        let own = KernelFailure(operation: "add", object: "link lvscare", code: 1)
        let services = (1...1000).map {
            VirtualService(Endpoint(address: .ipv4(10, 0, 0, 1), port: UInt16($0)))
        }
        for service in services { log.write(BalancerEvent(.failed(shared), of: service), at: start) }
        #expect(lines.all.count == 1)
        #expect(lines.all.first?.contains("service=") == false)
        for service in services.prefix(3) { log.write(BalancerEvent(.failed(own), of: service), at: start) }
        #expect(lines.all.count == 4)
        #expect(lines.all.last?.contains("service=10.0.0.1:3") == true)
    }

    @Test func `a real server has so many lines a minute`() {
        let lines = LineLogHandlerTests.Lines()
        var log = ServiceLog(
            Logger(label: "test") { _ in
                LineLogHandler(settings: LogSettings(level: .info), sink: lines.sink()) { LineLogHandlerTests.moment }
            })
        let servers = [1, 2].map { RealServer(Endpoint(address: .ipv4(127, 0, 0, $0), port: 80)) }
        for number in 0..<2000 {
            log.write(
                .transition(
                    HealthTransition(
                        realServer: servers[0], from: .unhealthy, to: .healthy,
                        outcome: .healthy(ProbeMeasurement(total: .zero)), consecutive: 1)),
                at: start + .milliseconds(number * 10))
        }
        #expect(lines.all.count == 31)
        #expect(lines.all.last?.contains("changes too often") == true)
        // Others have lines of their own, and there are new ones in the next minute.
        for (server, time) in [(servers[1], Duration.seconds(20)), (servers[0], .seconds(61))] {
            log.write(.changed(.init(.remove(server), cause: .undeclared)), at: start + time)
        }
        #expect(lines.all.count == 33)
    }

    @Test func `a value is cut`() {
        let line = LogLine(
            time: LineLogHandlerTests.moment, level: .notice, message: "x",
            values: ["detail": "\(String(repeating: "a\u{301}", count: 100_000))"])
        #expect(line.text(isColoured: false).utf8.count < 5000)
        #expect(line.json.compact.utf8.count < 5000)
    }
}
