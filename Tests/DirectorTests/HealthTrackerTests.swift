import Director
import LVSCareModel
import Testing

@Suite struct HealthTrackerTests {
    /// `+` and `-` are outcomes; the expectation has one letter for the verdict after each: Healthy or Unhealthy.
    static let courses: [(fall: Int, rise: Int, outcomes: String, verdicts: String)] = [
        (1, 1, "+-+-", "HUHU"),
        (3, 2, "+", "H"),
        (3, 2, "-", "U"),
        (3, 2, "+---", "HHHU"),
        (3, 2, "+--+--+---", "HHHHHHHHHU"),
        (3, 2, "-++", "UUH"),
        (3, 2, "-+-+-++", "UUUUUUH"),
        (3, 2, "--+++--+---", "UUUHHHHHHHU"),
        (1, 3, "-++-+++-", "UUUUUUHU"),
    ]

    @Test(arguments: courses)
    func `the verdict follows the thresholds`(fall: Int, rise: Int, outcomes: String, verdicts: String) {
        var tracker = HealthTracker()
        let check = HealthCheck(fall: fall, rise: rise)
        var states = ""
        for outcome in outcomes {
            let before = tracker.health.state
            let transition = tracker.record(outcome == "+" ? answered : refused, by: check)
            #expect((transition != nil) == (tracker.health.state != before))
            states += tracker.health.state == .healthy ? "H" : "U"
        }
        #expect(states == verdicts)
    }

    @Test func `a transition has the deciding outcome and its count`() {
        var tracker = HealthTracker()
        let check = HealthCheck(fall: 2, rise: 1)
        #expect(
            tracker.record(answered, by: check)
                == VerdictChange(from: .unknown, to: .healthy, outcome: answered, consecutive: 1))
        #expect(tracker.record(refused, by: check) == nil)
        #expect(
            tracker.record(refused, by: check)
                == VerdictChange(from: .healthy, to: .unhealthy, outcome: refused, consecutive: 2))
    }

    @Test func `the count of failed checks has only those that leave it unhealthy, and never falls`() {
        var tracker = HealthTracker()
        let check = HealthCheck(fall: 2, rise: 2)
        let counts = "+--+-++-+--".map { outcome in
            _ = tracker.record(outcome == "+" ? answered : refused, by: check)
            return tracker.health.failedChecks
        }
        #expect(counts == [0, 0, 1, 1, 2, 2, 2, 2, 2, 2, 3])
        #expect(tracker.health.failure == failure(.refused))
    }

    /// A failure, and whether a quick check that ends with it counts towards removal.
    static let quick: [(ProbeFailure.Reason, Bool)] = [
        (.refused, true), (.unreachable, true), (.connectTimeout, true), (.status(503), false),
        (.responseTimeout, false), (.tlsTimeout, false), (.reset, false), (.tls, false),
        (.certificate(.expired), false),
        (.local, false), (.protocolError, false), (.notServing, false),
    ]

    @Test(arguments: quick)
    func `quick checks count towards removal only where connections are dead`(reason: ProbeFailure.Reason, counts: Bool)
    {
        var tracker = HealthTracker()
        let check = HealthCheck(fall: 2)
        let failed = ProbeOutcome.unhealthy(failure(reason))
        _ = tracker.record(answered, by: check)
        _ = tracker.record(failed, by: check)
        _ = tracker.record(failed, by: check, isRegular: false)
        #expect(tracker.health.state == .unhealthy, "quick checks count for the verdict")
        #expect(tracker.health.failedChecks == 1, "and whichever decides is the first")
        _ = tracker.record(failed, by: check, isRegular: false)
        #expect(tracker.health.failedChecks == (counts ? 2 : 1))
        _ = tracker.record(failed, by: check)
        #expect(tracker.health.failedChecks == (counts ? 3 : 2))
    }
}
