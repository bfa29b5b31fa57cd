import LVSCareModel
import Testing

@testable import Director

@Suite struct PassScheduleTests {
    let start = ContinuousClock.now

    /// A schedule after one pass that took `length` and ended at `start`.
    private func scheduleAfterPass(length: Duration = .zero, failures: Int = 0) -> PassSchedule {
        var schedule = PassSchedule(first: start - length)
        schedule.mustBegin(at: start - length)
        schedule.end(succeeded: failures == 0, at: start, repairInterval: .seconds(1))
        for _ in 1..<max(failures, 1) {
            guard let due = schedule.due else { break }
            schedule.mustBegin(at: due)
            schedule.end(succeeded: false, at: due, repairInterval: .seconds(1))
        }
        return schedule
    }

    @Test func `a success is followed by the repair interval`() {
        #expect(scheduleAfterPass().due == start + .seconds(1))
    }

    /// What happens just after its look at the table waits no longer for the next than for a short pass.
    @Test func `the repair interval counts from the beginning of a pass`() {
        #expect(scheduleAfterPass(length: .milliseconds(300)).due == start + .milliseconds(700))
        #expect(scheduleAfterPass(length: .milliseconds(950)).due == start + .milliseconds(100))
        #expect(scheduleAfterPass(length: .seconds(5)).due == start + .milliseconds(100))
    }

    /// A repair interval and the waits after failures in a row, both in ms.
    static let waits: [(Int, [Int])] = [
        (60_000, [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]),
        (1_000, [100, 200, 400, 800, 1000, 1000]), (10, [10, 10, 10]),
    ]

    @Test(arguments: waits)
    func `waits after failures double up to the repair interval or five seconds`(interval: Int, expected: [Int]) {
        let interval = Duration.milliseconds(interval)
        var schedule = PassSchedule(first: start)
        var now = start
        let waits = (0..<expected.count).compactMap { _ -> Duration? in
            guard schedule.beginIfDue(at: now) else { return nil }
            schedule.end(succeeded: false, at: now, repairInterval: interval)
            guard let due = schedule.due else { return nil }
            defer { now = due }
            return due - now
        }
        #expect(waits == expected.map { Duration.milliseconds($0) })
        schedule.mustBegin(at: now)
        schedule.end(succeeded: true, at: now, repairInterval: interval)
        #expect(schedule.due == now + interval)
    }

    @Test func `decisions cause a pass at once, but leave half of the time`() {
        var quick = scheduleAfterPass()
        quick.request(.decision, at: start)
        #expect(quick.due == start)
        var slow = scheduleAfterPass(length: .milliseconds(80))
        slow.request(.decision, at: start)
        #expect(slow.due == start + .milliseconds(80))
    }

    /// One that took seconds waited for the processor, or for another program's lock.
    @Test(arguments: [PassSchedule.Urgency.decision, .observation])
    func `a pass that took long delays the next by a tenth of a second at most`(urgency: PassSchedule.Urgency) {
        var schedule = scheduleAfterPass(length: .seconds(2))
        schedule.request(urgency, at: start)
        #expect(schedule.due == start + .milliseconds(100))
        var asked = PassSchedule(first: start)
        asked.mustBegin(at: start)
        asked.request(urgency, at: start + .seconds(1))
        asked.end(succeeded: true, at: start + .seconds(30), repairInterval: .seconds(60))
        #expect(asked.due == start + .seconds(30) + .milliseconds(100))
    }

    @Test func `decisions do not defeat the back-off`() {
        var schedule = scheduleAfterPass(failures: 1)
        schedule.request(.decision, at: start)
        #expect(schedule.due == start + .milliseconds(100))
    }

    @Test func `observations are answered twenty times a second at most`() {
        var schedule = scheduleAfterPass()
        schedule.request(.observation, at: start + .milliseconds(1))
        #expect(schedule.due == start + .milliseconds(50))
    }

    @Test func `an observation after a quiet time is answered at once`() {
        var idle = scheduleAfterPass()
        idle.request(.observation, at: start + .milliseconds(51))
        #expect(idle.due == start + .milliseconds(51))
    }

    @Test func `requests during a pass are answered by one more`() {
        var schedule = PassSchedule(first: start)
        schedule.mustBegin(at: start)
        for _ in 0..<5 { schedule.request(.decision, at: start) }
        #expect(schedule.due == nil)
        let beganTwice = schedule.beginIfDue(at: start)
        #expect(!beganTwice)
        schedule.end(succeeded: true, at: start, repairInterval: .seconds(1))
        schedule.mustBegin(at: start)
        schedule.end(succeeded: true, at: start, repairInterval: .seconds(1))
        #expect(schedule.due == start + .seconds(1))
    }

    @Test func `an end without a pass is ignored`() {
        var schedule = PassSchedule(first: start)
        let before = schedule
        schedule.end(succeeded: false, at: start, repairInterval: .seconds(1))
        #expect(schedule == before)
    }
}

extension PassSchedule {
    fileprivate mutating func mustBegin(at now: Instant) {
        let began = beginIfDue(at: now)
        #expect(began)
    }
}
