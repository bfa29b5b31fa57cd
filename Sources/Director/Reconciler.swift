package import Addressing
package import LVSCareModel

/// Makes the kernel's state what it should be: observe, plan, apply, once per pass, for any number of services.
///
/// The table comes before the path. A VIP becomes reachable only when complete services stand behind it, so no client is
/// refused in between; before, packets for the VIP fared as on a node without this program. And the table loads the
/// kernel's load balancer, without which the settings of the path do not exist. Cleanup goes the other way round.
///
/// The services of a pass are observed together and changed together. A failure of one is reported and keeps nothing else from
/// being put right, except that a path waits for a service to lead to.
///
/// Services with one VIP share its path. It is looked at with the pass of the first of them, whose report says what became of
/// it; before it was ever made, with the pass in which the last of them was looked at.
package struct Reconciler {
    private let plane: any DataPlane
    /// The clients on this node; `nil` where they are not looked at.
    private let clients: (any ClientSockets)?
    /// Whether it was told that connections cannot be aborted.
    private var hasToldOfClients = false
    private var memories: [VirtualService: ServiceMemory] = [:]
    private var paths: [IPAddress: PathMemory] = [:]
    /// Number of services that were added so far.
    private var added = 0

    /// A reconciler that looks after nothing yet, on `plane`, with room for so many services. With `clients`, those that wait for a
    /// dead real server are let go when it is removed.
    package init(_ plane: any DataPlane, clients: (any ClientSockets)? = nil, reserving count: Int = 0) {
        self.plane = plane
        self.clients = clients
        memories.reserveCapacity(count)
        paths.reserveCapacity(count)
    }

    /// Looks after `service` from now on, without memory. All that nobody named is left alone in the kernel's table.
    package mutating func add(_ service: VirtualService) {
        added += 1
        guard memories.updateValue(ServiceMemory(number: added), forKey: service) == nil,
            let vip = service.endpoint?.address
        else { return }
        paths[vip, default: PathMemory()].services.append(service)
    }

    /// Forgets `service`; nothing is removed. The path to its VIP goes with the last that shares it.
    package mutating func forget(_ service: VirtualService) {
        memories[service] = nil
        guard let vip = service.endpoint?.address else { return }
        paths[vip]?.services.removeAll { $0 == service }
        if paths[vip]?.services.isEmpty == true { paths[vip] = nil }
    }

    /// The path to the VIP of services that are looked after; `nil` when somebody else sees to it. Replacing it removes nothing.
    package subscript(pathTo vip: IPAddress) -> (any VIPPath)? {
        get { paths[vip]?.path }
        set { paths[vip]?.replacePath(with: newValue) }
    }

    /// The service in whose report the path to a VIP is: the first that shares it. `nil` when nothing there is looked after.
    package func leader(of vip: IPAddress) -> VirtualService? { paths[vip]?.services.first }

    /// What the kernel has now for those of these services that there are. Changes nothing.
    package func observe(
        _ services: Set<VirtualService>
    ) throws(KernelFailure) -> [VirtualService: ObservedService] {
        try plane.observe(.services(services))
    }

    /// Compares all that is wanted of these services with all that is there and applies the difference; writes nothing when
    /// there is none. `table` is what there is of them, if somebody has just observed it. `now` never runs backwards; drain
    /// timeouts are counted by it.
    package mutating func pass(
        _ desired: [VirtualService: DesiredState], knowing table: [VirtualService: ObservedService]? = nil,
        at now: ContinuousClock.Instant = .now
    ) -> [VirtualService: PassReport] {
        var reports: [VirtualService: PassReport] = [:]
        for service in desired.keys {
            if let refusal = refusal(of: service) { reports[service] = PassReport(failures: [refusal]) }
        }
        let services = Set(desired.keys.filter { reports[$0] == nil && memories[$0] != nil })
        guard !services.isEmpty else { return reports }
        var plans: [ServicePlan] = []
        do throws(KernelFailure) {
            let observed = if let table { table } else { try plane.observe(.services(services)) }
            for service in services {
                guard let wanted = desired[service] else { continue }
                let found = observed[service]
                reports[service] = PassReport(observed: found)
                let plan = memories[service]?.plan(wanted, from: found, at: now) ?? []
                if !plan.isEmpty { plans.append(ServicePlan(plan, of: service, from: found)) }
            }
        } catch {
            for service in services { reports[service] = PassReport(failures: [error]) }
        }
        // In the order in which they were declared, so that it is the same each time.
        plans.sort { memories[$0.service]?.number ?? 0 < memories[$1.service]?.number ?? 0 }
        let waiting = waitingClients(for: plans.filter { desired[$0.service]?.abortsWaiting == true }, &reports)
        apply(plans, &reports)
        letGo(waiting, &reports)
        for service in services {
            guard var report = reports[service] else { continue }
            memories[service]?.endPass(&report)
            reports[service] = report
        }
        reconcilePaths(to: services, &reports)
        return reports
    }

    /// What a pass would do, with nothing done: the changes of the table by service, empty where all is as wanted.
    package func plan(
        _ desired: [VirtualService: DesiredState], at now: ContinuousClock.Instant = .now
    ) throws(KernelFailure) -> [VirtualService: ServicePlan] {
        let observed = try plane.observe(.services(Set(desired.keys)))
        var plans: [VirtualService: ServicePlan] = [:]
        for (service, wanted) in desired {
            var memory = memories[service] ?? ServiceMemory(number: 0)
            let changes = memory.plan(wanted, from: observed[service], at: now)
            plans[service] = ServicePlan(changes, of: service, from: observed[service])
        }
        return plans
    }

    /// Makes what holds for all services as it is wanted; what is not mentioned stays as it is.
    ///
    /// Returns what was changed and what the kernel refused, which keeps nothing else from being put right.
    package func passNode(_ wanted: NodeSpecification) -> (changes: [NodeChange], failures: [KernelFailure]) {
        var changes: [NodeChange] = []
        var failures: [KernelFailure] = []
        do throws(KernelFailure) {
            for change in NodePlanner.plan(wanted, against: try plane.observeNode()) {
                do throws(KernelFailure) {
                    try plane.apply(change)
                    changes.append(change)
                } catch {
                    failures.append(error)
                }
            }
        } catch {
            failures.append(error)
        }
        return (changes, failures)
    }

    /// Removes these services with all their real servers and, where nobody else needs it, the path to their VIPs, as far as they
    /// are there.
    ///
    /// What was removed is in `pathChanges` and, with the cause `cleanUp`, in `applied`.
    package mutating func cleanUp(_ services: [VirtualService]) -> [VirtualService: PassReport] {
        var reports = Dictionary(services.map { ($0, PassReport()) }, uniquingKeysWith: { $1 })
        let going = Set(services)
        var touched: [(path: any VIPPath, reporter: VirtualService)] = []
        for (_, memory) in paths {
            let released = memory.services.filter(going.contains)
            guard let first = released.first, let path = memory.path else { continue }
            let removed = released.count == memory.services.count ? path.remove() : path.release(released)
            reports[first]?.add(removed)
            touched.append((path, first))
        }
        for (path, reporter) in touched { reports[reporter]?.add(path.finish()) }
        do throws(KernelFailure) {
            let found = try plane.observe(.services(going))
            for service in going { reports[service]?.observed = found[service] }
            let removal = [PlannedChange(.removeService, cause: .cleanUp)]
            apply(
                services.compactMap { service in
                    found[service].map { ServicePlan(removal, of: service, from: $0) }
                }, &reports)
        } catch {
            for service in going { reports[service]?.failures.append(error) }
        }
        for service in going { memories[service]?.forgetTable() }
        return reports
    }

    /// Takes back what the latest pass changed of these services, so that the kernel has what it had before.
    ///
    /// Kernel settings stay.
    package mutating func rollBack(_ reports: [VirtualService: PassReport]) -> [VirtualService: PassReport] {
        var undone = reports.mapValues { PassReport(observed: $0.observed) }
        var touched: [(path: any VIPPath, reporter: VirtualService)] = []
        for (_, memory) in paths {
            guard let first = memory.services.first(where: { undone[$0] != nil }), let path = memory.path else {
                continue
            }
            undone[first]?.add(path.rollBack())
            touched.append((path, first))
        }
        for (path, reporter) in touched { undone[reporter]?.add(path.finish()) }
        let plans = reports.compactMap { service, report -> ServicePlan? in
            let reversals = memories[service]?.reversals(of: report.applied) ?? []
            guard !reversals.isEmpty else { return nil }
            return ServicePlan(
                reversals.map { PlannedChange($0, cause: .rolledBack) }, of: service, from: report.observed)
        }
        apply(plans, &undone)
        for service in reports.keys { memories[service]?.forgetTable() }
        return undone
    }

    /// Carries out `plans` and keeps the books: what succeeded, what failed, what is there now.
    private func apply(_ plans: [ServicePlan], _ reports: inout [VirtualService: PassReport]) {
        guard !plans.isEmpty else { return }
        for (plan, result) in zip(plans, plane.apply(plans)) {
            var report = reports[plan.service] ?? PassReport()
            report.record(result, of: plan)
            reports[plan.service] = report
        }
    }

    // MARK: Clients

    /// The clients on this node that wait for what `plans` remove.
    private mutating func waitingClients(
        for plans: [ServicePlan], _ reports: inout [VirtualService: PassReport]
    ) -> [(service: VirtualService, waiting: WaitingClients)] {
        guard let clients else { return [] }
        var found: [(service: VirtualService, waiting: WaitingClients)] = []
        for plan in plans {
            do throws(KernelFailure) {
                guard let waiting = try WaitingClients(for: plan, asking: clients) else { continue }
                found.append((plan.service, waiting))
            } catch {
                tell(error, of: plan.service, &reports)
            }
        }
        return found
    }

    /// Aborts the connections of clients to those real servers that were removed.
    private mutating func letGo(
        _ found: [(service: VirtualService, waiting: WaitingClients)], _ reports: inout [VirtualService: PassReport]
    ) {
        guard let clients else { return }
        for (service, waiting) in found {
            let (aborted, refusal) = waiting.abort(after: reports[service]?.applied ?? [], through: clients)
            reports[service]?.abortedConnections = aborted
            if let refusal { tell(refusal, of: service, &reports) }
        }
    }

    /// Says once for all services that connections cannot be aborted.
    private mutating func tell(
        _ refusal: KernelFailure, of service: VirtualService, _ reports: inout [VirtualService: PassReport]
    ) {
        guard !hasToldOfClients else { return }
        hasToldOfClients = true
        reports[service]?.limitations.append(.cannotAbort(refusal))
    }

    // MARK: Paths

    /// Why there must be no first pass over a service; `nil` when there may.
    private func refusal(of service: VirtualService) -> KernelFailure? {
        guard let vip = service.endpoint?.address, memories[service]?.hasLooked == false else { return nil }
        return paths[vip]?.path?.refusal()
    }

    private mutating func reconcilePaths(
        to services: Set<VirtualService>, _ reports: inout [VirtualService: PassReport]
    ) {
        var begun: [(vip: IPAddress, reporter: VirtualService)] = []
        for vip in Set(services.compactMap { $0.endpoint?.address }) {
            guard var memory = paths[vip], memory.path != nil else { continue }
            let all = memory.services
            guard let reporter = all.first(where: services.contains), reporter == all.first || !memory.wasMade,
                all.allSatisfy({ memories[$0]?.hasLooked == true }),
                all.contains(where: { memories[$0]?.isPresent == true })
            else { continue }
            let inService = all.reduce(into: Set<RealServer>()) { $0.formUnion(memories[$1]?.inService ?? []) }
            memory.begin(serving: inService)
            paths[vip] = memory
            begun.append((vip, reporter))
        }
        for (vip, reporter) in begun { reports[reporter]?.add(paths[vip]?.finish()) }
    }
}
