package import Director
internal import Glibc
package import LVSCareModel

extension DataPlaneContract {
    /// One service of each kind.
    package static let services: [VirtualService] = [IPAddress.Family.ipv4, .ipv6].flatMap { family in
        let vip = Endpoint(address: address(of: family), port: 80)
        return [
            VirtualService(vip), .endpoint(.udp, vip), .endpoint(.sctp, vip), .firewallMark(7, family),
        ]
    }

    private static func address(of family: IPAddress.Family) -> IPAddress {
        let octets: [UInt8] =
            family == .ipv4 ? [10, 200, 0, 1] : [0xfd, 0, 0x02] + Array(repeating: 0, count: 12) + [1]
        return IPAddress(octets: octets) ?? .loopback(family)
    }

    /// All that can be set of a service and of a real server.
    package var kindCases: [Case] {
        methodCases + [thresholdCase, weightCase, optionCase, passCase]
    }

    private var methodCases: [Case] {
        let methods: [ForwardingMethod] = [
            .directRoute, .tunnel, .tunnel(.gue(port: 6080, checksum: .full)), .tunnel(.gre()),
        ]
        let server = realServer(1)
        return methods.map { method in
            let wanted = RealServerConfiguration(forwarding: method, weight: 2)
            return Case(
                name: "packets get to a real server by \(method)",
                steps: [
                    .apply([.createService(scheduler: .roundRobin), .add(server, wanted)], codes: [nil, nil]),
                    .observe(service([server: wanted])),
                    .apply([.setWeight(server, weight: 2)], codes: [nil]),
                    .observe(service([server: 2])),
                    .apply([.update(server, wanted)], codes: [nil]),
                    .observe(service([server: wanted])),
                ])
        }
    }

    private var thresholdCase: Case {
        let server = realServer(1)
        let limited = RealServerConfiguration(
            forwarding: .masquerade, weight: 1, thresholds: ConnectionThresholds(upper: 1000, lower: 800))
        var wrong = limited
        wrong.thresholds.lower = 1001
        return Case(
            name: "a real server has thresholds until they are taken away",
            steps: [
                .apply([.createService(scheduler: .roundRobin), .add(server, limited)], codes: [nil, nil]),
                .observe(service([server: limited])),
                .apply([.update(server, wrong)], codes: [ERANGE]),
                .observe(service([server: limited])),
                .apply([.setWeight(server, weight: 1)], codes: [nil]),
                .observe(service([server: 1])),
            ])
    }

    private var weightCase: Case {
        let server = realServer(1)
        return Case(
            name: "a weight may be as high as the kernel counts",
            steps: [
                .apply([.createService(scheduler: .roundRobin), .add(server, weight: .highest)], codes: [nil, nil]),
                .observe(service([server: .highest])),
                .apply([.setWeight(server, weight: Weight(rawValue: 1 << 31))], codes: [ERANGE]),
                .observe(service([server: .highest])),
            ])
    }

    private var optionCase: Case {
        let netmask: Netmask = service.family == .ipv4 ? .ipv4(prefixLength: 24) : .ipv6(prefixLength: 64)
        var wanted = ServiceConfiguration(
            scheduler: .sourceHashing, flags: [.sourceHashingPort, .sourceHashingFallback],
            persistence: ServiceConfiguration.Persistence(timeout: 60, netmask: netmask))
        if case .endpoint(.udp, _) = service { wanted.flags.insert(.onePacket) }
        var steadfast = wanted
        steadfast.persistence?.timeout = 7200
        return Case(
            name: "a service has options and persistence until they are taken away",
            steps: [
                .apply([.createService(wanted), .add(realServer(1), weight: 1)], codes: [nil, nil]),
                .observe(service([realServer(1): 1], wanted)),
                .apply([.updateService(steadfast)], codes: [nil]),
                .observe(service([realServer(1): 1], steadfast)),
                .apply([.updateService(scheduler: .roundRobin)], codes: [nil]),
                .observe(service([realServer(1): 1])),
            ])
    }

    private var passCase: Case {
        let wanted = ServiceConfiguration(
            scheduler: .weightedRoundRobin, persistence: ServiceConfiguration.Persistence(timeout: 60))
        let (first, second) = (
            RealServerSpecification(realServer(1), weight: 5, forwarding: .directRoute),
            RealServerSpecification(realServer(2), weight: 3, thresholds: ConnectionThresholds(upper: 9))
        )
        let (one, two) = (
            RealServerConfiguration(forwarding: .directRoute, weight: 5),
            RealServerConfiguration(
                forwarding: .masquerade, weight: 3, thresholds: ConnectionThresholds(upper: 9, lower: 0))
        )
        let desired = DesiredState(
            specification: Specification(service: service, configuration: wanted, members: [first, second]))
        return Case(
            name: "a pass gives the service and each real server what is wanted of it",
            steps: [
                .pass(desired, makes: [.createService(wanted), .add(realServer(1), one), .add(realServer(2), two)]),
                .observe(service([realServer(1): one, realServer(2): two], wanted)),
                .pass(desired, makes: []),
                .apply([.setWeight(realServer(1), weight: 5)], codes: [nil]),
                .pass(desired, makes: [.update(realServer(1), one)]),
                .restart,
                .pass(desired, makes: []),
            ])
    }

    /// A service with real servers of these configurations.
    private func service(
        _ configurations: [RealServer: RealServerConfiguration],
        _ configuration: ServiceConfiguration = ServiceConfiguration(scheduler: .roundRobin)
    ) -> ObservedService {
        ObservedService(configuration, realServers: configurations.mapValues { ObservedRealServer($0) })
    }

    /// A service with masqueraded real servers of these weights.
    private func service(_ weights: [RealServer: Weight], _ configuration: ServiceConfiguration) -> ObservedService {
        service(
            weights.mapValues { RealServerConfiguration(forwarding: .masquerade, weight: $0) }, configuration)
    }
}

extension DataPlaneContract {
    /// Looks at and changes all of `services` together, of which none is there, and says what was other than expected; empty when
    /// all was well.
    package static func mismatchesOfMany(on plane: any DataPlane) -> [String] {
        var mismatches: [String] = []
        let contracts = services.map(DataPlaneContract.init)
        func expect(_ what: String, _ scope: ServiceScope, _ expected: [VirtualService: ObservedService]) {
            let observed = Result { try plane.observe(scope).mapValues(withoutCounts) }
            if case .success(expected) = observed { return }
            mismatches.append("\(what): \(observed)")
        }
        let wanted = Dictionary(
            uniqueKeysWithValues: contracts.map { ($0.service, $0.service([$0.realServer(1): 3])) })
        let unknown = Scheduler(rawValue: "nosuch")
        let plans = contracts.enumerated().map { number, contract in
            ServicePlan(
                [
                    // One of them cannot be made.
                    .createService(scheduler: number == 2 ? unknown : .roundRobin),
                    .add(contract.realServer(1), weight: 3),
                ].map { PlannedChange($0, cause: .declared) }, of: contract.service, from: nil)
        }
        let codes = plane.apply(plans).map { $0.failures.map { $0?.code } }
        let expected = services.indices.map { $0 == 2 ? [ENOENT, ESRCH] : [nil, nil] }
        if codes != expected { mismatches.append("errno \(codes) instead of \(expected)") }
        var made = wanted
        made[services[2]] = nil
        expect("all", .services(Set(services)), made)
        expect("none", .services([]), [:])
        expect("one that is not there", .services([services[2]]), [:])
        let some = Set(services.prefix(4))
        expect("some", .services(some), made.filter { some.contains($0.key) })
        expect("everything", .all, made)
        let removals = services.map {
            ServicePlan([PlannedChange(.removeService, cause: .cleanUp)], of: $0, from: wanted[$0])
        }
        let failures = plane.apply(removals).flatMap(\.failures).compactMap(\.self)
        if !failures.isEmpty { mismatches.append("removals: \(failures)") }
        expect("after removal", .all, [:])
        return mismatches
    }
}
