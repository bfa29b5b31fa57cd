import Addressing
import DirectorTestKit
import LVSCareModel
import Testing

@testable import Director

/// Real servers of which each has what is wanted of it.
@Suite struct MemberPlanTests {
    private static func server(_ number: UInt8) -> RealServer {
        RealServer(Endpoint(address: IPAddress(octets: [192, 168, 0, number]) ?? .loopback(.ipv4), port: 6443))
    }
    private let a = server(1)
    private let b = server(2)
    private let vip = VirtualService(.udp, Endpoint(address: .loopback(.ipv4), port: 53))

    private func desired(
        _ members: [RealServerSpecification], _ states: [RealServer: HealthState] = [:],
        configuration: ServiceConfiguration = ServiceConfiguration(scheduler: .weightedRoundRobin)
    ) -> DesiredState {
        var desired = DesiredState(
            specification: Specification(service: vip, configuration: configuration, members: members))
        for (realServer, state) in states { desired[realServer] = Health(state: state) }
        return desired
    }

    private func changes(_ desired: DesiredState, from observed: ObservedService?) -> [TableChange] {
        var planner = Planner()
        return planner.plan(desired, against: observed, at: .now).map(\.change)
    }

    @Test func `each is added with its own weight, method and thresholds`() {
        let tunnel = RealServerSpecification(
            b, weight: 200_000, forwarding: .tunnel(.gue(port: 6080)), thresholds: .init(upper: 10, lower: 5))
        let configuration = ServiceConfiguration(
            scheduler: .sourceHashing, flags: .sourceHashingPort, persistence: .init(timeout: 60))
        #expect(
            changes(desired([.init(a, weight: 3), tunnel], configuration: configuration), from: nil) == [
                .createService(configuration),
                .add(a, .init(forwarding: .masquerade, weight: 3)),
                .add(
                    b,
                    .init(
                        forwarding: .tunnel(.gue(port: 6080)), weight: 200_000, thresholds: .init(upper: 10, lower: 5))
                ),
            ])
    }

    @Test func `only what differs is written`() {
        let observed = ObservedService(
            ServiceConfiguration(scheduler: .weightedRoundRobin),
            realServers: [
                a: ObservedRealServer(.init(forwarding: .directRoute, weight: 3)),
                b: ObservedRealServer(.init(forwarding: .directRoute, weight: 4)),
            ])
        let wanted = desired([
            .init(a, weight: 3, forwarding: .directRoute), .init(b, weight: 5, forwarding: .directRoute),
        ])
        #expect(
            changes(wanted, from: observed) == [.update(b, .init(forwarding: .directRoute, weight: 5))])
    }

    @Test func `thresholds of others stay where none are wanted`() {
        let found = RealServerConfiguration(forwarding: .masquerade, weight: 1, thresholds: .init(upper: 7))
        let observed = ObservedService(
            ServiceConfiguration(scheduler: .weightedRoundRobin), realServers: [a: ObservedRealServer(found)])
        #expect(changes(desired([.init(a)]), from: observed) == [])
        var heavier = found
        heavier.weight = 2
        #expect(changes(desired([.init(a, weight: 2)]), from: observed) == [.update(a, heavier)])
        #expect(
            changes(desired([.init(a, thresholds: ConnectionThresholds.none)]), from: observed)
                == [.update(a, .init(forwarding: .masquerade))])
    }

    @Test func `what is quiesced keeps its method and thresholds`() {
        let found = RealServerConfiguration(forwarding: .directRoute, weight: 3, thresholds: .init(upper: 7))
        var quiescent = found
        quiescent.weight = 0
        let observed = ObservedService(
            ServiceConfiguration(scheduler: .weightedRoundRobin),
            realServers: [a: ObservedRealServer(found), b: ObservedRealServer(found)])
        let wanted = desired(
            [.init(a, weight: 3, forwarding: .directRoute)], [a: .unhealthy])
        #expect(changes(wanted, from: observed) == [.update(a, quiescent), .update(b, quiescent)])
    }

    @Test func `a real server that the kernel tells as local is as wanted`() {
        let observed = ObservedService(
            ServiceConfiguration(scheduler: .weightedRoundRobin),
            realServers: [a: ObservedRealServer(.init(forwarding: .local))])
        #expect(changes(desired([.init(a, forwarding: .tunnel)]), from: observed) == [])
    }

    @Test func `a service that was made persistent on purpose stays so`() {
        let persistent = ServiceConfiguration(scheduler: .roundRobin, persistence: .init(timeout: 60))
        let observed = ObservedService(persistent, realServers: [a: ObservedRealServer(weight: 1)])
        #expect(changes(desired([.init(a)], configuration: persistent), from: observed) == [])
        var other = persistent
        other.persistence?.timeout = 120
        #expect(changes(desired([.init(a)], configuration: other), from: observed) == [.updateService(other)])
    }

    @Test func `a drain lasts as long as it may where nobody can count connections`() {
        var specification = Specification(service: vip, realServers: [a])
        specification.drainTimeout = .seconds(60)
        var desired = DesiredState(specification: specification)
        desired[a] = Health(state: .unhealthy, failedChecks: 2)
        let observed = ObservedService(
            ServiceConfiguration(scheduler: .roundRobin),
            realServers: [
                a: ObservedRealServer(
                    .init(forwarding: .masquerade, weight: 0), activeConnections: nil, inactiveConnections: nil)
            ])
        var planner = Planner()
        let now = ContinuousClock.now
        #expect(planner.plan(desired, against: observed, at: now).isEmpty)
        #expect(
            planner.plan(desired, against: observed, at: now + .seconds(60)).map(\.change) == [.remove(a)])
    }
}
