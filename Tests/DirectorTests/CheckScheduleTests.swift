import Testing

@testable import Director

@Suite struct CheckScheduleTests {
    let start = ContinuousClock.now

    private func schedule(timeout: Duration = .seconds(10)) -> CheckSchedule {
        var schedule = CheckSchedule()
        #expect(schedule.begin(attempt: 7, at: start, timeout: timeout) == start + timeout + CheckSchedule.grace)
        return schedule
    }

    /// When a probe that started at 0 ended, in ms, and when the next starts, at an interval of 5 s.
    @Test(arguments: [(3, 5000), (4999, 5000), (5000, 5000), (7300, 7300), (23_000, 23_000)])
    func nextStartsOneIntervalAfterTheStartOrAtOnce(ended: Int, next: Int) {
        var schedule = schedule()
        var generator = SplitMix64(seed: 0)
        let due = schedule.end(
            at: start + .milliseconds(ended), interval: .seconds(5), jitter: 0, using: &generator)
        #expect(due == start + .milliseconds(next))
        #expect(schedule.phase == .waiting)
    }

    @Test func resultCountsUpToTheVeryDeadline() {
        let schedule = schedule(timeout: .seconds(1))
        let deadline = start + .milliseconds(1100)
        #expect(schedule.judge(attempt: 7, at: deadline) == .inTime)
        #expect(schedule.judge(attempt: 7, at: deadline + .nanoseconds(1)) == .late)
    }

    @Test func resultOfAnotherAttemptIsStale() {
        #expect(schedule().judge(attempt: 6, at: start) == .stale)
        #expect(CheckSchedule().judge(attempt: 1, at: start) == .stale)
    }

    @Test func jitterStaysWithinItsFractionAndUsesIt() {
        var generator = SplitMix64(seed: 3)
        let waits = (0..<1000).map { _ in
            var schedule = schedule()
            return schedule.end(at: start, interval: .seconds(10), jitter: 0.2, using: &generator) - start
        }
        #expect(waits.allSatisfy { (.seconds(8))...(.seconds(12)) ~= $0 })
        #expect(waits.contains { $0 < .seconds(8.5) })
        #expect(waits.contains { $0 > .seconds(11.5) })
    }
}
