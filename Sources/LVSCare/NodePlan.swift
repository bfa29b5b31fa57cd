import Addressing
import Director
public import LVSCareModel

/// The changes that a load balancer would make now, from the planner that it uses itself.
public struct NodePlan: Hashable, Sendable {
    /// The planned changes of one virtual service.
    public struct Service: Hashable, Sendable {
        /// The specification; of a service that is leaving, without real servers.
        public var specification: Specification
        /// Whether a running process keeps it and nobody wants it any more.
        public var isLeaving: Bool
        /// The kernel's present table; `nil` for no such service.
        public var observed: ObservedService?
        /// The changes of the table, in their order.
        public var changes: [PlannedChange]
        /// The changes of the path to its VIP, told with the first service that has it.
        public var pathChanges: [PathChange]
        /// Why it could not be made as it is wanted.
        public var failures: [KernelFailure]
        /// The limitations of this node, with which nothing would fail.
        public var limitations: [Limitation]
    }

    /// The services in declared order, then those that are leaving.
    public var services: [Service]
    /// The planned changes of settings of all services.
    public var nodeChanges: [NodeChange]

    /// Whether there is nothing to do.
    public var isEmpty: Bool {
        nodeChanges.isEmpty && services.allSatisfy { $0.changes.isEmpty && $0.pathChanges.isEmpty }
    }
}

extension NodePlan {
    /// Plans the changes for `specification` with the verdicts of `outcomes`: those of one probe for each check of
    /// each real server. Changes nothing, and claims nothing.
    ///
    /// Throws when the kernel has no IPVS or the process may not use it (`CAP_NET_ADMIN`).
    public init(
        for specification: NodeSpecification, after outcomes: [ProbeTarget: ProbeOutcome]
    ) throws(KernelFailure) {
        let kernel = try KernelAccess()
        let reconciler = Reconciler(kernel.plane)
        let leaving = kernel.companions(of: specification.services.map(\.service))
        var desired: [VirtualService: DesiredState] = [:]
        var wanted = specification.services
        for service in specification.services {
            var state = DesiredState(specification: service)
            for member in service.members {
                let policy = member.health ?? service.health
                state[member.realServer] = policy.verdict(
                    after: policy.checks.map { outcomes[ProbeTarget(member.probed, $0.check)] })
            }
            desired[service.service] = state
        }
        for service in leaving {
            let specification = Specification(service: service, realServers: [], path: .none)
            var state = DesiredState(specification: specification)
            state.leave()
            desired[service] = state
            wanted.append(specification)
        }
        let plans = try reconciler.plan(desired)
        services = wanted.map { specification in
            let plan = plans[specification.service]
            var failures: [KernelFailure] = []
            do throws(KernelFailure) { try kernel.admit(specification) } catch { failures = [error] }
            return Service(
                specification: specification, isLeaving: leaving.contains(specification.service),
                observed: plan?.observed, changes: failures.isEmpty ? plan?.changes ?? [] : [], pathChanges: [],
                failures: failures, limitations: [])
        }
        nodeChanges =
            NodePlanner.isNeeded(for: specification)
            ? NodePlanner.plan(specification, against: try kernel.plane.observeNode()) : []
        try planPaths(of: specification, plans, kernel)
    }

    private mutating func planPaths(
        of specification: NodeSpecification, _ plans: [VirtualService: ServicePlan], _ kernel: KernelAccess
    ) throws(KernelFailure) {
        var begun: [(index: Int, path: any VIPPath)] = []
        for (vip, wanted) in WantedPath.all(of: specification.services) {
            guard let index = services.firstIndex(where: { $0.specification.service.endpoint?.address == vip }) else {
                continue
            }
            let path = try kernel.path(wanted, isDry: true)
            if let refusal = path.refusal() {
                services[index].failures.append(refusal)
                continue
            }
            let inService = wanted.services.flatMap { service in
                (plans[service]?.target?.realServers ?? [:]).filter { $0.value.weight != .quiescent }.keys
            }
            services[index].take(path.reconcile(serving: Set(inService)))
            begun.append((index, path))
        }
        for (index, path) in begun { services[index].take(path.finish()) }
    }
}

extension NodePlan.Service {
    fileprivate mutating func take(_ report: PathReport) {
        pathChanges += report.changes
        failures += report.failures
        limitations += report.limitations
    }
}
