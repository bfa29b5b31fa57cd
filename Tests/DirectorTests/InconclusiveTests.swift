import DirectorTestKit
import LVSCareModel
import Testing

@testable import Director

/// What this node could not ask says nothing about a real server.
@Suite struct InconclusiveTests {
    private func local(_ code: Int32 = 0) -> ProbeOutcome {
        ProbeOutcome(ProbeFailure(reason: .local, phase: .connect, elapsed: .zero, detail: "no", code: code))
    }

    @Test func `is inconclusive for a local reason and for no other`() {
        #expect(local() == .inconclusive(ProbeFailure(reason: .local, phase: .connect, elapsed: .zero, detail: "no")))
        for reason: ProbeFailure.Reason in [.refused, .unreachable, .connectTimeout, .tls, .reset, .status(500)] {
            #expect(ProbeOutcome(failure(reason)) == .unhealthy(failure(reason)))
        }
    }

    @Test func `keeps verdict and counts`() {
        let check = HealthCheck(fall: 3, rise: 2)
        var tracker = HealthTracker()
        #expect(tracker.record(local(), by: check) == nil)
        #expect(tracker.health == Health())
        #expect(tracker.record(answered, by: check)?.to == .healthy)
        #expect(tracker.record(refused, by: check) == nil)
        #expect(tracker.record(local(), by: check) == nil)
        #expect(tracker.record(refused, by: check) == nil)
        let before = tracker
        #expect(tracker.record(local(), by: check) == nil)
        #expect(tracker == before)
        #expect(tracker.record(refused, by: check)?.consecutive == 3)
        #expect(tracker.record(answered, by: check) == nil)
        #expect(tracker.record(local(), by: check) == nil)
        #expect(tracker.record(answered, by: check)?.to == .healthy)
    }

    @Test func `leaves the table alone and asks again after the unhealthy interval`() {
        let world = DirectorSimulation(
            specification([a, b, c], unhealthyInterval: .seconds(1)),
            table: {
                let table = InMemoryDataPlane()
                table.services[vip] = observed([a: 1, b: 0, c: 1])
                return table
            }())
        for realServer in [a, b, c] { world.realServers[realServer] = .fails(.local) }
        world.start()
        world.advance(by: .seconds(60))
        #expect(world.weights == [a: 1, b: 0, c: 1])
        #expect(world.transitions.isEmpty && world.outages.isEmpty)
        #expect(world.probes(of: a).count == 61)
        // Who is really down is found as soon as it can be asked.
        world.realServers = [a: .fails(), b: .answers(), c: .answers()]
        world.advance(by: .seconds(10))
        #expect(world.weights == [b: 1, c: 1])
    }

    @Test func `does not count as the check that removes`() {
        let world = DirectorSimulation(specification([a, b], interval: .seconds(1)))
        world.start()
        world.realServers[a] = .fails(.status(503))
        world.advance(by: .milliseconds(1500))
        #expect(world.weights == [a: 0, b: 1])
        world.realServers[a] = .fails(.local)
        world.advance(by: .seconds(30))
        #expect(world.weights == [a: 0, b: 1])
    }

    /// EMFILE and ENFILE: what is only monitored makes room for what has to be asked.
    @Test(arguments: [23, 24] as [Int32])
    func `gives up monitored connections rather than probes where descriptors are short`(code: Int32) {
        var director = SoleDirector(
            specification: specification([a, b], watches: true), seed: 1)
        let start = ContinuousClock.now
        _ = director.begin(at: start)
        let kept = ProbeOutcome.healthy(ProbeMeasurement(total: .zero, status: 200, keepsConnection: true))
        _ = director.handle(.probeFinished(a, attempt: 1, kept), at: start)
        _ = director.handle(.probeFinished(b, attempt: 2, kept), at: start)
        _ = director.handle(.wake, at: start + .seconds(5))
        let first = director.handle(.probeFinished(a, attempt: 3, local(code)), at: start + .seconds(5))
        #expect(first.contains(.closeConnection(a, attempt: 1)))
        #expect(first.contains { if case .probe(a, attempt: 5, _, _) = $0 { true } else { false } }, "\(first)")
        let second = director.handle(.probeFinished(a, attempt: 5, local(code)), at: start + .seconds(5))
        #expect(second.contains(.closeConnection(b, attempt: 2)))
        // Nothing is left to give up: the next one waits.
        let third = director.handle(.probeFinished(a, attempt: 6, local(code)), at: start + .seconds(5))
        #expect(!third.contains { if case .probe = $0 { true } else { false } }, "\(third)")
        #expect(director.desired[a]?.state == .healthy)
    }
}
