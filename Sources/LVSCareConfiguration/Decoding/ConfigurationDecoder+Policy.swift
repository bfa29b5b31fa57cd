import LVSCareModel
import LVSCareSettings

/// How many checks have to find a real server healthy, and where that is written.
struct DeclaredRequirement {
    let requirement: HealthPolicy.Requirement
    let node: Node?
}

extension ConfigurationDecoder {
    /// How many checks decide, by `node`.
    func requirement(_ node: Node) -> DeclaredRequirement? {
        let expected = ServiceKeys.require.form
        guard let (word, more) = choice(node, words: ["all", "any", ServiceKeys.atLeast.name], expected: expected)
        else {
            return nil
        }
        switch (word, more) {
        case ("all", nil): return DeclaredRequirement(requirement: .all, node: node)
        case ("any", nil): return DeclaredRequirement(requirement: .any, node: node)
        case (ServiceKeys.atLeast.name, _?):
            guard let mapping = mapping(node, .atLeast), let count = number(mapping, ServiceKeys.atLeast) else {
                return nil
            }
            return DeclaredRequirement(requirement: .atLeast(count), node: node)
        default:
            refuse(node, "there is no such choice", expected: expected)
            return nil
        }
    }

    /// The policy of `checks`, of which `declared` says how many decide.
    func policy(_ checks: [NamedCheck], _ declared: DeclaredRequirement?) -> HealthPolicy {
        if case .atLeast(let count) = declared?.requirement, count > checks.count, let node = declared?.node {
            let there = checks.count == 1 ? "is 1 check" : "are \(checks.count == 0 ? "no" : "\(checks.count)") checks"
            refuse(
                node, "it asks for at least \(count), and there \(there)",
                expected: checks.isEmpty ? "checks" : "at most \(checks.count)")
            return HealthPolicy(checks)
        }
        return HealthPolicy(checks, requirement: declared?.requirement ?? .all)
    }

    /// What becomes of real servers and of the service, but for a sorry server.
    func servicePolicy(_ service: NodeMapping) -> ServicePolicy {
        var policy = ServicePolicy()
        policy.start = choice(service, ServiceKeys.start) ?? policy.start
        policy.failure = choice(service, ServiceKeys.onFailure) ?? policy.failure
        guard let node = service[ServiceKeys.quorum], let mapping = mapping(node, .quorum) else { return policy }
        let weight = number(mapping, QuorumKeys.weight)
        policy.quorum.weight = weight ?? policy.quorum.weight
        if let hysteresis = number(mapping, QuorumKeys.hysteresis), let value = mapping[QuorumKeys.hysteresis]?.value {
            if hysteresis < policy.quorum.weight {
                policy.quorum.hysteresis = hysteresis
            } else if weight != nil || mapping[QuorumKeys.weight] == nil {
                mistakes.add(
                    UsageError(
                        value, "the weight below which the service is down would not be above 0",
                        expected: "less than the weight, \(policy.quorum.weight)"))
            }
        }
        return policy
    }
}
