import LVSCareModel
import Testing

@testable import Director

@Suite struct CheckScheduleTests {
    let start = ContinuousClock.now

    private func schedule(_ check: HealthCheck = HealthCheck(jitter: 0)) -> CheckSchedule {
        var schedule = CheckSchedule()
        schedule.begin(attempt: 7, at: start, by: check)
        return schedule
    }

    /// When a probe that started at 0 ended well, in ms, and when the next starts, at an interval of 5 s.
    @Test(arguments: [(3, 5000), (4999, 5000), (5000, 5000), (7300, 7300), (23_000, 23_000)])
    func `the next probe starts one interval after the start of the last, or at once`(ended: Int, next: Int) {
        var schedule = schedule()
        var generator = SplitMix64(seed: 0)
        let due = schedule.end(
            at: start + .milliseconds(ended), isSteady: true, by: HealthCheck(jitter: 0), using: &generator)
        #expect(due == start + .milliseconds(next))
        #expect(schedule.phase == .waiting)
    }

    /// Interval, unhealthy interval, and when probes start that fail at once, in ms; a star marks the regular ones.
    static let paces: [(interval: Int, unhealthy: Int?, starts: String)] = [
        (5000, nil, "0* 1000 2000 3000 4000 5000* 6000 7000"),
        (1000, nil, "0* 1000* 2000*"), (300, nil, "0* 300* 600*"), (5000, 60_000, "0* 5000* 10000*"),
        (5000, 3000, "0* 3000 5000* 8000 10000*"), (60_000, 20_000, "0* 20000 40000 60000* 80000"),
        (2500, nil, "0* 1000 2000 2500* 3500 4500 5000*"),
    ]

    @Test(arguments: paces)
    func `the next probe comes soon after a failure, and regular ones keep their pace`(
        interval: Int, unhealthy: Int?, starts: String
    ) {
        let check = HealthCheck(
            interval: .milliseconds(interval), unhealthyInterval: unhealthy.map { .milliseconds($0) }, jitter: 0)
        var schedule = CheckSchedule()
        var generator = SplitMix64(seed: 0)
        var now = start
        let expected = starts.split(separator: " ").map(String.init)
        for text in expected {
            schedule.begin(attempt: 1, at: now, by: check)
            let at = Int(((now - start) / .milliseconds(1)).rounded())
            #expect("\(at)\(schedule.run?.isRegular == true ? "*" : "")" == text)
            now = schedule.end(at: now, isSteady: false, by: check, using: &generator)
        }
    }

    @Test func `a prompted or steady probe stands for the regular one`() {
        let check = HealthCheck(jitter: 0)
        var generator = SplitMix64(seed: 0)
        var schedule = schedule(check)
        _ = schedule.end(at: start, isSteady: true, by: check, using: &generator)
        let prompt = start + .seconds(2)
        schedule.begin(attempt: 8, at: prompt, isPrompted: true, by: check)
        #expect(schedule.run?.isRegular == true)
        let quick = schedule.end(at: prompt, isSteady: false, by: check, using: &generator)
        #expect(quick == prompt + .seconds(1))
        schedule.begin(attempt: 9, at: quick, by: check)
        #expect(schedule.run?.isRegular == false)
        #expect(schedule.end(at: quick, isSteady: true, by: check, using: &generator) == quick + .seconds(5))
    }

    /// Whether checks are steady, and the wait without jitter in s.
    @Test(arguments: [(true, 10.0), (false, 4.0)])
    func `jitter stays within its fraction and uses all of it`(isSteady: Bool, wait: Double) {
        let check = HealthCheck(interval: .seconds(10), unhealthyInterval: .seconds(4), jitter: 0.2)
        var generator = SplitMix64(seed: 3)
        let waits = (0..<1000).map { _ in
            var schedule = schedule(check)
            return schedule.end(at: start, isSteady: isSteady, by: check, using: &generator) - start
        }
        #expect(waits.allSatisfy { (.seconds(wait * 0.8))...(.seconds(wait * 1.2)) ~= $0 })
        #expect(waits.contains { $0 < .seconds(wait * 0.85) })
        #expect(waits.contains { $0 > .seconds(wait * 1.15) })
    }

    /// Jitter must neither make a quick check of a regular one nor let two follow each other closely.
    @Test(arguments: [500, 1000, 5000])
    func `jitter adds no checks`(interval: Int) {
        let check = HealthCheck(interval: .milliseconds(interval), jitter: 0.3)
        var generator = SplitMix64(seed: 4)
        var schedule = CheckSchedule()
        var now = start
        var regular = 0
        var all = 0
        while now < start + .seconds(1000) {
            schedule.begin(attempt: 1, at: now, by: check)
            all += 1
            if schedule.run?.isRegular == true { regular += 1 }
            now = schedule.end(at: now, isSteady: false, by: check, using: &generator)
        }
        let expected = 1_000_000 / interval
        #expect(Double(regular) / Double(expected) < 1.35)
        #expect(Double(regular) / Double(expected) > 0.75)
        #expect(Double(all) < 1_000_000.0 / Double(min(interval, 1000)) * 1.15)
    }
}
