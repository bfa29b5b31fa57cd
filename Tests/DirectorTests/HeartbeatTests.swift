import Addressing
import DirectorTestKit
import LVSCareModel
import LoadBalancing
import Testing

@testable import Director

/// Heartbeats on monitored connections, and what a missing answer leads to.
@Suite struct HeartbeatTests {
    // Each on a host of its own.
    private let a = host(1), b = host(2), c = host(3)

    private static func host(_ number: UInt8) -> RealServer {
        RealServer(Endpoint(address: IPAddress(octets: [10, 0, 0, number]) ?? .loopback(.ipv4), port: 6443))
    }

    private func beating(
        _ realServers: [RealServer]? = nil, _ heartbeat: HealthCheck.Heartbeat = .automatic,
        interval: Duration = .seconds(3600), timeout: Duration = .seconds(10), fall: Int = 1
    ) -> Specification {
        var specification = specification(
            realServers ?? [a, b, c], interval: interval, timeout: timeout, unhealthyInterval: nil, fall: fall,
            watches: true)
        specification.healthCheck.heartbeat = heartbeat
        return specification
    }

    /// Five seconds later, with connections of HTTP/2 that `pings`.
    private func world(_ specification: Specification, pings: Bool = true) -> DirectorSimulation {
        let world = DirectorSimulation(specification)
        world.answersPings = pings
        world.start()
        world.advance(by: .seconds(5))
        return world
    }

    @Test func `a monitored connection is asked about once a second, several at the same instant`() {
        let world = world(beating())
        for realServer in [a, b, c] {
            let beats = world.heartbeats(of: realServer)
            #expect(beats == world.heartbeats(of: a))
            #expect((4...5).contains(beats.count))
            for (before, after) in zip(beats, beats.dropFirst()) {
                #expect(after - before >= .milliseconds(900) && after - before <= .milliseconds(1100))
            }
        }
        #expect(world.suspicions.isEmpty)
    }

    @Test func `a process that hangs gets no new connections within a second and a half`() {
        let world = world(beating())
        world.realServers[b] = .hangs
        world.advance(by: .milliseconds(1500))
        #expect(world.weights == [a: 1, b: 0, c: 1])
        #expect(world.transitions.allSatisfy { $0.transition.to == .healthy }, "no verdict yet")
        #expect(world.suspicions.map(\.report.phase) == [.began])
        #expect(world.suspicions.first?.report.isQuiesced == true)
        #expect(world.changes.last?.planned.cause == .suspected(.silent(for: .milliseconds(400))))
    }

    @Test func `it is removed with the verdict, once the timeout is over since it should have answered`() {
        let world = world(beating())
        world.realServers[b] = .hangs
        world.advance(by: .milliseconds(9900))
        #expect(world.weights == [a: 1, b: 0, c: 1])
        world.advance(by: .milliseconds(1300))
        #expect(world.weights == [a: 1, c: 1])
        #expect(world.suspicions.map(\.report.phase) == [.began, .confirmed])
        #expect(world.transitions.last?.transition.to == .unhealthy)
    }

    @Test func `a host that is cut off is removed within three seconds`() {
        let world = world(beating())
        world.realServers[b] = .vanishes
        world.advance(by: .milliseconds(1300))
        #expect(world.weights == [a: 1, b: 0, c: 1])
        world.advance(by: .milliseconds(1700))
        #expect(world.weights == [a: 1, c: 1])
        #expect(world.transitions.last?.transition.outcome?.failure?.reason == .connectTimeout)
    }

    @Test func `a late answer clears the suspicion and gives the weight back`() {
        let world = world(beating())
        let beats = world.heartbeats(of: b).count
        world.echoes[b] = .milliseconds(700)
        world.realServers[b] = .answers(after: .seconds(2))
        while world.heartbeats(of: b).count == beats { world.advance(by: .milliseconds(1)) }
        world.echoes[b] = nil
        world.advance(by: .milliseconds(500))
        #expect(world.suspicions.map(\.report.phase) == [.began])
        #expect(world.weights == [a: 1, b: 0, c: 1])
        world.advance(by: .milliseconds(300))
        #expect(world.suspicions.map(\.report.phase) == [.began, .cleared])
        #expect(world.weights == [a: 1, b: 1, c: 1])
        #expect(world.changes.last?.planned.cause == .suspicionCleared)
        #expect(world.transitions.count == 3)
    }

    @Test func `so does a probe that succeeds, and the connection that answers nothing is closed`() {
        let world = world(beating())
        world.echoes[b] = .some(nil)
        world.advance(by: .milliseconds(1500))
        #expect(world.suspicions.map(\.report.phase) == [.began, .cleared])
        #expect(world.weights == [a: 1, b: 1, c: 1])
        #expect(world.monitored == [a, c])
    }

    @Test func `one that answers late and takes no connections has all of its timeout`() {
        let world = world(beating())
        world.echoes[b] = .milliseconds(700)
        world.realServers[b] = .vanishes
        world.advance(by: .seconds(9))
        #expect(world.suspicions.map(\.report.phase).prefix(2) == [.began, .cleared])
        #expect(world.transitions.allSatisfy { $0.transition.to == .healthy })
        world.advance(by: .seconds(5))
        #expect(world.transitions.last?.transition.to == .unhealthy)
    }

    @Test func `a check that asks something else suspects nobody of what was asked before`() {
        let world = world(beating())
        world.realServers[b] = .hangs
        world.advance(by: .milliseconds(1500))
        #expect(world.weights[b] == 0)
        var other = beating()
        other.healthCheck.probe = .tcp
        world.answers[.tcp] = [b: .answers()]
        world.handle(.specificationChanged(other))
        world.advance(by: .milliseconds(20))
        #expect(world.weights == [a: 1, b: 1, c: 1])
        #expect(world.director.desired.quiescedSuspects == [])
        #expect(world.director.desired.health.values.allSatisfy { $0.suspicion == nil })
    }

    @Test func `after a false alarm the patience is twice as long for a minute`() {
        let world = world(beating())
        world.echoes[b] = .milliseconds(600)
        world.realServers[b] = .answers(after: .seconds(1))
        world.advance(by: .seconds(55))
        #expect(world.suspicions.map(\.report.phase) == [.began, .cleared])
    }

    @Test(arguments: [2, 3, 4, 5, 8])
    func `suspicion takes at most half of the real servers`(count: Int) {
        let all = (1...UInt8(count)).map(Self.host)
        let world = world(beating(all))
        // Somebody is heard, so it is not this node.
        for realServer in all.dropFirst() { world.realServers[realServer] = .hangs }
        world.advance(by: .seconds(5))
        #expect(world.suspicions.count == count - 1)
        #expect(world.weights.values.count { $0 == 0 } == count / 2)
        #expect(world.suspicions.count { $0.report.isQuiesced } == count / 2)
    }

    @Test func `the last healthy real server keeps its weight`() {
        let world = world(beating([a, b, c]))
        world.realServers[b] = .fails()
        world.realServers[c] = .fails()
        world.crash(b)
        world.crash(c)
        world.advance(by: .seconds(2))
        #expect(world.weights == [a: 1])
        world.realServers[a] = .hangs
        world.advance(by: .seconds(5))
        #expect(world.weights == [a: 1])
        #expect(world.suspicions.map(\.report.isQuiesced) == [false])
    }

    @Test func `nobody is suspected when everybody is silent`() {
        let world = world(beating())
        for realServer in [a, b, c] { world.realServers[realServer] = .hangs }
        world.advance(by: .seconds(9))
        #expect(world.suspicions.isEmpty)
        #expect(world.weights == [a: 1, b: 1, c: 1])
    }

    @Test(arguments: [100, 400, 2000, 60_000])
    func `nobody is suspected for the time in which this node slept`(milliseconds: Int) {
        let world = world(beating())
        for _ in 0..<20 {
            for realServer in [a, b, c] { world.echoes[realServer] = .milliseconds(300) }
            world.advance(by: .milliseconds(1003))
            world.sleep(for: .milliseconds(milliseconds))
        }
        #expect(world.suspicions.isEmpty)
    }

    @Test func `over HTTP one is asked by requests as long as its probes are quick, and again after three`() {
        let quick = world(beating([a, b], interval: .seconds(2)), pings: false)
        #expect((4...5).contains(quick.heartbeats(of: a).count))
        let slow = world(beating([a, b], interval: .seconds(1)), pings: false)
        slow.realServers[a] = .answers(after: .milliseconds(51))
        slow.advance(by: .seconds(2))
        let beats = slow.heartbeats(of: a).count
        slow.advance(by: .seconds(20))
        #expect(slow.heartbeats(of: a).count == beats)
        slow.realServers[a] = .answers()
        slow.advance(by: .milliseconds(1900))
        #expect(slow.heartbeats(of: a).count == beats)
        slow.advance(by: .seconds(4))
        #expect(slow.heartbeats(of: a).count > beats)
    }

    @Test func `a server that was quick has heartbeats again as soon as it has recovered`() {
        let world = world(beating([a, b], interval: .seconds(2)), pings: false)
        world.advance(by: .seconds(10))
        world.crash(b)
        world.advance(by: .seconds(5))
        world.realServers[b] = .answers()
        world.advance(by: .seconds(2))
        let beats = world.heartbeats(of: b).count
        world.advance(by: .milliseconds(1500))
        #expect(world.heartbeats(of: b).count > beats)
    }

    @Test func `heartbeats can be turned off, and asked for at another pace`() {
        let off = world(beating([a, b], .off))
        off.realServers[b] = .hangs
        off.advance(by: .seconds(60))
        #expect(off.heartbeats(of: b).isEmpty && off.suspicions.isEmpty)
        let fast = world(beating([a, b], .every(.milliseconds(200))), pings: false)
        #expect((18...28).contains(fast.heartbeats(of: b).count))
    }

    @Test func `a service with persistence acts on suspicion only where heartbeats are asked for`() {
        for heartbeat in [HealthCheck.Heartbeat.automatic, .every(.seconds(1))] {
            var specification = beating([a, b, c], heartbeat)
            specification.configuration.persistence = ServiceConfiguration.Persistence(timeout: 60)
            let world = world(specification)
            world.realServers[b] = .hangs
            world.advance(by: .seconds(2))
            #expect(world.suspicions.map(\.report.phase) == [.began])
            #expect(world.weights == [a: 1, b: heartbeat == .automatic ? 1 : 0, c: 1])
        }
    }

    @Test func `without heartbeats a probe that takes many times as long as usual makes suspect`() {
        var specification = beating(interval: .seconds(5))
        specification.healthCheck.watches = false
        let world = world(specification)
        world.advance(by: .seconds(20))
        world.realServers[b] = .hangs
        world.advance(by: .milliseconds(5501))
        #expect(world.weights == [a: 1, b: 0, c: 1])
        #expect(world.suspicions.last?.report.suspicion == .slow(beyond: .milliseconds(500)))
        world.realServers[b] = .answers()
        world.advance(by: .seconds(20))
        #expect(world.weights == [a: 1, b: 1, c: 1])
    }

    @Test func `a server whose probes vary is suspect no more than they are odd`() {
        var specification = beating(interval: .seconds(5))
        specification.healthCheck.watches = false
        let world = world(specification)
        for _ in 0..<20 {
            world.realServers[b] = .answers(after: .milliseconds(150))
            world.advance(by: .seconds(5))
            world.realServers[b] = .answers(after: .milliseconds(900))
            world.advance(by: .seconds(5))
        }
        #expect(world.suspicions.count <= 4)
        #expect(world.transitions.count == 3)
    }

    @Test func `a connection that ends while it is asked is answered by a probe, as ever`() {
        let world = world(beating())
        world.realServers[b] = .hangs
        world.advance(by: .milliseconds(1500))
        world.crash(b)
        world.advance(by: .milliseconds(20))
        #expect(world.weights[b] != 1)
        world.realServers[b] = .answers()
        world.advance(by: .seconds(12))
        #expect(world.weights == [a: 1, b: 1, c: 1])
    }

    @Test func `of several checks the suspicion counts where the rest would not be enough`() {
        let first = HealthCheck(interval: .seconds(3600), jitter: 0)
        let second = HealthCheck(
            interval: .seconds(3600), jitter: 0, heartbeat: .off, probe: .tcp)
        for (requirement, expected) in [(HealthPolicy.Requirement.all, Weight(0)), (.any, Weight(1))] {
            var specification = beating()
            specification.health = HealthPolicy(
                [NamedCheck(first, name: "first"), NamedCheck(second, name: "second")], requirement: requirement)
            let world = world(specification)
            world.answers[first.probe] = [b: .hangs]
            world.echoes[b] = .some(nil)
            world.advance(by: .milliseconds(1600))
            #expect(world.weights[b] == expected)
        }
    }
}

/// What is usual, and whom to trust.
@Suite struct EstimatorTests {
    @Test func `the estimate follows as that of TCP does`() {
        var estimator = RoundTripEstimator()
        #expect(estimator.usual == nil)
        estimator.record(.milliseconds(100))
        #expect(estimator.mean == .milliseconds(100) && estimator.variation == .milliseconds(50))
        estimator.record(.milliseconds(180))
        // RTTVAR = 3/4 · 50 + 1/4 · 80, SRTT = 7/8 · 100 + 1/8 · 180 (RFC 6298, section 2)
        #expect(estimator.variation == .microseconds(57_500))
        #expect(estimator.mean == .milliseconds(110))
        #expect(estimator.usual == .milliseconds(340))
    }

    @Test func `a node that was late is trusted again after a while`() {
        let now = ContinuousClock.now
        var health = LocalHealth()
        #expect(health.multiplier(at: now) == 1)
        for expected in [2, 4, 8, 8] {
            health.worsen(at: now)
            #expect(health.multiplier(at: now) == expected)
        }
        #expect(health.multiplier(at: now + .seconds(10)) == 4)
        #expect(health.multiplier(at: now + .seconds(29)) == 2)
        #expect(health.multiplier(at: now + .seconds(30)) == 1)
        #expect(health.multiplier(at: now + .seconds(3600)) == 1)
    }

    @Test func `patience lies between its bounds and grows with the round trips`() {
        let now = ContinuousClock.now
        var monitor = HeartbeatMonitor()
        #expect(monitor.patience(at: now) == .seconds(1), "nothing is known yet")
        for _ in 0..<50 {
            monitor.send(at: now)
            monitor.answered(at: now + .milliseconds(1))
        }
        #expect(monitor.patience(at: now) == .milliseconds(400))
        for _ in 0..<50 {
            monitor.send(at: now)
            monitor.answered(at: now + .milliseconds(150))
        }
        #expect((Duration.milliseconds(600)...Duration.milliseconds(700)).contains(monitor.patience(at: now)))
    }
}
