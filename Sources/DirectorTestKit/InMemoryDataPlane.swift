package import Director
internal import Glibc
package import LVSCareModel
import LVSCareSystem

/// A load-balancing table that behaves as the kernel's does, in memory.
///
/// Tests reach into `services` for what another program does, and into `fault` for what goes wrong.
package final class InMemoryDataPlane: DataPlane {
    /// One thing that is asked of the table.
    package enum Operation: Hashable, Sendable {
        /// A look at the service.
        case observe
        /// A change of the service.
        case change(TableChange)
    }

    /// How an operation goes wrong.
    package enum Fault: Hashable, Sendable {
        /// Nothing is done.
        case refused(KernelFailure)
        /// The change is made, but the word of it gets lost. A lost observation is a refused one.
        case replyLost(KernelFailure)
    }

    /// The table, also of services that belong to others.
    package var services: [VirtualService: ObservedService] = [:]
    /// Schedulers whose module exists.
    package var schedulers: Set<Scheduler> = Set(
        ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh"].map(
            Scheduler.init(rawValue:)))
    /// Asked before each operation; `nil` lets it go well.
    package var fault: (Operation) -> Fault? = { _ in nil }

    /// Number of times `observe` was called.
    package private(set) var observations = 0
    /// Number of times `apply` was called.
    package private(set) var applications = 0
    /// All changes that were asked for, in order.
    package private(set) var changes: [TableChange] = []
    /// Real servers that were removed while they still got connections.
    package private(set) var abruptRemovals: [RealServer] = []

    /// What holds for all services.
    package var node = ObservedNode()
    /// Asked before each change of that; `nil` lets it go well.
    package var nodeFault: (NodeChange) -> KernelFailure? = { _ in nil }

    /// An empty table.
    package init() {}

    package let features = DataPlaneFeatures.ipvs

    /// What the table has of `scope`.
    package func observe(_ scope: ServiceScope) throws(KernelFailure) -> [VirtualService: ObservedService] {
        observations += 1
        switch fault(.observe) {
        case .refused(let failure), .replyLost(let failure): throw failure
        case nil: return services.filter { scope.contains($0.key) }
        }
    }

    /// Makes the changes one by one.
    package func apply(_ plans: [ServicePlan]) -> [PlanResult] {
        applications += 1
        return plans.map { plan in PlanResult(plan.changes.map { apply($0.change, to: plan.service) }) }
    }

    /// What holds for all services.
    package func observeNode() throws(KernelFailure) -> ObservedNode { node }

    /// Makes the change.
    package func apply(_ change: NodeChange) throws(KernelFailure) {
        if let failure = nodeFault(change) { throw failure }
        switch change {
        case .setTimeouts(let wanted, _):
            node.timeouts = ConnectionTimeouts(
                tcp: wanted.tcp ?? node.timeouts.tcp, tcpFIN: wanted.tcpFIN ?? node.timeouts.tcpFIN,
                udp: wanted.udp ?? node.timeouts.udp)
        case .startSynchronization(let daemon): node.synchronization.append(daemon)
        case .stopSynchronization(let daemon): node.synchronization.removeAll { $0.role == daemon.role }
        }
    }

    private func apply(_ change: TableChange, to service: VirtualService) -> KernelFailure? {
        changes.append(change)
        switch fault(.change(change)) {
        case .refused(let failure):
            return failure
        case .replyLost(let failure):
            _ = perform(change, on: service)
            return failure
        case nil:
            guard let errno = perform(change, on: service) else { return nil }
            return KernelFailure(
                operation: "change", object: "\(service.name): \(change)", code: errno,
                message: ErrorText.of(errno),
                kind: errno == ENOENT && change.realServer == nil ? .unknownScheduler : .other)
        }
    }

    /// Makes one change; returns the errno, `nil` for success.
    private func perform(_ change: TableChange, on service: VirtualService) -> Int32? {
        switch change {
        case .createService(let configuration):
            if services[service] != nil { return nil }
            guard schedulers.contains(configuration.scheduler) else { return ENOENT }
            services[service] = ObservedService(configuration)
        case .updateService(let configuration):
            guard services[service] != nil else { return ESRCH }
            guard schedulers.contains(configuration.scheduler) else { return ENOENT }
            services[service]?.configuration = configuration
        case .removeService:
            services[service] = nil
        case .add(let realServer, let configuration):
            guard let present = services[service]?.realServers else { return ESRCH }
            if let errno = configuration.errno { return errno }
            if present[realServer] != nil { return nil }
            services[service]?.realServers[realServer] = ObservedRealServer(configuration)
        case .update(let realServer, let configuration):
            guard let present = services[service]?.realServers else { return ESRCH }
            if let errno = configuration.errno { return errno }
            guard present[realServer] != nil else { return ENOENT }
            services[service]?.realServers[realServer]?.configuration = configuration
        case .remove(let realServer):
            guard let removed = services[service]?.realServers.removeValue(forKey: realServer) else { return nil }
            if removed.weight != .quiescent { abruptRemovals.append(realServer) }
        }
        return nil
    }
}

extension RealServerConfiguration {
    /// Why the kernel refuses it (`ip_vs_add_dest`).
    fileprivate var errno: Int32? {
        weight > .highest || thresholds.lower > thresholds.upper ? ERANGE : nil
    }
}
