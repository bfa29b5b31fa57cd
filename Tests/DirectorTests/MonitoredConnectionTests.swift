import Director
import DirectorTestKit
import LVSCareModel
import Testing

/// What the end of a monitored connection leads to.
@Suite struct MonitoredConnectionTests {
    private func monitoring(
        _ realServers: [RealServer] = [a, b], interval: Duration = .seconds(3600), timeout: Duration = .seconds(10),
        fall: Int = 1, rise: Int = 1, jitter: Double = 0, watches: Bool = true
    ) -> Specification {
        specification(
            realServers, interval: interval, timeout: timeout, unhealthyInterval: nil, fall: fall, rise: rise,
            jitter: jitter, watches: watches)
    }

    private func world(_ specification: Specification) -> DirectorSimulation {
        let world = DirectorSimulation(specification)
        world.start()
        world.advance(by: .seconds(10))
        return world
    }

    @Test func `a crash is answered at once, whatever the interval`() {
        let world = world(monitoring())
        #expect(world.monitored == [a, b])
        world.crash(b)
        #expect(world.transitions.last?.at == .seconds(10))
        #expect(world.weights == [a: 1, b: 0])
        world.advance(by: .milliseconds(999))
        #expect(world.weights == [a: 1, b: 0])
        world.advance(by: .milliseconds(1))
        #expect(world.weights == [a: 1])
        world.realServers[b] = .answers()
        world.advance(by: .milliseconds(1001))
        #expect(world.weights == [a: 1, b: 1])
        #expect(world.monitored == [a, b])
    }

    @Test func `a crash under a higher threshold is confirmed quickly`() {
        let world = world(monitoring(fall: 3, rise: 2))
        world.crash(b)
        world.advance(by: .seconds(1))
        #expect(world.weights == [a: 1, b: 1])
        world.advance(by: .seconds(1))
        #expect(world.weights == [a: 1, b: 0])
        #expect(world.transitions.last?.transition.consecutive == 3)
        world.realServers[b] = .answers(after: .zero)
        world.advance(by: .seconds(1))
        #expect(world.transitions.last?.transition.to == .unhealthy)
        #expect(world.monitored == [a], "nothing is monitored that is not healthy")
        world.advance(by: .seconds(1))
        #expect(world.weights == [a: 1, b: 1])
        #expect(world.monitored == [a, b])
    }

    @Test func `an end that means nothing replaces the next probe`() {
        let world = world(monitoring([a], interval: .seconds(30)))
        world.endConnections(to: a, .closed)
        world.advance(by: .seconds(100))
        #expect(world.probes(of: a) == [.zero, .seconds(10), .seconds(40), .seconds(70), .seconds(100)])
        #expect(world.transitions.count == 1)
        #expect(world.passes.count { $0.report.changedAnything } == 1)
    }

    /// Interval, what the real server does, and the least part of the time in which it is monitored.
    static let habits: [(Duration, ConnectionHabit, monitored: Double)] = [
        (.seconds(5), .keeps, 0.99), (.seconds(5), .declines, 0),
        (.seconds(5), .closes(after: .zero), 0), (.seconds(5), .closes(after: .milliseconds(300)), 0),
        (.seconds(5), .closes(after: .seconds(5)), 0.01), (.seconds(5), .closes(after: .seconds(8)), 0.95),
        (.seconds(5), .closes(after: .seconds(20)), 0.95), (.seconds(5), .closes(after: .seconds(75)), 0.95),
        (.seconds(5), .closes(after: .seconds(90)), 0.95), (.seconds(1), .closes(after: .seconds(1)), 0.01),
        (.seconds(1), .closes(after: .milliseconds(900)), 0.01), (.seconds(1), .closes(after: .seconds(60)), 0.95),
    ]

    @Test(arguments: habits)
    func `no habit costs more than three in a hundred probes`(
        interval: Duration, habit: ConnectionHabit, monitored: Double
    ) {
        for (seed, jitter) in [(1, 0), (2, 0.1), (3, 0.1)] as [(UInt64, Double)] {
            let world = DirectorSimulation(monitoring([a], interval: interval, jitter: jitter), seed: seed)
            world.habits[a] = habit
            world.start()
            var monitoredSeconds = 0
            for _ in 0..<3600 {
                world.advance(by: .seconds(1))
                monitoredSeconds += world.monitored.count
            }
            let expected = Duration.seconds(3600) / interval
            let load = Double(world.probes(of: a).count) / expected
            #expect((0.97...1.03) ~= load, "seed \(seed), jitter \(jitter)")
            #expect(Double(monitoredSeconds) / 3600 >= monitored, "seed \(seed), jitter \(jitter)")
            #expect(world.transitions.count == 1)
            #expect(world.monitored.count <= 1)
        }
    }

    @Test func `an end during a probe that succeeds is followed by another probe`() {
        let world = world(monitoring([a], interval: .seconds(20)))
        world.realServers[a] = .answers(after: .seconds(2))
        world.advance(by: .seconds(11))
        world.endConnections(to: a, .reset)
        // That probe is answered as by the process that was; now there is another one, or none.
        world.realServers[a] = .fails(after: .zero)
        world.advance(by: .milliseconds(999))
        #expect(world.transitions.count == 1)
        world.advance(by: .milliseconds(1))
        #expect(world.probes(of: a) == [.zero, .seconds(20), .seconds(22)])
        #expect(world.transitions.last?.transition.to == .unhealthy)
    }

    @Test func `an end during a probe that fails is followed by the normal rules`() {
        let world = world(monitoring([a], interval: .seconds(20), fall: 2))
        world.realServers[a] = .fails(after: .seconds(2))
        world.advance(by: .seconds(11))
        world.endConnections(to: a, .reset)
        world.realServers[a] = .answers()
        world.advance(by: .seconds(5))
        #expect(world.probes(of: a).prefix(3) == [.zero, .seconds(20), .seconds(22)])
        #expect(world.transitions.count == 1)
    }

    @Test func `a lost host has a second to connect`() {
        let world = world(monitoring(timeout: .seconds(30)))
        world.realServers[b] = .vanishes
        world.endConnections(to: b, .lost)
        world.advance(by: .milliseconds(999))
        #expect(world.weights == [a: 1, b: 1])
        world.advance(by: .milliseconds(1))
        #expect(world.weights == [a: 1, b: 0])
        // Confirmed by a probe that has all its time.
        world.advance(by: .seconds(30))
        #expect(world.weights == [a: 1])
    }

    @Test func `a probe in flight does not wait for a lost host`() {
        let world = world(monitoring([a, b], interval: .seconds(20), timeout: .seconds(30)))
        world.realServers[b] = .vanishes
        world.advance(by: .seconds(11))
        world.endConnections(to: b, .lost)
        world.advance(by: .seconds(1))
        #expect(world.weights == [a: 1, b: 0])
        #expect(world.overlaps.isEmpty)
    }

    @Test func `a host that is back has the whole time to answer`() {
        let world = world(monitoring([a], timeout: .seconds(10)))
        world.realServers[a] = .answers(after: .seconds(4))
        world.endConnections(to: a, .lost)
        world.advance(by: .seconds(10))
        #expect(world.transitions.count == 1)
        #expect(world.probes(of: a) == [.zero, .seconds(10), .seconds(11)])
        world.realServers[a] = .hangs
        world.advance(by: .seconds(3700))
        #expect(world.transitions.last?.transition.to == .unhealthy)
    }

    @Test func `the end of an unknown connection is ignored`() {
        var director = SoleDirector(specification: monitoring([a]), seed: 1)
        let now = ContinuousClock.now
        _ = director.begin(at: now)
        let kept = ProbeOutcome.healthy(ProbeMeasurement(total: .milliseconds(1), keepsConnection: true))
        _ = director.handle(.probeFinished(a, attempt: 1, kept), at: now)
        #expect(director.handle(.connectionEnded(a, attempt: 2, .closed), at: now) == [])
        #expect(director.handle(.connectionEnded(b, attempt: 1, .closed), at: now) == [])
        #expect(
            director.handle(.connectionEnded(a, attempt: 1, .closed), at: now)
                .contains(.probe(a, attempt: 2, timeout: .seconds(10), keepsConnection: false)))
        #expect(director.handle(.connectionEnded(a, attempt: 1, .closed), at: now) == [])
    }

    @Test func `a connection that comes too late is closed`() {
        var director = SoleDirector(specification: monitoring([a], timeout: .seconds(1)), seed: 1)
        let now = ContinuousClock.now
        _ = director.begin(at: now)
        let kept = ProbeOutcome.healthy(ProbeMeasurement(total: .milliseconds(1), keepsConnection: true))
        _ = director.handle(.wake, at: now + .milliseconds(1101))
        let late = director.handle(.probeFinished(a, attempt: 1, kept), at: now + .milliseconds(1101))
        #expect(late.contains(.closeConnection(a, attempt: 1)))
        #expect(director.desired[a]?.state == .unhealthy)
    }

    @Test func `a real server that fails is no longer monitored`() {
        let world = world(monitoring([a], interval: .seconds(20), fall: 2))
        world.realServers[a] = .fails(.status(503))
        world.advance(by: .milliseconds(10_500))
        #expect(world.monitored == [a])
        world.advance(by: .seconds(1))
        #expect(world.monitored == [])
        #expect(world.events.contains { $0.what == .connectionClosed(a) })
    }

    @Test func `the connection of a real server that must not be monitored is closed`() {
        let world = world(monitoring([a, b, c]))
        world.handle(.specificationChanged(monitoring([a, b])))
        #expect(world.monitored == [a, b])
        world.handle(.specificationChanged(monitoring([a, b], watches: false)))
        #expect(world.monitored == [])
        world.handle(.specificationChanged(monitoring([a, b], interval: .seconds(30))))
        world.advance(by: .seconds(31))
        #expect(world.monitored == [a, b])
    }

    @Test func `plain TCP probes leave no monitored connection`() {
        var specification = monitoring([a])
        specification.healthCheck.probe = .tcp
        #expect(world(specification).monitored == [])
    }
}
