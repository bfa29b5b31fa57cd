import Addressing
import DirectorTestKit
import IPVS
import LVSCareModel
import Testing

@testable import LVSCare

@Suite struct VocabularyTests {
    private let vip = VirtualService(Endpoint(address: .loopback(.ipv4), port: 80))
    private let server = RealServer(Endpoint(address: .loopback(.ipv4), port: 8081))

    @Test func `changes become commands`() {
        let pairs: [(TableChange, IPVSCommand)] = [
            (.createService(scheduler: .roundRobin), .addService(vip, .init(scheduler: "rr"))),
            (.updateService(scheduler: .roundRobin), .setService(vip, .init(scheduler: "rr"))),
            (.removeService, .deleteService(vip)),
            (
                .add(server, weight: 3),
                .addDestination(server.endpoint, .init(forwarding: .masquerade, weight: 3), to: vip)
            ),
            (
                .update(server, .init(forwarding: .directRoute, weight: 0, thresholds: .init(upper: 5))),
                .setDestination(
                    server.endpoint, .init(forwarding: .directRoute, weight: 0, thresholds: .init(upper: 5)), of: vip)
            ),
            (.remove(server), .deleteDestination(server.endpoint, of: vip)),
        ]
        for (change, command) in pairs { #expect(IPVSCommand(change, to: vip) == command) }
    }

    @Test func `what the kernel tells is observed whole`() {
        let configuration = ServiceConfiguration(
            scheduler: "sh", flags: .sourceHashingPort, persistence: .init(), persistenceEngine: "sip")
        let member = RealServerConfiguration(
            forwarding: .tunnel(.gue(port: 6080)), weight: 2_000_000, thresholds: .init(upper: 9, lower: 5))
        let observed = ObservedService(
            Service(identity: vip, configuration: configuration),
            [
                Destination(
                    identity: server.endpoint, configuration: member, connections: .init(active: 4, inactive: 5))
            ])
        #expect(
            observed
                == ObservedService(
                    configuration,
                    realServers: [
                        server: ObservedRealServer(member, activeConnections: 4, inactiveConnections: 5)
                    ]))
    }
}
