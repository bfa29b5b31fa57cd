import Director
import DirectorTestKit
import LVSCareModel
import Testing

/// What checks between the regular ones do, and what they leave alone.
@Suite struct QuickCheckTests {
    private func story(
        _ script: ScriptedRealServer, interval: Duration = .seconds(60), jitter: Double = 0
    ) -> (
        quiesced: Duration?, removed: Duration?
    ) {
        let world = DirectorSimulation(
            specification([a, b], interval: interval, timeout: .seconds(3), unhealthyInterval: nil, jitter: jitter))
        world.start()
        world.advance(by: .seconds(1))
        world.realServers[b] = script
        world.advance(by: interval * 3)
        func instant(_ change: TableChange) -> Duration? {
            world.changes.first { $0.planned.change == change }?.at
        }
        return (instant(.setWeight(b, weight: 0)), instant(.remove(b)))
    }

    /// One whose connections are dead, with the time from quiescence to removal.
    static let dead: [(ScriptedRealServer, Duration)] = [
        (.fails(.refused), .seconds(1)), (.fails(.unreachable), .seconds(1)), (.vanishes, .seconds(3)),
    ]

    @Test(arguments: dead)
    func `a real server with dead connections is removed when a quick check confirms it`(
        script: ScriptedRealServer, wait: Duration
    ) throws {
        let (quiesced, removed) = story(script)
        #expect(try #require(removed) - #require(quiesced) == wait)
    }

    @Test(
        arguments: [
            .fails(.status(503)), .fails(.reset), .fails(.certificate(.expired)), .fails(.notServing), .hangs,
            .answers(after: .seconds(4)),
        ] as [ScriptedRealServer])
    func `a real server that takes connections stays quiesced until the next regular check`(
        script: ScriptedRealServer
    ) throws {
        let (quiesced, removed) = story(script)
        let took = try #require(quiesced) - .seconds(60)
        // Regular checks start at 60 s and 120 s, or as soon as the quick one before has ended.
        #expect(try .seconds(120)...(.seconds(123) + took) ~= #require(removed))
        let (_, jittered) = story(script, jitter: 0.3)
        #expect(try #require(jittered) > .seconds(84))
    }

    @Test func `a real server that refuses in the end is removed then`() {
        let world = DirectorSimulation(specification([a, b], interval: .seconds(60), unhealthyInterval: nil))
        world.realServers[b] = .fails(.status(503))
        world.start()
        world.advance(by: .seconds(50))
        #expect(world.weights == [a: 1, b: 0])
        world.realServers[b] = .fails(.refused)
        world.advance(by: .milliseconds(1001))
        #expect(world.weights == [a: 1])
    }

    @Test func `recovery does not wait for the interval`() {
        let world = DirectorSimulation(
            specification([a], interval: .seconds(3600), unhealthyInterval: .seconds(2), rise: 3))
        world.realServers[a] = .fails(.status(503))
        world.start()
        world.advance(by: .seconds(1))
        #expect(world.weights == [a: 0])
        world.realServers[a] = .answers()
        world.advance(by: .milliseconds(5001))
        #expect(world.probes(of: a) == [.zero, .seconds(2), .seconds(4), .seconds(6)])
        #expect(world.weights == [a: 1])
        world.advance(by: .seconds(3000))
        #expect(world.probes(of: a).count == 4)
    }

    @Test func `a shorter unhealthy interval counts from now on`() {
        let world = DirectorSimulation(specification([a, b], interval: .seconds(60)))
        world.realServers[a] = .fails(.status(503))
        world.start()
        world.advance(by: .seconds(10))
        world.handle(
            .specificationChanged(specification([a, b], interval: .seconds(60), unhealthyInterval: .seconds(2))))
        world.advance(by: .seconds(3))
        #expect(world.probes(of: a) == [.zero, .seconds(12)])
        #expect(world.probes(of: b) == [.zero])
    }
}

/// Facts that the tests of other health checkers hold as well, with those who hold them.
@Suite struct HealthCheckerFactsTests {
    /// Envoy: the first check of a host decides by itself, whatever the thresholds.
    @Test(arguments: [
        (ScriptedRealServer.answers(), HealthState.healthy), (.fails(), .unhealthy), (.hangs, .unhealthy),
    ])
    func `the first check decides alone`(script: ScriptedRealServer, state: HealthState) {
        let world = DirectorSimulation(specification([a], timeout: .seconds(1), fall: 9, rise: 9))
        world.realServers[a] = script
        world.start()
        world.advance(by: .seconds(2))
        #expect(world.director.desired[a]?.state == state)
    }

    /// HAProxy: one success in between and the count of failures starts over, and the other way round; ldirectord's
    /// `failurecount` likewise.
    @Test func `one result of the other kind starts the count over`() {
        let world = DirectorSimulation(specification([a], interval: .seconds(1), fall: 3, rise: 2))
        world.start()
        world.advance(by: .milliseconds(500))
        for (script, rounds) in [(ScriptedRealServer.fails(), 2), (.answers(), 1), (.fails(), 2)] {
            world.realServers[a] = script
            world.advance(by: .seconds(rounds))
        }
        #expect(world.director.desired[a]?.state == .healthy)
        world.advance(by: .seconds(1))
        #expect(world.director.desired[a]?.state == .unhealthy)
        for script in [ScriptedRealServer.answers(), .fails(), .answers()] {
            world.realServers[a] = script
            world.advance(by: .seconds(1))
        }
        #expect(world.director.desired[a]?.state == .unhealthy)
        world.advance(by: .seconds(1))
        #expect(world.director.desired[a]?.state == .healthy)
    }

    /// keepalived: retries come after `delay_before_retry`, not after `delay_loop`, and only the last one decides.
    @Test func `retries come at their own pace`() {
        let world = DirectorSimulation(
            specification([a], interval: .seconds(60), unhealthyInterval: .seconds(3), fall: 4))
        world.start()
        world.advance(by: .seconds(1))
        world.realServers[a] = .fails()
        world.advance(by: .seconds(68))
        #expect(world.probes(of: a).suffix(4) == [60, 63, 66, 69].map { .seconds($0) })
        #expect(world.weights == [a: 1])
        world.advance(by: .milliseconds(1))
        #expect(world.weights == [a: 0])
    }

    /// Envoy: a timeout counts as one failure, even if the answer or a close comes after it.
    @Test func `an answer after a timeout counts for nothing`() {
        var director = SoleDirector(specification: specification([a], timeout: .seconds(1), fall: 2), seed: 1)
        let now = ContinuousClock.now
        _ = director.begin(at: now)
        _ = director.handle(.probeFinished(a, attempt: 1, answered), at: now)
        _ = director.handle(.wake, at: now + .seconds(5))
        let deadline = now + .seconds(5) + .milliseconds(1100)
        #expect(director.handle(.wake, at: deadline).contains(.cancelProbe(a, attempt: 2)))
        for outcome in [answered, refused, answered] {
            _ = director.handle(.probeFinished(a, attempt: 2, outcome), at: deadline)
        }
        #expect(director.desired[a]?.state == .healthy)
    }

    /// Envoy: whoever is removed while its check is in flight is forgotten, and begins anew when it is back.
    @Test func `a real server that comes back begins anew`() {
        let world = DirectorSimulation(specification([a, b], fall: 3, rise: 3))
        world.realServers[b] = .fails()
        world.start()
        world.advance(by: .seconds(1))
        world.handle(.specificationChanged(specification([a], fall: 3, rise: 3)))
        world.realServers[b] = .answers()
        world.handle(.specificationChanged(specification([a, b], fall: 3, rise: 3)))
        world.advance(by: .seconds(1))
        #expect(world.director.desired[b]?.state == .healthy)
    }

    /// HAProxy: a server that flaps at every check follows with thresholds of one and stays with higher ones.
    @Test(arguments: [(1, 1, 20), (2, 1, 0), (1, 2, 1), (2, 2, 0)])
    func `a flapping real server follows the thresholds`(fall: Int, rise: Int, transitions: Int) {
        let world = DirectorSimulation(specification([a], interval: .seconds(1), fall: fall, rise: rise))
        world.start()
        world.advance(by: .milliseconds(500))
        for round in 0..<20 {
            world.realServers[a] = round.isMultiple(of: 2) ? .fails() : .answers()
            world.advance(by: .seconds(1))
        }
        #expect(world.transitions.count - 1 == transitions)
    }

    /// A clock that jumps ahead makes each real server be probed once, not as often as it would have been.
    @Test func `a clock that jumps ahead causes no storm of probes`() {
        let world = DirectorSimulation(
            specification([a, b], interval: .seconds(1), unhealthyInterval: nil, watches: true))
        world.realServers[b] = .fails()
        world.start()
        world.advance(by: .milliseconds(2500))
        let before = [a, b].map { world.probes(of: $0).count }
        world.sleep(for: .seconds(100_000))
        world.advance(by: .milliseconds(500))
        #expect(zip([a, b], before).map { world.probes(of: $0).count - $1 } == [1, 1])
        #expect(world.monitored == [a])
    }
}
