import DirectorTestKit
import LVSCareModel
import Testing

@testable import Director

/// Random worlds: real servers come and go, other programs interfere, the kernel fails, the operator changes their mind.
@Suite struct DirectorPropertyTests {
    /// Worlds from this seed on have policies of all kinds.
    private static let firstWithPolicies: UInt64 = 41
    private static let sorry = RealServerSpecification(server(21), weight: 7)

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `the invariants hold in a random world`(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        let pool = servers(8)
        let limits = Bool.random(using: &chance) ? ProbeLimits() : ProbeLimits(probes: 3, connections: 5)
        let fewer = ProbeLimits(probes: 2, connections: 3)
        let hasPolicies = seed >= Self.firstWithPolicies
        let world = DirectorSimulation(anySpecification(pool, hasPolicies, &chance), limits: limits, seed: seed)
        if Bool.random(using: &chance) { world.passLength = .milliseconds(.random(in: 1...80, using: &chance)) }
        world.start()
        for _ in 0..<150 {
            act(on: world, pool, hasPolicies, &chance)
            if Int.random(in: 0..<20, using: &chance) == 0 {
                world.handle(.limitsChanged(Bool.random(using: &chance) ? limits : fewer))
            }
            world.advance(by: .milliseconds(.random(in: 0...1500, using: &chance)))
            #expect(world.overlaps.isEmpty)
            #expect(world.overlappingPasses == 0)
            #expect(world.table.abruptRemovals.isEmpty)
            // One connection of each check at most, and none to those that are not healthy by it.
            if !hasPolicies {
                let monitored = world.monitored
                #expect(Set(monitored).count == monitored.count)
                #expect(monitored.allSatisfy { world.director.desired[$0]?.state == .healthy })
            }
            #expect(Set(world.director.verdictSince.keys) == Set(world.director.specification.realServers))
            #expect(world.mostInFlight <= limits.probes)
            #expect(world.mostConnections <= limits.connections)
        }

        // A quiet time: nobody interferes, everything answers one way or the other.
        world.table.fault = { _ in nil }
        world.path.failure = nil
        world.handle(.limitsChanged(fewer))
        for realServer in pool {
            world.realServers[realServer] = Bool.random(using: &chance) ? .answers() : .fails()
        }
        world.advance(by: .seconds(90))
        expectRightWeights(world)
        #expect(world.observed?.configuration == world.director.desired.configuration)
        #expect(world.observed?.realServers.values.allSatisfy { $0.configuration.forwarding == .masquerade } == true)
        #expect(world.path.present == ["local route"])
        #expect(world.monitored.count <= fewer.connections)

        let applications = world.table.applications
        let passes = world.passes.count
        world.advance(by: .seconds(30))
        #expect(world.table.applications == applications)
        #expect(world.passes.count >= passes + 25)
    }

    /// Whoever answers has its weight, unless there are too few and a sorry server stands in; nobody else gets connections.
    private func expectRightWeights(_ world: DirectorSimulation) {
        let specification = world.director.specification
        let healthy = specification.members.filter {
            specification.health(of: $0).checks.isEmpty || world.realServers[$0.realServer] == .answers()
        }.map(\.realServer)
        let isSorry = world.director.desired.isSorry
        let serving =
            isSorry
            ? [Self.sorry.realServer: Self.sorry.weight]
            : Dictionary(uniqueKeysWithValues: healthy.map { ($0, Weight.normal) })
        #expect(world.weights.filter { $0.value != .quiescent } == serving)
        let mayStay =
            specification.policy.failure == .quiesce
            ? Set(specification.realServers) : isSorry ? Set(healthy) : []
        #expect(world.weights.allSatisfy { $0.value != .quiescent || mayStay.contains($0.key) })
        let quorum = specification.policy.quorum
        if healthy.isEmpty { #expect(world.director.desired.availability == .down) }
        if healthy.count >= min(quorum.weight + quorum.hysteresis, specification.realServers.count), !healthy.isEmpty {
            #expect(world.director.desired.availability == .up)
        }
    }

    private func anyPolicy(_ specification: inout Specification, _ chance: inout SplitMix64) {
        let weight = Int.random(in: 1...4, using: &chance)
        specification.policy = ServicePolicy(
            start: Bool.random(using: &chance) ? .inService : .outOfService,
            failure: Bool.random(using: &chance) ? .quiesce : .quiesceThenRemove,
            quorum: .init(weight: weight, hysteresis: .random(in: 0..<weight, using: &chance)),
            sorryServer: Bool.random(using: &chance) ? Self.sorry : nil)
        let first = specification.healthCheck
        var second = first
        second.probe = .grpc(GRPCProbeConfiguration())
        second.interval = .milliseconds(.random(in: 200...3000, using: &chance))
        let requirements: [HealthPolicy.Requirement] = [.all, .any, .atLeast(2)]
        let policies = [
            HealthPolicy([]), HealthPolicy(first), HealthPolicy(second),
            HealthPolicy(
                [NamedCheck(first), NamedCheck(second)], requirement: requirements.randomElement(using: &chance) ?? .all
            ),
        ]
        specification.health = policies.randomElement(using: &chance) ?? HealthPolicy(first)
        var members = specification.members
        for index in members.indices where Int.random(in: 0..<4, using: &chance) == 0 {
            members[index].health = policies.randomElement(using: &chance)
        }
        specification.declare(members: members)
    }

    private func anySpecification(
        _ pool: [RealServer], _ hasPolicies: Bool, _ chance: inout SplitMix64
    ) -> Specification {
        let probes: [ProbeConfiguration] = [
            .http(HTTPProbeConfiguration()), .http(HTTPProbeConfiguration(target: "/readyz")), .tcp,
        ]
        var specification = specification(
            pool.shuffled(using: &chance).dropLast(.random(in: 0...6, using: &chance)),
            interval: .milliseconds(.random(in: 200...3000, using: &chance)),
            timeout: .milliseconds(.random(in: 100...5000, using: &chance)),
            unhealthyInterval: Bool.random(using: &chance) ? nil : .milliseconds(500),
            fall: .random(in: 1...3, using: &chance), rise: .random(in: 1...3, using: &chance),
            jitter: Bool.random(using: &chance) ? 0.2 : 0, watches: Bool.random(using: &chance),
            drainTimeout: Bool.random(using: &chance) ? .seconds(10) : .zero,
            probe: probes.randomElement(using: &chance) ?? .tcp)
        if Bool.random(using: &chance) { specification.configuration.scheduler = Scheduler(rawValue: "wlc") }
        if hasPolicies { anyPolicy(&specification, &chance) }
        return specification
    }

    private func act(
        on world: DirectorSimulation, _ pool: [RealServer], _ hasPolicies: Bool, _ chance: inout SplitMix64
    ) {
        guard let realServer = pool.randomElement(using: &chance) else { return }
        switch Int.random(in: 0..<24, using: &chance) {
        case 0...7:
            let scripts: [ScriptedRealServer] = [
                .answers(), .answers(after: .milliseconds(700)), .fails(), .fails(.reset, after: .seconds(1)), .hangs,
                .straggles(after: .seconds(4)), .loses, .vanishes, .fails(.status(503)),
            ]
            world.realServers[realServer] = scripts.randomElement(using: &chance)
        case 8: world.table.services[vip] = nil
        case 9: world.table.services[vip]?.realServers[realServer] = nil
        case 10:
            world.table.services[vip]?.realServers[realServer]?.weight = Weight(
                rawValue: .random(in: 0...3, using: &chance))
        case 11: world.table.services[vip]?.realServers[realServer]?.configuration.forwarding = .directRoute
        case 12: world.table.services[vip]?.scheduler = Scheduler(rawValue: "lc")
        case 13: world.table.services[vip]?.configuration.persistence = .init()
        case 14: world.table.services[vip]?.realServers[server(20)] = ObservedRealServer(weight: 4)
        case 15: world.path.present = []
        case 16:
            let faults: [InMemoryDataPlane.Fault?] = [.refused(broken), .replyLost(broken), nil, nil]
            let fault = faults.randomElement(using: &chance) ?? nil
            let mercy = Int.random(in: 1...4, using: &chance)
            var count = 0
            world.table.fault = { _ in
                count += 1
                return count.isMultiple(of: mercy) ? nil : fault
            }
        case 17: world.path.failure = world.path.failure == nil ? broken : nil
        case 18: world.handle(.specificationChanged(anySpecification(pool, hasPolicies, &chance)))
        case 19: world.crash(realServer)
        case 20:
            if let end = ConnectionEnd.allCases.randomElement(using: &chance) {
                world.endConnections(to: realServer, end)
            }
        case 21:
            let habits: [ConnectionHabit] = [
                .keeps, .declines, .closes(after: .milliseconds(100)), .closes(after: .seconds(4)),
            ]
            world.habits[realServer] = habits.randomElement(using: &chance)
        case 22:
            world.table.services[vip]?.realServers[realServer]?.activeConnections = .random(in: 0...2, using: &chance)
        default: world.sleep(for: .seconds(.random(in: 1...20, using: &chance)))
        }
        if Bool.random(using: &chance) { world.handle(.kernelChanged) }
    }
}
