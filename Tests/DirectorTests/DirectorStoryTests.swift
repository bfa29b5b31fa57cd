import Addressing
import Director
import DirectorTestKit
import LVSCareModel
import Testing

/// A director, a reconciler and a table through simulated time.
@Suite struct DirectorStoryTests {
    @Test func `a real server that fails is quiesced, removed and added back`() {
        let world = DirectorSimulation(specification())
        world.start()
        world.advance(by: .seconds(2))
        world.realServers[b] = .fails()
        world.advance(by: .seconds(10))
        #expect(world.weights == [a: 1, c: 1])
        world.realServers[b] = .answers()
        world.advance(by: .seconds(5))
        #expect(world.weights == [a: 1, b: 1, c: 1])
        #expect(
            world.story == [
                "0.0 s create virtual service with scheduler rr (declared)",
                "0.0 s add 127.0.0.1:8081 with weight 1 (declared)",
                "0.0 s add 127.0.0.1:8082 with weight 1 (declared)",
                "0.0 s add 127.0.0.1:8083 with weight 1 (declared)",
                "5.001 s quiesce 127.0.0.1:8082 (probe failed)",
                "10.001 s remove 127.0.0.1:8082 (probe failed)",
                "15.001 s add 127.0.0.1:8082 with weight 1 (probe succeeded)",
            ])
        #expect(world.table.abruptRemovals.isEmpty)
    }

    @Test func `the table is complete before the first probes`() {
        var director = SoleDirector(specification: specification(), seed: 1)
        let start = ContinuousClock.now
        #expect(director.handle(.start, at: start) == [.reconcile])
        // However long it takes, it is not taken from the time of the probes.
        let now = start + .seconds(60)
        #expect(
            director.handle(.passFinished(PassReport()), at: now) == [
                .probe(a, attempt: 1, timeout: .seconds(10), keepsConnection: false),
                .probe(b, attempt: 2, timeout: .seconds(10), keepsConnection: false),
                .probe(c, attempt: 3, timeout: .seconds(10), keepsConnection: false),
                .wake(at: now + .milliseconds(100)),
            ])
        _ = director.handle(.probeFinished(a, attempt: 1, answered), at: now + .seconds(4))
        #expect(director.desired[a]?.state == .healthy)
    }

    @Test func `the first check decides alone, whatever the thresholds`() {
        let world = DirectorSimulation(specification([a, b], fall: 3, rise: 3))
        world.realServers[a] = .fails()
        world.start()
        world.advance(by: .seconds(1))
        #expect(world.transitions.map(\.transition.to) == [.unhealthy, .healthy])
        #expect(world.weights == [a: 0, b: 1])
    }

    @Test func `flapping below the thresholds changes nothing`() {
        let world = DirectorSimulation(specification([a], interval: .seconds(1), fall: 3, rise: 2))
        world.start()
        for round in 0..<30 {
            world.realServers[a] = round % 3 == 2 ? .answers() : .fails()
            world.advance(by: .seconds(1))
        }
        #expect(world.transitions.count == 1)
        #expect(world.weights == [a: 1])
    }

    @Test func `a removal waits for a later failing check, though passes run in between`() {
        let world = DirectorSimulation(specification([a, b], interval: .seconds(30)))
        world.realServers[a] = .fails()
        world.start()
        world.advance(by: .seconds(29))
        #expect(world.passes.count > 25)
        #expect(world.weights == [a: 0, b: 1])
        world.advance(by: .seconds(2))
        #expect(world.weights == [b: 1])
        #expect(world.changes.last?.at == .milliseconds(30_001))
    }

    @Test func `a restart goes on where the last process stopped`() {
        let table = InMemoryDataPlane()
        table.services[vip] = observed([a: 0, b: 1])
        let world = DirectorSimulation(specification([a, b], interval: .seconds(5)), table: table)
        world.realServers[a] = .fails(after: .milliseconds(300))
        world.start()
        world.advance(by: .milliseconds(200))
        #expect(world.weights == [a: 0, b: 1])
        world.advance(by: .milliseconds(200))
        #expect(world.story == ["0.3 s remove 127.0.0.1:8081 (probe failed)"])
    }

    @Test func `a real server quiesced before the restart returns with its first answer`() {
        let table = InMemoryDataPlane()
        table.services[vip] = observed([a: 0])
        let world = DirectorSimulation(specification([a]), table: table)
        world.start()
        world.advance(by: .seconds(1))
        #expect(world.story == ["0.001 s set weight of 127.0.0.1:8081 to 1 (probe succeeded)"])
    }

    @Test func `a deleted service is back within the repair interval`() {
        let world = DirectorSimulation(specification([a]))
        world.start()
        world.advance(by: .milliseconds(1500))
        world.table.services = [:]
        world.path.present = []
        world.advance(by: .seconds(1))
        #expect(world.weights == [a: 1])
        #expect(world.path.present == ["local route"])
        #expect(
            world.changes.suffix(2).map(\.planned.cause)
                == [.repaired(found: "no virtual service"), .repaired(found: "no real server")])
    }

    @Test func `a notification is answered by a pass at once`() {
        let world = DirectorSimulation(specification([a], repairInterval: .seconds(60)))
        world.start()
        world.advance(by: .seconds(2))
        world.path.present = []
        world.handle(.kernelChanged)
        #expect(world.path.present == ["local route"])
    }

    @Test func `another program that fights back is answered twenty times a second`() {
        let world = DirectorSimulation(specification([a]))
        world.start()
        let before = world.passes.count
        for _ in 0..<1000 {
            world.advance(by: .milliseconds(1))
            world.path.present = []
            world.handle(.kernelChanged)
        }
        #expect((19...22) ~= world.passes.count - before)
    }

    @Test func `undeclared real servers are quiesced, and removed one interval later`() {
        let table = InMemoryDataPlane()
        table.services[vip] = observed([a: 1, c: 5])
        let world = DirectorSimulation(specification([a]), table: table)
        world.start()
        world.advance(by: .milliseconds(4900))
        #expect(world.weights == [a: 1, c: 0])
        world.advance(by: .milliseconds(200))
        #expect(
            world.story == [
                "0.0 s quiesce 127.0.0.1:8083 (not declared)", "5.0 s remove 127.0.0.1:8083 (not declared)",
            ])
    }

    @Test func `another specification keeps verdicts, drops undeclared real servers and probes new ones`() {
        let world = DirectorSimulation(specification([a, b]))
        world.realServers[a] = .fails()
        world.start()
        world.advance(by: .seconds(2))
        #expect(world.weights == [a: 0, b: 1])
        world.realServers[c] = .answers(after: .milliseconds(7))
        world.handle(.specificationChanged(specification([a, c])))
        #expect(world.director.desired[a]?.state == .unhealthy)
        #expect(world.director.desired[b] == nil)
        #expect(world.director.desired[c]?.state == .unknown)
        #expect(world.weights == [a: 0, b: 0, c: 1])
        #expect(world.probes(of: c) == [.seconds(2)])
        world.advance(by: .milliseconds(4999))
        #expect(world.weights == [b: 0, c: 1])
        #expect(world.director.desired[c]?.state == .healthy)
        world.advance(by: .milliseconds(1))
        #expect(world.weights == [c: 1])
        #expect(world.probes(of: b) == [.zero])
    }

    @Test func `a specification before the start is used from the start`() {
        let world = DirectorSimulation(specification([a, b]))
        world.handle(.specificationChanged(specification([b, c])))
        #expect(world.events.isEmpty)
        world.start()
        #expect(world.weights == [b: 1, c: 1])
    }

    @Test func `the probe of a dropped real server is cancelled and its result ignored`() {
        let world = DirectorSimulation(specification([a, b]))
        world.realServers[b] = .straggles(after: .seconds(1))
        world.start()
        world.handle(.specificationChanged(specification([a])))
        #expect(world.events.contains { $0.what == .probeCancelled(b) })
        world.handle(.specificationChanged(specification([a, b])))
        // The second probe of b is in flight when the first one comes back.
        world.advance(by: .seconds(1))
        #expect(world.probes(of: b).count == 2)
        #expect(world.transitions.filter { $0.transition.realServer == b }.count == 1)
        #expect(world.overlaps.isEmpty)
    }

    @Test func `another weight and scheduler are set at once`() {
        let world = DirectorSimulation(specification([a]))
        world.start()
        world.advance(by: .milliseconds(1))
        var changed = specification([a])
        changed.declare(members: [RealServerSpecification(a, weight: 10)])
        changed.configuration.scheduler = Scheduler(rawValue: "wlc")
        world.handle(.specificationChanged(changed))
        world.advance(by: .zero)
        #expect(world.observed == observed([a: 10], scheduler: Scheduler(rawValue: "wlc")))
        #expect(world.changes.suffix(2).allSatisfy { $0.planned.cause == .declared })
    }

    @Test func `a real server that is to be probed elsewhere is probed at once, and keeps its verdict`() {
        let world = DirectorSimulation(specification([a, b]))
        world.start()
        world.advance(by: .seconds(6))
        let before = (world.probes(of: a).count, world.probes(of: b).count)
        var changed = specification([a, b])
        changed.declare(members: [
            RealServerSpecification(a, checkEndpoint: Endpoint(address: .loopback(.ipv4), port: 9)),
            RealServerSpecification(b),
        ])
        world.handle(.specificationChanged(changed))
        world.advance(by: .zero)
        #expect((world.probes(of: a).count, world.probes(of: b).count) == (before.0 + 1, before.1))
        #expect(world.director.desired[a]?.state == .healthy)
        world.handle(.specificationChanged(changed))
        world.advance(by: .zero)
        #expect((world.probes(of: a).count, world.probes(of: b).count) == (before.0 + 1, before.1))
    }

    @Test func `the service of a director never changes`() {
        let world = DirectorSimulation(specification([a]))
        var elsewhere = specification([b])
        elsewhere.service = VirtualService(Endpoint(address: .loopback(.ipv4), port: 443))
        world.handle(.specificationChanged(elsewhere))
        #expect(world.director.specification == specification([b]))
    }

    @Test func `a shorter interval counts from now on`() {
        let world = DirectorSimulation(specification([a], interval: .seconds(3600)))
        world.start()
        world.advance(by: .seconds(60))
        world.handle(.specificationChanged(specification([a], interval: .seconds(5))))
        world.advance(by: .seconds(11))
        #expect(world.probes(of: a) == [.zero, .seconds(65), .seconds(70)])
    }

    @Test func `another specification does not hasten the removal of undeclared real servers`() {
        let world = DirectorSimulation(specification([a]))
        world.start()
        world.advance(by: .seconds(7))
        world.table.services[vip]?.realServers[c] = ObservedRealServer(weight: 1)
        world.advance(by: .seconds(1))
        #expect(world.weights == [a: 1, c: 0])
        world.handle(.specificationChanged(specification([a, b])))
        #expect(world.weights == [a: 1, b: 1, c: 0])
        world.advance(by: .seconds(2))
        #expect(world.weights == [a: 1, b: 1])
    }

    @Test func `a dropped real server keeps nothing waiting`() {
        var director = SoleDirector(
            specification: specification([a], timeout: .seconds(1), repairInterval: .seconds(60)), seed: 1)
        let now = ContinuousClock.now
        let timeOut = now + .milliseconds(1100)
        #expect(director.begin(at: now).contains(.wake(at: timeOut)))
        #expect(
            director.handle(.specificationChanged(specification([], repairInterval: .seconds(60))), at: now)
                == [.cancelProbe(a, attempt: 1), .reconcile, .wake(at: now + .seconds(5))])
    }
}
