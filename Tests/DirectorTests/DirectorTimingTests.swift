import Director
import DirectorTestKit
import LVSCareModel
import Testing

/// When probes start, when they count, and what a bad prober, clock or kernel does to that.
@Suite struct DirectorTimingTests {
    @Test func `a slow real server never delays another`() {
        let world = DirectorSimulation(specification([a, b, c], interval: .seconds(1), timeout: .seconds(10)))
        world.realServers[a] = .hangs
        world.realServers[b] = .answers(after: .milliseconds(2500))
        world.start()
        world.advance(by: .seconds(25))
        #expect(world.probes(of: c) == (0...25).map { Duration.seconds($0) })
        #expect(world.probes(of: b) == (0...10).map { Duration.milliseconds($0 * 2500) })
        #expect(world.probes(of: a) == [.zero, .seconds(10), .seconds(20)])
        #expect(world.overlaps.isEmpty)
    }

    /// A node that asks a thousand real servers at once is late for each of them.
    @Test func `the probes of many real servers are spread over the interval`() {
        let many = servers(1000)
        let world = DirectorSimulation(specification(many, interval: .seconds(10), timeout: .seconds(1)))
        world.start()
        world.advance(by: .seconds(40))
        // The first verdicts come soon; later, hardly a tenth of a second has more than three times its share.
        #expect(many.allSatisfy { (world.probes(of: $0).first ?? .seconds(9)) <= .seconds(1) })
        var starts: [Int: Int] = [:]
        for realServer in many {
            let times = world.probes(of: realServer)
            #expect(times.count == 5 || times.count == 4, "\(times)")
            for time in times where time >= .seconds(20) { starts[Int(time / .milliseconds(100)), default: 0] += 1 }
        }
        // The ones that were the first of all still have theirs together.
        #expect(starts.values.max() ?? 0 <= 64 + 30, "\(starts.values.max() ?? 0)")
        #expect(starts.values.filter { $0 > 30 }.count <= 3)
    }

    /// What falls behind must not ask more often for it.
    @Test func `a busy node makes no extra probes`() {
        let world = DirectorSimulation(specification(servers(1000), interval: .seconds(2), timeout: .seconds(10)))
        func probes() -> Int { world.events.count { if case .probeStarted = $0.what { true } else { false } } }
        world.start()
        world.advance(by: .seconds(10))
        let before = probes()
        for _ in 0..<25 {
            // A hundred or two become due meanwhile.
            world.sleep(for: .milliseconds(300))
            world.advance(by: .milliseconds(100))
        }
        #expect(probes() - before <= 1000 * 5)
    }

    @Test func `a probe that never comes back times out and is given up`() {
        let world = DirectorSimulation(specification([a], interval: .seconds(1), timeout: .seconds(2)))
        world.realServers[a] = .loses
        world.start()
        world.advance(by: .seconds(10))
        #expect(world.probes(of: a) == [0, 2100, 4200, 6300, 8400].map { Duration.milliseconds($0) })
        #expect(world.events.filter { $0.what == .probeCancelled(a) }.count == 4)
        #expect(world.transitions.map(\.transition.to) == [.unhealthy])
        #expect(world.transitions.first?.at == .milliseconds(2100))
        #expect(world.weights == [:])
        #expect(world.overlaps.isEmpty)
    }

    /// Time that an answer takes with a timeout of 1 s and a prober without one, and whether it counts.
    @Test(arguments: [(999, true), (1000, true), (1099, true), (1101, false), (1500, false)])
    func `an answer counts until the deadline`(milliseconds: Int, counts: Bool) {
        let world = DirectorSimulation(specification([a], interval: .seconds(5), timeout: .seconds(1)))
        world.realServers[a] = .straggles(after: .milliseconds(milliseconds))
        world.start()
        world.advance(by: .seconds(4))
        #expect(world.transitions.map(\.transition.to) == [counts ? .healthy : .unhealthy])
    }

    @Test func `takes an answer for an answer however late it is read`() {
        var director = SoleDirector(specification: specification([a], timeout: .seconds(1)), seed: 1)
        let start = ContinuousClock.now
        _ = director.begin(at: start)
        let directives = director.handle(.probeFinished(a, attempt: 1, answered), at: start + .seconds(60))
        #expect(director.desired[a]?.state == .healthy)
        #expect(!directives.contains(.cancelProbe(a, attempt: 1)))
    }

    @Test func `gives up no probe before the other events of the same moment are handled`() {
        var director = SoleDirector(specification: specification([a, b], timeout: .seconds(1)), seed: 1)
        let start = ContinuousClock.now
        _ = director.begin(at: start)
        let late = start + .seconds(60)
        _ = director.handle(.probeFinished(a, attempt: 1, answered), at: late)
        _ = director.handle(.kernelChanged, at: late)
        _ = director.handle(.probeFinished(b, attempt: 2, answered), at: late)
        _ = director.handle(.wake, at: late)
        #expect(director.desired[a]?.state == .healthy)
        #expect(director.desired[b]?.state == .healthy)
    }

    @Test func `gives probes in flight the time in which this node was stalled, however often`() {
        var director = SoleDirector(specification: specification([a], timeout: .seconds(1)), seed: 1)
        let start = ContinuousClock.now
        _ = director.begin(at: start)
        var now = start
        for _ in 0..<20 {
            now += .seconds(30)
            _ = director.handle(.stalled(.seconds(30)), at: now)
            #expect(!director.handle(.wake, at: now).contains(.cancelProbe(a, attempt: 1)))
        }
        #expect(director.desired[a]?.state == .unknown)
        #expect(director.probeDeadline == now + .milliseconds(1100))
        // A prober that has lost its probe is still found out.
        #expect(director.handle(.wake, at: now + .milliseconds(1100)).contains(.cancelProbe(a, attempt: 1)))
        #expect(director.desired[a]?.state == .unhealthy)
    }

    @Test func `a late answer does not touch the probe that followed`() {
        let world = DirectorSimulation(specification([a], interval: .seconds(1), timeout: .seconds(1)))
        world.realServers[a] = .straggles(after: .milliseconds(1500))
        world.start()
        world.advance(by: .seconds(30))
        #expect(world.transitions.map(\.transition.to) == [.unhealthy])
        #expect(world.probes(of: a).prefix(3) == [.zero, .milliseconds(1100), .milliseconds(2200)])
        #expect(world.overlaps.isEmpty)
    }

    @Test func `unknown results are ignored`() {
        var director = SoleDirector(specification: specification([a]), seed: 1)
        let now = ContinuousClock.now
        #expect(director.handle(.probeFinished(a, attempt: 1, refused), at: now).isEmpty)
        _ = director.begin(at: now)
        for input: SoleDirector.Input in [
            .probeFinished(a, attempt: 99, refused), .probeFinished(b, attempt: 1, refused), .start,
        ] {
            #expect(director.handle(input, at: now).isEmpty)
        }
        #expect(director.desired[a]?.state == .unknown)
    }

    @Test func `an hour of sleep is followed by one probe each`() {
        let world = DirectorSimulation(specification([a, b, c], interval: .seconds(5)))
        world.start()
        world.advance(by: .milliseconds(100))
        world.sleep(for: .seconds(3600))
        world.advance(by: .milliseconds(4999))
        for realServer in [a, b, c] { #expect(world.probes(of: realServer).count == 2) }
        #expect(world.passes.count { $0.at >= .seconds(3600) } <= 6)
    }

    @Test func `a burst is spread at the start and after sleep`() {
        let all = servers(1064)
        let world = DirectorSimulation(specification(all, interval: .seconds(5)))
        func probes(_ range: Range<Duration>) -> [Duration] {
            world.events.compactMap { event in
                if case .probeStarted = event.what, range.contains(event.at) { event.at } else { nil }
            }
        }
        world.start()
        world.advance(by: .seconds(1))
        for (begin, count) in [(Duration.zero, all.count), (.seconds(3601), all.count)] {
            if begin > .zero {
                world.sleep(for: .seconds(3600))
                world.advance(by: .seconds(1))
            }
            let starts = probes(begin..<begin + .seconds(1))
            #expect(starts.count == count)
            #expect(starts.count { $0 == begin } == 64)
            // Half of the rest in half of the time.
            #expect((450...550) ~= starts.count { $0 > begin && $0 < begin + .milliseconds(500) })
        }
        #expect(world.overlaps.isEmpty)
    }

    @Test func `jitter follows from the seed and keeps the mean`() {
        func probes(seed: UInt64, jitter: Double) -> [Duration] {
            let world = DirectorSimulation(specification([a], interval: .seconds(1), jitter: jitter), seed: seed)
            world.start()
            world.advance(by: .seconds(1000))
            return world.probes(of: a)
        }
        let jittered = probes(seed: 1, jitter: 0.3)
        #expect(jittered == probes(seed: 1, jitter: 0.3))
        #expect(jittered != probes(seed: 2, jitter: 0.3))
        let waits = zip(jittered.dropFirst(), jittered).map { $0 - $1 }
        #expect(waits.allSatisfy { Duration.milliseconds(700)...Duration.milliseconds(1300) ~= $0 })
        #expect((970...1030) ~= waits.count)
        #expect(probes(seed: 1, jitter: 0) == (0...1000).map { Duration.seconds($0) })
    }

    @Test func `kernel errors are retried ever more slowly, without an end`() {
        let table = InMemoryDataPlane()
        table.fault = { _ in .refused(broken) }
        let world = DirectorSimulation(specification([a], interval: .seconds(600)), table: table)
        world.start()
        world.advance(by: .milliseconds(1600))
        // The answer to the first probe asks for a pass, too, but not sooner than 100 ms after the failure.
        #expect(world.passes.map(\.at) == [0, 100, 300, 700, 1500].map { Duration.milliseconds($0) })
        world.advance(by: .seconds(3600))
        #expect((3595...3610) ~= world.passes.count, "as often as the kernel is looked at anyway")
        table.fault = { _ in nil }
        world.advance(by: .seconds(5))
        #expect(world.weights == [a: 1])
        let recovered = world.passes.count
        world.advance(by: .seconds(3))
        #expect(world.passes.count == recovered + 3)
    }

    @Test func `failing checks do not defeat the back-off`() {
        let all = servers(500)
        let table = InMemoryDataPlane()
        table.fault = { _ in .refused(broken) }
        let world = DirectorSimulation(specification(all, interval: .seconds(1)), table: table)
        for realServer in all { world.realServers[realServer] = .fails() }
        world.start()
        world.advance(by: .seconds(10))
        #expect(world.passes.count <= 101)
    }

    @Test func `passes never overlap and leave half of the time`() {
        let all = servers(300)
        let world = DirectorSimulation(specification(all, interval: .seconds(1)))
        world.passLength = .milliseconds(50)
        world.start()
        for round in 0..<10 {
            for realServer in all { world.realServers[realServer] = round.isMultiple(of: 2) ? .fails() : .answers() }
            world.advance(by: .seconds(1))
        }
        #expect(world.overlappingPasses == 0)
        #expect(world.passes.count <= 101)
        #expect(world.passes.count > 50)
    }

    @Test func `one timer is set, and only when it changes`() {
        var director = SoleDirector(specification: specification([a, b]), seed: 1)
        let now = ContinuousClock.now
        func timers(_ directives: [SoleDirector.Directive]) -> [Duration] {
            directives.compactMap { if case .wake(let at) = $0 { at - now } else { nil } }
        }
        #expect(timers(director.handle(.start, at: now)) == [])
        #expect(timers(director.handle(.passFinished(PassReport()), at: now)) == [.seconds(1)])
        #expect(timers(director.handle(.kernelChanged, at: now)) == [.milliseconds(50)])
        #expect(timers(director.handle(.kernelChanged, at: now)) == [])
        // A timer that comes too early is set again.
        #expect(timers(director.handle(.wake, at: now + .milliseconds(49))) == [.milliseconds(50)])
    }

    @Test func `ten thousand real servers cost work in proportion`() {
        let all = (1...10_000).map { server(UInt16($0)) }
        let world = DirectorSimulation(specification(all, interval: .seconds(5)))
        world.passLength = .milliseconds(50)
        world.start()
        world.advance(by: .milliseconds(6_049))
        // Two rounds of probes within 6 s of the end of the first pass; for each at most its start, its end, and a few repair timers.
        let probes = world.events.count { if case .probeStarted = $0.what { true } else { false } }
        // Those that got their second turn early have begun with the third.
        #expect((20_000...20_100) ~= probes)
        #expect(world.timersSet <= 2 * probes + 100)
        #expect(world.passes.count < 40)
        #expect(world.overlaps.isEmpty)
        // All verdicts of the first second changed nothing in the table: no pass wrote after the first.
        #expect(world.table.applications == 1)
        #expect(world.weights.count == 10_000)
    }
}
