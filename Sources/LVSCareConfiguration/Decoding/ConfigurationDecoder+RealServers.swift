import Addressing
import LVSCareModel
import LVSCareSettings

/// What the real servers of a service have in common; `nil` is what is mistaken, and what depends on it says nothing then.
struct RealServerContext {
    let service: VirtualService?
    let path: Path?
    let forwarding: ForwardingMethod?
    /// `nil` where the service says nothing of checks.
    let checks: [NamedCheck]?
    let requirement: DeclaredRequirement?
}

/// A real server and where it is written.
struct DeclaredRealServer {
    let specification: RealServerSpecification
    let address: Node
    /// Whether it says by itself how it is checked.
    let hasOwnChecks: Bool
}

extension ConfigurationDecoder {
    /// The real servers at `node`.
    func realServers(_ node: Node, _ context: RealServerContext) -> [DeclaredRealServer] {
        let items = items(node, expected: ServiceKeys.realServers.form)
        var result: [DeclaredRealServer] = []
        result.reserveCapacity(items.count)
        var known = Set<RealServer>(minimumCapacity: items.count)
        for item in items {
            guard let declared = realServer(item, .realServer, context) else { continue }
            let realServer = declared.specification.realServer
            guard known.insert(realServer).inserted else {
                let first = result.first { $0.specification.realServer == realServer } ?? declared
                refuse(
                    declared.address, "the real server is there already, at \(first.address.place)",
                    expected: "each real server once")
                continue
            }
            result.append(declared)
        }
        return result
    }

    /// The real server at `node`: an address, or a mapping of `schema`.
    func realServer(
        _ node: Node, _ schema: ConfigurationSchema, _ context: RealServerContext
    ) -> DeclaredRealServer? {
        if let value = node.value {
            guard let endpoint = endpoint(value, context, context.forwarding) else { return nil }
            refuseUnprobed(endpoint, node, context.checks ?? [])
            let specification = RealServerSpecification(
                RealServer(endpoint), forwarding: context.forwarding ?? .masquerade)
            return DeclaredRealServer(specification: specification, address: node, hasOwnChecks: false)
        }
        guard !node.isNull else {
            refuseKind(of: node, expected: RealServerKeys.address.expectation)
            return nil
        }
        guard let mapping = mapping(node, schema) else { return nil }
        let forwarding = mapping[RealServerKeys.forwarding].map(forwarding) ?? context.forwarding
        let weight = number(mapping, RealServerKeys.weight).map { Weight(rawValue: UInt32($0)) }
        let thresholds = mapping[RealServerKeys.thresholds].flatMap(thresholds)
        let health = health(mapping, context)
        let checkEndpoint = read(text(mapping, RealServerKeys.checkAddress)) { value throws(UsageError) in
            try Endpoint(reachable: value, expected: RealServerKeys.checkAddress.expectation)
        }
        guard let value = text(mapping, RealServerKeys.address), let address = mapping[RealServerKeys.address],
            let endpoint = endpoint(value, context, forwarding)
        else { return nil }
        if mapping[RealServerKeys.checkAddress] == nil {
            refuseUnprobed(endpoint, address, health?.checks ?? context.checks ?? [])
        }
        let specification = RealServerSpecification(
            RealServer(endpoint), weight: weight ?? .normal, forwarding: forwarding ?? .masquerade,
            thresholds: thresholds,
            health: health, checkEndpoint: checkEndpoint)
        return DeclaredRealServer(
            specification: specification, address: address, hasOwnChecks: mapping[RealServerKeys.checks] != nil)
    }

    /// Refuses a real server without a port that something should ask how it is.
    private func refuseUnprobed(_ endpoint: Endpoint, _ node: Node, _ checks: [NamedCheck]) {
        guard endpoint.port == 0, !checks.isEmpty else { return }
        refuse(
            node, "without a port nothing can ask it how it is",
            expected: "a port, or checkAddress or checks: [] along with it")
    }

    /// Where a real server listens.
    private func endpoint(
        _ value: RawValue, _ context: RealServerContext, _ forwarding: ForwardingMethod?
    ) -> Endpoint? {
        let expected = RealServerKeys.address.expectation
        // A port of nobody where the service is not known.
        let port = context.service.map { $0.endpoint?.port ?? 0 } ?? 1
        let endpoint = read(value) { value throws(UsageError) -> Endpoint in
            if let address = IPAddress(value.text) {
                try address.refuseUnusable(value, expected: expected)
                return Endpoint(address: address, port: port)
            }
            return try Endpoint(reachable: value, expected: expected)
        }
        guard let endpoint else { return nil }
        guard let service = context.service, let path = context.path, let forwarding else { return endpoint }
        mistakes.attempt(
            try RealServerRules.check(
                endpoint, value, behind: service, forwarding: forwarding,
                leaving: path == .none ? nil : "path: none"))
        if forwarding != .masquerade, endpoint.port != port {
            mistakes.add(
                UsageError(
                    value,
                    "\(forwarding == .directRoute ? "direct routing leaves" : "a tunnel leaves") the port as it is",
                    expected: port == 0 ? "an address without a port" : "the port of the service, \(port)"))
        }
        return endpoint
    }

    private func health(_ mapping: NodeMapping, _ context: RealServerContext) -> HealthPolicy? {
        let own = mapping[RealServerKeys.checks].map(namedChecks)
        let requirement = mapping[RealServerKeys.require].flatMap(requirement)
        guard own != nil || requirement != nil else { return nil }
        return policy(own ?? context.checks ?? [], requirement ?? context.requirement)
    }

    private func thresholds(_ node: Node) -> ConnectionThresholds? {
        guard let mapping = mapping(node, .thresholds) else { return nil }
        let ((upper, lower), isGood) = mistakes.watch {
            (number(mapping, ThresholdKeys.upper) ?? 0, number(mapping, ThresholdKeys.lower) ?? 0)
        }
        guard isGood else { return nil }
        if lower > upper, let node = mapping[ThresholdKeys.lower] {
            refuse(
                node, "the kernel takes no lower threshold above the upper one",
                expected: "at most \(ThresholdKeys.upper.name), \(upper)")
        }
        return ConnectionThresholds(upper: UInt32(upper), lower: UInt32(lower))
    }
}
