package import Addressing
package import LVSCareModel

/// Decides what is to be done about the path to one VIP: what is wanted, what the node's network has and who is in
/// service in, steps, failures and limitations out.
///
/// What counts is what the kernel does with a packet for the VIP. So in a quiet pass that question, and those for the
/// ways to the real servers, are all that is asked; where an answer is not the wanted one, the plan asks for a survey.
///
/// | situation | what follows |
/// |---|---|
/// | route mode, or link mode | a local route with the source that suits most real servers in service |
/// | route mode, an address that the operator named and the node does not have | a route through that gateway |
/// | a noted address that the node does not have | the same as without it, and a limitation |
/// | link mode | the VIP on a dummy link, masqueraded clients, also by links where this node has another address |
/// | real servers that know this node by another address, route mode | a limitation with both sources |
/// | the VIP in a network of the node | nobody else's address resolution is answered |
/// | the VIP is the address of a real server, or of a default gateway | refused before anything is touched |
package struct PathPlanner: Sendable {
    /// What is wanted.
    package let wanted: WantedPath
    /// What the path needs of the balancer on this kernel.
    package let settings: [BalancerSetting]

    /// A planner for what is wanted on a kernel of this release; `nil` for one that nobody knows.
    package init(_ wanted: WantedPath, on release: KernelRelease?) {
        self.wanted = wanted
        settings = BalancerSetting.all(on: release)
    }

    /// What leads from `observed` to what is wanted, empty when it is so already.
    ///
    /// `inService` are the real servers that get connections; with none of them, all that are declared decide.
    package func plan(_ observed: ObservedPath, inService: Set<RealServer>) -> PathPlan {
        var plan = PathPlan()
        planRoute(&plan, observed, inService)
        if case .link(let name, _) = wanted.mode {
            planLink(named: name, &plan, observed)
        } else {
            planLeftovers(&plan, observed)
        }
        for setting in settings {
            guard case .success(let found)? = observed.settings[setting.name], found != setting.value else { continue }
            plan.steps.append(.set(setting, found: found))
        }
        if let bit = wanted.masqueradeBit {
            let links = linksWithOtherSources(observed.ways, than: plan.source)
            for case .endpoint(let transport, let endpoint) in wanted.services {
                plan.targets.append(
                    .masquerade(
                        Masquerading(of: endpoint, transport, bit: bit, source: plan.source, links: links)))
            }
        }
        if let survey = observed.survey, isToBeSilenced(survey) {
            plan.targets.append(.silenceResolution(wanted.vip))
        } else if observed.isSilenced {
            plan.targets.append(.answerResolution(wanted.vip))
        }
        return plan
    }

    /// The addresses whose routes decide: those of the real servers, and the hint.
    package var addressesToLookUp: [IPAddress] {
        wanted.remoteAddresses + [wanted.hint?.address].compactMap(\.self)
    }

    /// Why this path must not be made at all on a node with these default gateways; `nil` when it may.
    package func refusal(gateways: Set<IPAddress>) -> KernelFailure? {
        let vip = wanted.vip
        let reason: String
        if let realServer = wanted.realServers.first(where: { $0.endpoint.address == vip }) {
            reason = "it is the address of the real server \(realServer), which this node would not reach any more"
        } else if gateways.contains(vip) {
            reason = "it is the address of this node's default gateway, which would be cut off"
        } else {
            return nil
        }
        return KernelFailure(
            operation: "use", object: "\(vip) as VIP", code: 0, message: reason,
            remedy: "choose an address that no host has", kind: .unusableVIP)
    }
}

/// What is to be done about a path.
package struct PathPlan: Hashable, Sendable {
    /// Changes, in the order in which they are to be made; empty when all is as wanted.
    package var steps: [PathStep] = []
    /// What is to be as it says after them, whether it is already or not.
    package var targets: [PathStep] = []
    /// What keeps the path from being as wanted although there is nothing more to do.
    package var failures: [KernelFailure] = []
    /// Whether a closer look is needed before more can be said.
    package var needsSurvey = false
    /// The source that clients on this node get; `nil` with a gateway.
    package var source: IPAddress?
}
