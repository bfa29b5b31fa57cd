import LVSCareModel
import Testing

@testable import Director

@Suite struct ConnectionMonitorTests {
    let start = ContinuousClock.now
    let interval = Duration.seconds(5)

    /// How many probes in a row leave no connection behind from `now` on.
    private func skips(_ monitor: inout ConnectionMonitor, at now: ContinuousClock.Instant) -> Int {
        var count = 0
        while !monitor.wantsConnection(at: now, interval: interval) { count += 1 }
        return count
    }

    @Test func `the first probe leaves its connection and the others do not`() {
        var monitor = ConnectionMonitor()
        #expect(skips(&monitor, at: start) == 0)
        monitor.open(attempt: 7, at: start)
        #expect(monitor.connection == ConnectionMonitor.Connection(attempt: 7, since: start))
        let wishes = (1...1000).map { monitor.wantsConnection(at: start + interval * $0, interval: interval) }
        #expect(!wishes.contains(true))
    }

    @Test func `a connection that ends soon is tried ever more seldom`() {
        var monitor = ConnectionMonitor()
        var waits: [Int] = []
        for number in 1...9 {
            monitor.open(attempt: number, at: start)
            monitor.end(at: start + .seconds(1))
            #expect(monitor.connection == nil)
            waits.append(skips(&monitor, at: start + .seconds(5)))
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 64, 64])
    }

    @Test func `a connection that is declined is tried ever more seldom`() {
        var monitor = ConnectionMonitor()
        let waits = (1...8).map { _ in
            monitor.decline()
            return skips(&monitor, at: start)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 64])
    }

    @Test func `the back-off starts over after 64 monitored probes`() {
        for (probes, wait) in [(63, 8), (64, 1)] {
            var monitor = ConnectionMonitor()
            for _ in 0..<3 {
                monitor.decline()
                _ = skips(&monitor, at: start)
            }
            monitor.open(attempt: 1, at: start)
            for number in 1...probes { _ = monitor.wantsConnection(at: start + interval * number, interval: interval) }
            monitor.end(at: start + interval * probes)
            #expect(skips(&monitor, at: start + interval * probes) == wait)
        }
    }

    @Test func `a connection that would end before the next probe is renewed`() {
        var monitor = ConnectionMonitor()
        monitor.open(attempt: 1, at: start)
        monitor.end(at: start + .seconds(90))
        #expect(skips(&monitor, at: start + .seconds(90)) == 1)
        monitor.open(attempt: 2, at: start)
        let wishes = (1...18).filter { monitor.wantsConnection(at: start + interval * $0, interval: interval) }
        #expect(wishes.first == 17, "at 85 s: the probe at 90 s might be too late")
    }

    @Test func `a connection that has outlasted the limit is not renewed`() {
        var monitor = ConnectionMonitor()
        monitor.open(attempt: 1, at: start)
        monitor.end(at: start + .seconds(3))
        #expect(skips(&monitor, at: start) == 1)
        monitor.open(attempt: 2, at: start)
        let wishes = (1...100).filter { monitor.wantsConnection(at: start + interval * $0, interval: interval) }
        #expect(wishes == [])
    }

    @Test func `a connection that this node closes teaches nothing`() {
        var monitor = ConnectionMonitor()
        monitor.open(attempt: 1, at: start)
        monitor.close()
        #expect(skips(&monitor, at: start + .seconds(1)) == 0)
    }
}
