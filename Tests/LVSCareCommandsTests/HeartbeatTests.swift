import LVSCareSettings
import Testing

@testable import LVSCareCommands

@Suite struct HeartbeatTests {
    static let environments: [([String: String], Duration?)] = [
        ([:], nil), (["WATCHDOG_USEC": "30000000"], .seconds(30)),
        (["WATCHDOG_USEC": "3000001", "WATCHDOG_PID": "42"], .microseconds(3_000_001)),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "43"], nil), (["WATCHDOG_USEC": "0"], nil),
        (["WATCHDOG_USEC": "-1"], nil), (["WATCHDOG_USEC": "30s"], nil),
    ]

    @Test(arguments: environments)
    func `the heartbeat is what the manager asks for`(variables: [String: String], timeout: Duration?) {
        #expect(Heartbeat(Environment(variables), process: 42)?.timeout == timeout)
    }

    @Test func `the heart beats twice in the time that the manager waits`() {
        #expect(Heartbeat(timeout: .seconds(30)).interval == .seconds(15))
    }

    @Test func `the heart beats as long as there are passes`() {
        var heartbeat = Heartbeat(timeout: .seconds(2))
        let start = SuspendingClock.now
        func beats(_ passes: Int, _ second: Int) -> Bool {
            heartbeat.beats(passes: passes, repairInterval: .seconds(3), at: start + .seconds(second))
        }
        for second in 0...20 { #expect(beats(1 + second / 3, second)) }
        // The seventh and last pass was seen after 18 seconds, and the next one is late since the 23rd.
        for second in 21...23 { #expect(beats(7, second)) }
        for second in 24...30 { #expect(!beats(7, second)) }
        #expect(beats(8, 31), "it only seemed dead")
    }

    @Test func `goes on while no pass is due, and leaves the first one its time`() {
        var heartbeat = Heartbeat(timeout: .seconds(2))
        let start = SuspendingClock.now
        func beats(_ repairInterval: Duration?, _ second: Int) -> Bool {
            heartbeat.beats(passes: 0, repairInterval: repairInterval, at: start + .seconds(second))
        }
        for second in 0...20 { #expect(beats(nil, second)) }
        for second in 21...25 { #expect(beats(.seconds(3), second)) }
        #expect(!beats(.seconds(3), 26))
    }
}
