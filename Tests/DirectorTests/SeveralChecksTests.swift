import DirectorTestKit
import LVSCareModel
import Testing

@testable import Director

/// Real servers with several checks, or with none.
@Suite struct SeveralChecksTests {
    private static let ready = ProbeConfiguration.http(HTTPProbeConfiguration(target: "/readyz"))
    private let ready = ready

    private func check(
        _ probe: ProbeConfiguration, interval: Duration = .seconds(5), unhealthyInterval: Duration = .seconds(1)
    ) -> HealthCheck {
        HealthCheck(interval: interval, unhealthyInterval: unhealthyInterval, jitter: 0, watches: false, probe: probe)
    }

    private func policy(_ requirement: HealthPolicy.Requirement = .all) -> HealthPolicy {
        HealthPolicy(
            [NamedCheck(check(.tcp), name: "port"), NamedCheck(check(ready), name: "ready")], requirement: requirement)
    }

    private func specification(_ realServers: [RealServer], _ health: HealthPolicy) -> Specification {
        Specification(service: vip, members: realServers.map { RealServerSpecification($0) }, health: health)
    }

    private func world(_ requirement: HealthPolicy.Requirement = .all) -> DirectorSimulation {
        let world = DirectorSimulation(specification([a, b], policy(requirement)))
        world.start()
        world.advance(by: .seconds(1))
        return world
    }

    @Test func `one failing check of all quiesces, and its second failure removes`() {
        let world = world()
        #expect(world.transitions.count == 2, "one verdict each")
        world.answers[ready] = [b: .fails(.refused)]
        world.advance(by: .seconds(10))
        #expect(
            world.story.suffix(2) == [
                "5.001 s quiesce 127.0.0.1:8082 (probe failed)", "6.001 s remove 127.0.0.1:8082 (probe failed)",
            ])
        let lost = world.transitions.last?.transition
        #expect(lost?.check == "ready")
        #expect(lost?.to == .unhealthy)
        #expect(world.director.desired[b]?.failure?.check == "ready")
        #expect(world.changes.last?.planned.cause == .probeFailed(world.director.desired[b]?.failure))
        world.answers[ready] = [:]
        world.advance(by: .seconds(2))
        #expect(world.weights == [a: 1, b: 1])
        #expect(world.transitions.last?.transition.check == "ready")
        #expect(world.overlaps.isEmpty)
    }

    @Test func `a real server that dies is quiesced first, however many checks notice`() {
        let world = world()
        world.realServers[b] = .fails()
        world.advance(by: .milliseconds(4500))
        #expect(world.weights == [a: 1, b: 0])
        world.advance(by: .seconds(1))
        #expect(world.weights == [a: 1])
    }

    @Test func `one check that succeeds is enough where any will do`() {
        let world = world(.any)
        world.answers[ready] = [b: .fails()]
        world.advance(by: .seconds(20))
        #expect(world.weights == [a: 1, b: 1])
        #expect(world.transitions.count == 2)
        world.realServers[b] = .fails()
        world.advance(by: .seconds(20))
        #expect(world.weights == [a: 1])
        #expect(world.transitions.last?.transition.check == "port")
    }

    @Test func `a real server's first check speaks for it`() {
        let own = RealServerSpecification(b, health: HealthPolicy(check(ready)))
        let director = NodeDirector(
            [Specification(service: vip, members: [RealServerSpecification(a), own], health: policy(.any))], seed: 1)
        let led = (1...director.checkCount).map { director.membersLed(by: CheckID(number: $0)).map(\.realServer) }
        #expect(led == [[a], [], [b]])
    }

    // MARK: Ended connections

    /// Two real servers with a check that leaves no connection to be monitored, and one that does; settled.
    private func monitored(_ requirement: HealthPolicy.Requirement, fall: Int = 1) -> DirectorSimulation {
        let checks = [ProbeConfiguration.tcp, ready].map { probe in
            var check = check(probe, interval: .seconds(3600))
            check.fall = fall
            check.watches = true
            return NamedCheck(check)
        }
        let world = DirectorSimulation(specification([a, b], HealthPolicy(checks, requirement: requirement)))
        world.start()
        world.advance(by: .seconds(10))
        return world
    }

    @Test func `a crash is answered at once where any check will do`() {
        let world = monitored(.any)
        #expect(world.monitored == [a, b])
        world.crash(b)
        #expect(world.transitions.last?.at == .seconds(10))
        #expect(world.weights == [a: 1, b: 0])
        #expect(world.probes(of: b).count { $0 == .seconds(10) } == 2, "one of each check")
        #expect(world.probes(of: a).count == 2, "of the other real server nothing was asked")
        #expect(world.overlaps.isEmpty)
    }

    @Test(arguments: [1, 2, 5])
    func `a crash is answered by one probe of each check, whatever the threshold`(fall: Int) {
        let world = monitored(.any, fall: fall)
        world.crash(b)
        world.advance(by: .milliseconds(999))
        #expect(world.probes(of: b).count { $0 >= .seconds(10) } == 2)
        world.advance(by: .seconds(fall))
        #expect(world.weights[b, default: 0] == 0)
        #expect(world.probes(of: b).count { $0 >= .seconds(10) } <= 2 * (fall + 1), "each at its pace")
    }

    @Test func `a connection that ends by habit prompts no other check`() {
        let world = monitored(.any)
        world.endConnections(to: b, .closed)
        #expect(world.probes(of: b).count == 3)
        world.advance(by: .seconds(60))
        #expect(world.probes(of: b).count == 3)
    }

    @Test func `a crash that one check decides prompts no other`() {
        let world = monitored(.all)
        world.crash(b)
        #expect(world.weights == [a: 1, b: 0])
        #expect(world.probes(of: b).count == 3)
    }

    @Test func `a check that fails alone after its connection ended changes nothing else`() {
        let world = monitored(.any)
        world.answers[ready] = [b: .fails()]
        world.endConnections(to: b, .reset)
        world.advance(by: .seconds(100))
        #expect(world.weights == [a: 1, b: 1])
        // Two at the start, one for the connection, one of the other check, and then one a second.
        #expect(world.probes(of: b).count == 104)
    }

    @Test func `a lost host gets a second for each check`() {
        let world = monitored(.any)
        world.realServers[b] = .vanishes
        world.endConnections(to: b, .lost)
        world.advance(by: .milliseconds(1999))
        #expect(world.weights == [a: 1, b: 1])
        world.advance(by: .milliseconds(1))
        #expect(world.weights == [a: 1, b: 0])
    }

    @Test func `nobody is added at weight 0 or told about before enough is known`() {
        let world = DirectorSimulation(specification([a], policy()))
        world.answers[ready] = [a: .answers(after: .seconds(3))]
        world.start()
        world.advance(by: .seconds(2))
        #expect(world.director.desired[a]?.state == .unknown)
        #expect(world.transitions.isEmpty)
        world.advance(by: .seconds(2))
        #expect(world.transitions.map(\.transition.to) == [.healthy])
        #expect(world.transitions.first?.transition.check == "ready")
    }

    @Test func `a check more keeps the verdict until it has one, and disturbs nobody`() {
        let world = DirectorSimulation(specification([a, b], HealthPolicy(check(.tcp))))
        world.realServers[b] = .fails()
        world.start()
        world.advance(by: .seconds(1))
        let before = world.probes(of: a).count
        world.answers[ready] = [a: .fails(after: .milliseconds(500)), b: .answers()]
        world.handle(.specificationChanged(specification([a, b], policy(.any))))
        #expect(world.director.desired[a]?.state == .healthy)
        #expect(world.director.desired[b]?.state == .unhealthy)
        #expect(world.probes(of: a).count == before + 1)
        world.advance(by: .milliseconds(100))
        #expect(world.director.desired[b]?.state == .healthy)
        world.handle(.specificationChanged(specification([a, b], policy(.all))))
        #expect(world.director.desired[b]?.state == .unhealthy, "asked otherwise of what is known")
        world.advance(by: .milliseconds(500))
        #expect(world.director.desired[a]?.state == .unhealthy)
    }

    @Test func `the failing check that goes takes its verdict along`() {
        let world = world()
        world.answers[ready] = [b: .fails()]
        world.advance(by: .seconds(10))
        #expect(world.weights == [a: 1])
        world.handle(.specificationChanged(specification([a, b], HealthPolicy(check(.tcp)))))
        world.advance(by: .zero)
        #expect(world.weights == [a: 1, b: 1])
        #expect(world.transitions.last?.transition == transition(from: .unhealthy, to: .healthy, .checks))
    }

    private func transition(
        from: HealthState, to: HealthState, _ cause: HealthTransition.Cause, failure: ProbeFailure? = nil
    ) -> HealthTransition { HealthTransition(realServer: b, from: from, to: to, cause: cause, failure: failure) }

    @Test func `a verdict that another requirement changes is told with it`() {
        let world = world(.any)
        world.answers[ready] = [b: .fails(.refused)]
        world.advance(by: .seconds(10))
        #expect(world.transitions.count == 2 && world.weights == [a: 1, b: 1])
        world.handle(.specificationChanged(specification([a, b], policy(.all))))
        world.advance(by: .zero)
        #expect(world.weights == [a: 1, b: 0])
        let failure = world.director.desired[b]?.failure
        #expect(failure?.check == "ready")
        let lost = transition(from: .healthy, to: .unhealthy, .requirement(.all), failure: failure)
        #expect(world.transitions.dropFirst(2).map(\.transition) == [lost])
        #expect(lost.check == "ready" && lost.consecutive == 0)
        world.handle(.specificationChanged(specification([a, b], policy(.atLeast(2)))))
        #expect(world.transitions.count == 3, "as many as before")
        world.handle(.specificationChanged(specification([a, b], policy(.atLeast(1)))))
        world.advance(by: .zero)
        #expect(world.weights == [a: 1, b: 1])
        let found = transition(from: .unhealthy, to: .healthy, .requirement(.atLeast(1)))
        #expect(world.transitions.dropFirst(3).map(\.transition) == [found])
    }

    @Test func `services that combine the same checks otherwise share their probes`() {
        let now = ContinuousClock.now
        let others = VirtualService(.udp, vip.endpoint ?? a.endpoint)
        var second = specification([a], policy(.any))
        second.service = others
        var director = NodeDirector([specification([a], policy(.all)), second], seed: 1, at: now)
        _ = director.handle(.start, at: now)
        _ = director.handle(.passFinished([vip: PassReport(), others: PassReport()]), at: now)
        #expect(director.checkCount == 2)
        let healthy = ProbeID(check: CheckID(number: 1), attempt: 1)
        let failing = ProbeID(check: CheckID(number: 2), attempt: 2)
        _ = director.handle(.probeFinished(healthy, answered), at: now)
        _ = director.handle(.probeFinished(failing, refused), at: now)
        #expect(director[vip]?.desired[a]?.state == .unhealthy)
        #expect(director[others]?.desired[a]?.state == .healthy)
        // One that comes later knows what the others know.
        var third = specification([a], policy(.all))
        third.service = VirtualService(.sctp, vip.endpoint ?? a.endpoint)
        _ = director.handle(.configurationChanged([specification([a], policy(.all)), second, third]), at: now)
        #expect(director.checkCount == 2)
        #expect(director[third.service]?.desired[a]?.state == .unhealthy)
        #expect(director[third.service]?.desired[a]?.failure?.check == "ready")
    }

    // MARK: None

    @Test func `without checks nobody is probed, and all are healthy from the start`() {
        let table = InMemoryDataPlane()
        table.services[vip] = observed([a: 0])
        let world = DirectorSimulation(specification([a, b], HealthPolicy([])), table: table)
        #expect(world.director.desired.health.values.allSatisfy { $0.state == .healthy })
        world.start()
        world.advance(by: .seconds(60))
        #expect(world.weights == [a: 1, b: 1])
        #expect(world.probes(of: a).isEmpty && world.transitions.isEmpty && world.outages.isEmpty)
        #expect(world.changes.allSatisfy { $0.planned.cause == .declared })
        world.handle(.specificationChanged(specification([b], HealthPolicy([]))))
        world.advance(by: .seconds(12))
        #expect(world.weights == [b: 1])
    }

    @Test func `checks come and go while the verdict stays`() {
        let world = DirectorSimulation(specification([a, b], HealthPolicy(check(.tcp))))
        world.realServers[b] = .fails()
        world.start()
        world.advance(by: .seconds(5))
        #expect(world.weights == [a: 1])
        world.handle(.specificationChanged(specification([a, b], HealthPolicy([]))))
        world.advance(by: .zero)
        #expect(world.weights == [a: 1, b: 1])
        #expect(world.director.desired[b] == Health(state: .healthy))
        #expect(world.transitions.last?.transition == transition(from: .unhealthy, to: .healthy, .checks))
        world.handle(.specificationChanged(specification([a, b], policy())))
        #expect(world.director.desired[b]?.state == .healthy, "until a check says otherwise")
        world.advance(by: .milliseconds(100))
        #expect(world.director.desired[b]?.state == .unhealthy)
    }

    @Test func `a verdict that another policy changed is as old as that`() {
        var director = SoleDirector(specification: specification([a, b], HealthPolicy(check(.tcp))), seed: 1)
        let start = ContinuousClock.now
        _ = director.begin(at: start)
        let found = start + .milliseconds(3)
        _ = director.handle(.probeFinished(a, attempt: 1, refused), at: found)
        let changed = start + .seconds(1)
        _ = director.handle(.specificationChanged(specification([a, b], policy(.any))), at: changed)
        #expect(director.verdictSince == [a: found, b: start])
        let again = start + .seconds(2)
        _ = director.handle(.specificationChanged(specification([a, b], HealthPolicy([]))), at: again)
        #expect(director.verdictSince == [a: again, b: again])
    }

    @Test func `a real server's own policy replaces that of its service`() {
        let members = [
            RealServerSpecification(a), RealServerSpecification(b, health: HealthPolicy([])),
            RealServerSpecification(c, health: HealthPolicy(check(ready))),
        ]
        let world = DirectorSimulation(
            Specification(service: vip, members: members, health: HealthPolicy(check(.tcp))))
        world.answers = [.tcp: [b: .fails(), c: .fails()], ready: [a: .fails(), b: .fails()]]
        world.start()
        world.advance(by: .seconds(20))
        #expect(world.weights == [a: 1, b: 1, c: 1])
        #expect(world.transitions.allSatisfy { $0.transition.check == nil })
    }
}
