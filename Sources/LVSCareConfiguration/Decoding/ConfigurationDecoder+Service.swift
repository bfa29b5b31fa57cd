import Addressing
import LVSCareModel
import LVSCareSettings

/// A service and where it is written.
struct DeclaredService {
    let specification: Specification
    let virtual: Node
    /// `nil` where it is mistaken.
    let path: Path?
    let pathNode: Node?
    let nameNode: Node?
}

extension ConfigurationDecoder {
    /// Reads the services of a file.
    func declareServices(_ node: Node) {
        let items = items(node, expected: FileKeys.services.form)
        if services.isEmpty { services.reserveCapacity(items.count) }
        for item in items {
            guard !item.isNull else {
                refuseKind(of: item, expected: "a service")
                continue
            }
            if let mapping = mapping(item, .service) { declareService(mapping) }
        }
    }

    private func declareService(_ mapping: NodeMapping) {
        let declared = virtualService(mapping)
        // Where it is not known, the rest is read nevertheless.
        let service = declared?.service ?? .endpoint(transport(mapping), Self.nowhere)
        let virtual = declared?.node ?? mapping.node
        let path = declared.flatMap { self.path(mapping[ServiceKeys.path], to: $0.service, $0.node) }
        let checks = mapping[ServiceKeys.checks].map(namedChecks) ?? defaultChecks
        let method = mapping[ServiceKeys.forwarding] ?? defaults?[ServiceKeys.forwarding]
        let context = RealServerContext(
            service: declared?.service, path: path, forwarding: method.map(forwarding) ?? ForwardingMethod.masquerade,
            checks: checks,
            requirement: (mapping[ServiceKeys.require] ?? defaults?[ServiceKeys.require]).flatMap(requirement))
        let realServers = mapping[ServiceKeys.realServers].map { self.realServers($0, context) } ?? []
        var specification = Specification(
            service: service,
            configuration: serviceConfiguration(mapping, of: service, virtual, family: declared?.service.family),
            name: serviceName(mapping), members: realServers.map(\.specification),
            health: policy(checks ?? [], checks == nil ? nil : context.requirement), policy: servicePolicy(mapping),
            path: path ?? Path.none)
        readReaction(mapping, &specification)
        specification.drainTimeout = duration(ServiceKeys.drain, of: mapping) ?? .zero
        specification.repairInterval =
            duration(ServiceKeys.repairInterval, of: mapping) ?? specification.repairInterval
        specification.verifiesPath = boolean(ServiceKeys.verifyPath, of: mapping) ?? true
        specification.abortsWaiting = boolean(ServiceKeys.abortWaiting, of: mapping) ?? true
        readWhenAllFail(mapping, context, realServers, &specification)
        refuseMissingChecks(mapping, checks, realServers)
        guard declared != nil else { return }
        warn(mapping, virtual, specification)
        services.append(
            DeclaredService(
                specification: specification, virtual: virtual, path: path, pathNode: mapping[ServiceKeys.path],
                nameNode: mapping[ServiceKeys.name]))
    }

    /// An address for what is not known.
    private static let nowhere = Endpoint(address: .loopback(.ipv4), port: 1)

    /// A duration of the service, or else of the defaults; 0 of the service is no wish for that of the defaults.
    private func duration(_ key: ConfigurationKey, of mapping: NodeMapping) -> Duration? {
        mapping[key] != nil ? duration(mapping, key) : defaults.flatMap { duration($0, key) }
    }

    /// The same of a choice between true and false.
    private func boolean(_ key: ConfigurationKey, of mapping: NodeMapping) -> Bool? {
        boolean(mapping, key) ?? defaults.flatMap { boolean($0, key) }
    }

    private func serviceName(_ mapping: NodeMapping) -> String? {
        guard let value = text(mapping, ServiceKeys.name) else { return nil }
        guard 1...100 ~= value.text.utf8.count,
            !value.text.unicodeScalars.contains(where: { $0.isControl || $0.properties.isWhitespace })
        else {
            mistakes.add(UsageError(value, "it is no name", expected: ServiceKeys.name.expectation))
            return nil
        }
        return value.text
    }

    /// What the service has of its own of what the defaults may say, too.
    private func readReaction(_ mapping: NodeMapping, _ specification: inout Specification) {
        guard let defaults else { return }
        if mapping[ServiceKeys.start] == nil {
            specification.policy.start = choice(defaults, ServiceKeys.start) ?? specification.policy.start
        }
        if mapping[ServiceKeys.onFailure] == nil {
            specification.policy.failure = choice(defaults, ServiceKeys.onFailure) ?? specification.policy.failure
        }
    }

    private func readWhenAllFail(
        _ mapping: NodeMapping, _ context: RealServerContext, _ realServers: [DeclaredRealServer],
        _ specification: inout Specification
    ) {
        guard let node = mapping[ServiceKeys.whenAllFail] else { return }
        let words = AllDown.allCases.map(\.rawValue) + [ServiceKeys.sorry.name]
        let expected = ServiceKeys.whenAllFail.form
        guard let (word, more) = choice(node, words: words, expected: expected) else { return }
        if let choice = AllDown(rawValue: word), more == nil {
            specification.allDown = choice
            return
        }
        guard word == ServiceKeys.sorry.name, let more else {
            refuse(node, "it does not say what is meant", expected: expected)
            return
        }
        // It is not checked.
        let context = RealServerContext(
            service: context.service, path: context.path, forwarding: context.forwarding, checks: [], requirement: nil)
        guard let sorry = realServer(more, .sorryServer, context) else { return }
        if let other = realServers.first(where: { $0.specification.realServer == sorry.specification.realServer }) {
            refuse(
                sorry.address, "it is a real server of the service, at \(other.address.place)",
                expected: "another server")
        }
        specification.policy.sorryServer = sorry.specification
    }

    /// A service without a check would send clients to whoever is dead; whoever wants that has to say so.
    private func refuseMissingChecks(
        _ mapping: NodeMapping, _ checks: [NamedCheck]?, _ realServers: [DeclaredRealServer]
    ) {
        guard checks == nil, realServers.contains(where: { !$0.hasOwnChecks }) else { return }
        mistakes.add(
            UsageError(
                at: mapping.node.origin, "\(ServiceKeys.checks.name) is missing",
                expected: "\(ServiceKeys.checks.name): \(ServiceKeys.checks.form)"))
    }

    private func warn(_ mapping: NodeMapping, _ virtual: Node, _ specification: Specification) {
        guard let node = mapping[ServiceKeys.realServers] else { return }
        let weights = specification.members.reduce(0) { $0 + Int($1.weight.rawValue) }
        if specification.members.isEmpty {
            if node.items?.isEmpty == true {
                warnings.add(
                    UsageError(at: node.origin, "the service has no real servers: clients are refused", expected: ""))
            }
        } else if weights == 0 {
            warnings.add(UsageError(at: node.origin, "all weights are 0: clients are refused", expected: ""))
        } else if specification.policy.quorum.weight > weights, let quorum = mapping[ServiceKeys.quorum] {
            warnings.add(
                UsageError(
                    at: quorum.origin, "all weights together are \(weights), and a higher quorum counts as that",
                    expected: ""))
        }
    }
}
