package import LVSCareModel

/// What balances connections on this node: the kernel's IPVS.
///
/// Implemented by `IPVSDataPlane` in `LVSCare` and by `InMemoryDataPlane` in `DirectorTestKit`.
package protocol DataPlane: AnyObject {
    /// What it can do.
    var features: DataPlaneFeatures { get }

    /// What there is of the services of `scope`; those that are not there are missing.
    func observe(_ scope: ServiceScope) throws(KernelFailure) -> [VirtualService: ObservedService]

    /// Carries out `plans`, the changes of each in order, with as few system calls as possible, and says of each what the kernel
    /// refused; in the same order.
    ///
    /// A change that finds its goal already reached (adding what exists, deleting what is gone) has succeeded, even if
    /// what exists differs in weight or scheduler: the next observation shows that. So `EEXIST` is never a failure,
    /// `ENOENT` and `ESRCH` are none for removals; for all else they are failures with that code.
    /// `DataPlaneContract` in `DirectorTestKit` holds these rules as cases.
    func apply(_ plans: [ServicePlan]) -> [PlanResult]

    /// What holds for all services. Changes nothing.
    func observeNode() throws(KernelFailure) -> ObservedNode

    /// Makes one change of what holds for all services. That it is so already is no failure.
    func apply(_ change: NodeChange) throws(KernelFailure)
}

/// Which services to look at.
package enum ServiceScope: Hashable, Sendable {
    /// All that there are, those of others included.
    case all
    /// These.
    case services(Set<VirtualService>)

    /// Whether it has `service`.
    package func contains(_ service: VirtualService) -> Bool {
        switch self {
        case .all: true
        case .services(let services): services.contains(service)
        }
    }
}

/// What is to be changed of one service, and what that leads to.
///
/// A data plane that changes one thing after the other goes by the changes, one that writes a service as a whole by the target.
package struct ServicePlan: Hashable, Sendable {
    /// Which service.
    package var service: VirtualService
    /// The changes, in the order in which they should be made.
    package var changes: [PlannedChange]
    /// What there is before; `nil` for no such service.
    package var observed: ObservedService?

    /// The plan that makes `changes` of a service of which there is `observed`.
    package init(_ changes: [PlannedChange], of service: VirtualService, from observed: ObservedService?) {
        self.service = service
        self.changes = changes
        self.observed = observed
    }

    /// What there is when all of them are made; `nil` for no such service.
    package var target: ObservedService? { outcome(on: observed) }

    /// What there is when all of them are made of what there is now.
    func outcome(on present: ObservedService?) -> ObservedService? {
        var service = present
        for planned in changes {
            planned.change.apply(to: &service)
            if planned.change.createsService { service?.realServers.reserveCapacity(changes.count - 1) }
        }
        return service
    }
}

/// What became of a plan.
package struct PlanResult: Hashable, Sendable {
    /// Why each change failed, `nil` for success.
    package var failures: [KernelFailure?]

    /// A result of its parts.
    package init(_ failures: [KernelFailure?]) { self.failures = failures }
}
