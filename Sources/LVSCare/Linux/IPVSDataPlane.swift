import Director
import IPVS
import LVSCareModel

/// The load balancer of this network namespace's kernel.
final class IPVSDataPlane: DataPlane {
    private let ipvs: IPVSClient

    /// The balancer that `ipvs` reaches.
    init(_ ipvs: IPVSClient) { self.ipvs = ipvs }

    let features = DataPlaneFeatures.ipvs

    func observe(_ scope: ServiceScope) throws(KernelFailure) -> [VirtualService: ObservedService] {
        do throws(IPVSError) {
            let table = try entries(scope).map { ($0.service.identity, ObservedService($0.service, $0.destinations)) }
            // A list that a change overtakes can name a service twice.
            return Dictionary(table, uniquingKeysWith: { $1 })
        } catch {
            throw KernelFailure(error)
        }
    }

    /// One question for one service, one list for several.
    private func entries(_ scope: ServiceScope) throws(IPVSError) -> [TableEntry] {
        if case .services(let services) = scope, services.count <= 1 {
            guard let service = services.first, let entry = try ipvs.tableEntry(service) else { return [] }
            return [entry]
        }
        return try ipvs.table { scope.contains($0) }
    }

    /// Most commands that are made at once of several plans: those that travel in one datagram.
    private static let commandsAtOnce = 390

    func apply(_ plans: [ServicePlan]) -> [PlanResult] {
        var results: [PlanResult] = []
        results.reserveCapacity(plans.count)
        var rest = plans[...]
        while !rest.isEmpty {
            var commands = 0
            let some = rest.prefix { plan in
                defer { commands += plan.changes.count }
                return commands == 0 || commands + plan.changes.count <= Self.commandsAtOnce
            }
            results += applyTogether(some)
            rest = rest[some.endIndex...]
        }
        return results
    }

    private func applyTogether(_ plans: ArraySlice<ServicePlan>) -> [PlanResult] {
        let errors = ipvs.apply(plans.flatMap { plan in plan.changes.map { IPVSCommand($0.change, to: plan.service) } })
        var rest = errors[...]
        return plans.map { plan in
            let own = rest.prefix(plan.changes.count)
            rest = rest.dropFirst(plan.changes.count)
            return PlanResult(
                zip(plan.changes, own).map { planned, error in
                    guard let error, !Self.isGoal(of: planned.change, error) else { return nil }
                    return KernelFailure(error)
                })
        }
    }

    /// Whether the refusal says that what `change` should bring about is so already.
    private static func isGoal(of change: TableChange, _ error: IPVSError) -> Bool {
        switch change {
        case .createService, .add: error.reason == .alreadyExists
        case .removeService: error.reason == .noSuchService
        case .remove: error.reason == .noSuchService || error.reason == .noSuchDestination
        case .updateService, .update: false
        }
    }

    func observeNode() throws(KernelFailure) -> ObservedNode {
        do throws(IPVSError) {
            let timeouts = try ipvs.timeouts()
            return ObservedNode(
                timeouts: ConnectionTimeouts(tcp: timeouts.tcp, tcpFIN: timeouts.tcpFin, udp: timeouts.udp),
                synchronization: try ipvs.daemons().map(ConnectionSynchronization.init))
        } catch {
            throw KernelFailure(error)
        }
    }

    func apply(_ change: NodeChange) throws(KernelFailure) {
        do throws(IPVSError) {
            switch change {
            case .setTimeouts(let wanted, _):
                try ipvs.setTimeouts(
                    Timeouts(tcp: wanted.tcp ?? 0, tcpFin: wanted.tcpFIN ?? 0, udp: wanted.udp ?? 0))
            case .startSynchronization(let daemon):
                try ipvs.startDaemon(
                    SyncDaemon(
                        SyncDaemon.State(daemon.role), interface: daemon.interface,
                        syncID: UInt8(clamping: daemon.syncID)))
            case .stopSynchronization(let daemon): try ipvs.stopDaemon(SyncDaemon.State(daemon.role))
            }
        } catch {
            throw KernelFailure(error)
        }
    }
}
