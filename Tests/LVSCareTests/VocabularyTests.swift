import Addressing
import IPVS
import LVSCareModel
import Testing

@testable import LVSCare

@Suite struct VocabularyTests {
    private let vip = VirtualService(Endpoint(address: .loopback(.ipv4), port: 80))
    private let server = RealServer(Endpoint(address: .loopback(.ipv4), port: 8081))

    @Test func changesBecomeCommands() {
        let service = Service.Identity.endpoint(.tcp, vip.endpoint)
        let pairs: [(TableChange, IPVSCommand)] = [
            (.createService(scheduler: .roundRobin), .addService(service, .init(scheduler: "rr"))),
            (.updateService(scheduler: .roundRobin), .setService(service, .init(scheduler: "rr"))),
            (.removeService, .deleteService(service)),
            (
                .add(server, weight: 3),
                .addDestination(server.endpoint, .init(forwarding: .masquerade, weight: 3), to: service)
            ),
            (
                .setWeight(server, weight: 0),
                .setDestination(server.endpoint, .init(forwarding: .masquerade, weight: 0), of: service)
            ),
            (.remove(server), .deleteDestination(server.endpoint, of: service)),
        ]
        for (change, command) in pairs { #expect(IPVSCommand(change, to: vip) == command) }
    }

    @Test(arguments: [
        (Service.Configuration(scheduler: "rr"), false),
        (Service.Configuration(scheduler: "sh", flags: .sourceHashingPort), true),
        (Service.Configuration(scheduler: "rr", persistence: .init()), true),
        (Service.Configuration(scheduler: "rr", persistenceEngine: "sip"), true),
    ])
    func optionsThatWeNeverSetAreSeen(configuration: Service.Configuration, isForeign: Bool) {
        let observed = ObservedService(
            Service(identity: .endpoint(.tcp, vip.endpoint), configuration: configuration), [])
        #expect(observed.hasForeignOptions == isForeign)
        #expect(observed.scheduler.rawValue == configuration.scheduler.rawValue)
    }

    @Test(
        arguments: [
            (IPVS.ForwardingMethod.masquerade, 1, LVSCareModel.ForwardingMethod.masquerade, 1),
            (.local, 7, .masquerade, 7), (.tunnel, 0, .other, 0), (.directRoute, 2_000_000, .other, 65535),
        ] as [(IPVS.ForwardingMethod, UInt32, LVSCareModel.ForwardingMethod, UInt16)])
    func realServersAreObserved(
        found: IPVS.ForwardingMethod, weight: UInt32, forwarding: LVSCareModel.ForwardingMethod, clamped: UInt16
    ) {
        let observed = ObservedRealServer(
            Destination(
                identity: server.endpoint, configuration: .init(forwarding: found, weight: weight),
                connections: .init(active: 4, inactive: 5)))
        #expect(
            observed
                == ObservedRealServer(
                    weight: Weight(rawValue: clamped), forwarding: forwarding, activeConnections: 4,
                    inactiveConnections: 5))
    }
}
