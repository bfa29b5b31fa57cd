internal import Glibc
package import LVSCareModel

/// Makes the kernel's state what it should be: observe, plan, apply, once per pass, for any number of services.
///
/// The table comes before the path. A VIP becomes reachable only when a complete service stands behind it, so no client
/// is refused in between; before, packets for the VIP fared as on a node without this program. And the table loads the
/// kernel's load balancer, without which the settings of the path do not exist. Cleanup goes the other way round.
///
/// The services of a pass are observed together and changed together. A failure of one is reported and keeps nothing else from
/// being put right, except that its path waits for a service that could not be created.
package struct Reconciler {
    private let plane: any DataPlane
    private var memories: [VirtualService: ServiceMemory] = [:]

    /// A reconciler that looks after nothing yet, on `plane`.
    package init(_ plane: any DataPlane) { self.plane = plane }

    /// Looks after `service` from now on, without memory; `path` leads to its VIP, `nil` when somebody else sees to it. All that
    /// nobody named is left alone in the kernel's table.
    package mutating func add(_ service: VirtualService, path: (any VIPPath)?) {
        memories[service] = ServiceMemory(path: path)
    }

    /// Forgets `service`; nothing is removed.
    package mutating func forget(_ service: VirtualService) { memories[service] = nil }

    /// The path to the VIP of a service. Replacing it removes nothing.
    package subscript(pathOf service: VirtualService) -> (any VIPPath)? {
        get { memories[service]?.path }
        set { memories[service]?.replacePath(with: newValue) }
    }

    /// What the kernel has for `service` now; `nil` when there is no such service. Changes nothing.
    package func observe(_ service: VirtualService) throws(KernelFailure) -> ObservedService? {
        try plane.observe(.services([service]))[service]
    }

    /// Compares all that is wanted of these services with all that is there and applies the difference; writes nothing when
    /// there is none. `now` never runs backwards; drain timeouts are counted by it.
    package mutating func pass(
        _ desired: [VirtualService: DesiredState], at now: ContinuousClock.Instant = .now
    ) -> [VirtualService: PassReport] {
        var reports: [VirtualService: PassReport] = [:]
        for service in desired.keys {
            if let refusal = memories[service]?.refusal() { reports[service] = PassReport(failures: [refusal]) }
        }
        let services = desired.keys.filter { reports[$0] == nil && memories[$0] != nil }
        guard !services.isEmpty else { return reports }
        var plans: [ServicePlan] = []
        do throws(KernelFailure) {
            let observed = try plane.observe(.services(Set(services)))
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
        apply(plans, &reports)
        for service in services {
            guard var report = reports[service] else { continue }
            memories[service]?.conclude(&report)
            reports[service] = report
        }
        return reports
    }

    /// Removes the path and the service with all its real servers, as far as they are there.
    ///
    /// What was removed is in `pathChanges` and, with the cause `cleanUp`, in `applied`.
    package mutating func cleanUp(_ service: VirtualService) -> PassReport {
        var report = PassReport()
        report.add(memories[service]?.path?.remove())
        do throws(KernelFailure) {
            report.observed = try observe(service)
            if report.observed != nil {
                apply([PlannedChange(.removeService, cause: .cleanUp)], to: service, &report)
            }
        } catch {
            report.failures.append(error)
        }
        memories[service]?.forgetTable()
        return report
    }

    /// Takes back what the latest pass changed of `service`, which `report` is about, so that the kernel has what it had before.
    ///
    /// Kernel settings stay.
    package mutating func rollBack(_ report: PassReport, of service: VirtualService) -> PassReport {
        var undone = PassReport(observed: report.observed)
        undone.add(memories[service]?.path?.rollBack())
        let changes = report.applied.map(\.change)
        let reversals: [TableChange] =
            if changes.contains(where: \.createsService) {
                [.removeService]
            } else {
                // Those that were there get their connections back before the new ones go.
                changes.reversed().compactMap { $0.reversal(to: memories[service]?.before) }
            }
        if !reversals.isEmpty {
            apply(reversals.map { PlannedChange($0, cause: .rolledBack) }, to: service, &undone)
        }
        memories[service]?.forgetTable()
        return undone
    }

    private func apply(_ changes: [PlannedChange], to service: VirtualService, _ report: inout PassReport) {
        var reports = [service: report]
        apply([ServicePlan(changes, of: service, from: report.observed)], &reports)
        report = reports[service] ?? report
    }

    /// Carries out `plans` and keeps the books: what succeeded, what failed, what is there now.
    private func apply(_ plans: [ServicePlan], _ reports: inout [VirtualService: PassReport]) {
        guard !plans.isEmpty else { return }
        for (plan, result) in zip(plans, plane.apply(plans)) {
            var report = reports[plan.service] ?? PassReport()
            report.take(result, of: plan)
            reports[plan.service] = report
        }
    }
}

/// What is remembered of one service from pass to pass.
private struct ServiceMemory {
    private(set) var path: (any VIPPath)?
    private var planner = Planner()
    /// Whether the table could ever be read, so that a first pass that cannot leaves everything as it is.
    private var hasLooked = false
    /// Whether the latest pass could read it.
    private var sees = false
    /// What the table had before the latest pass.
    private(set) var before: ObservedService?
    /// The real servers that were in service at the latest pass.
    private var served: Set<RealServer> = []
    /// Whether the path was right at the end of a pass, so that what differs later was changed by somebody else.
    private var pathWasRight = false

    init(path: (any VIPPath)?) { self.path = path }

    mutating func replacePath(with path: (any VIPPath)?) {
        self.path = path
        pathWasRight = false
    }

    mutating func forgetTable() { planner = Planner() }

    /// Why there must be no first pass; `nil` when there may.
    func refusal() -> KernelFailure? { hasLooked ? nil : path?.refusal() }

    mutating func plan(
        _ desired: DesiredState, from observed: ObservedService?, at now: ContinuousClock.Instant
    ) -> [PlannedChange] {
        sees = true
        hasLooked = true
        before = observed
        return planner.plan(desired, against: observed, at: now)
    }

    /// Ends the pass: the table is as `report` has it, and the path is put right where there may be a service to lead to.
    mutating func conclude(_ report: inout PassReport) {
        if sees { planner.conclude(leaving: report.observed) }
        if sees ? report.observed != nil : hasLooked { reconcilePath(&report) }
        sees = false
        report.awaitsCheck = planner.awaitsCheck
    }

    private mutating func reconcilePath(_ report: inout PassReport) {
        let inService = Set((report.observed?.realServers ?? [:]).filter { $0.value.weight != .quiescent }.keys)
        guard var path = path?.reconcile(serving: inService) else { return }
        // Other real servers in service may bring another source, which is nobody else's doing.
        let isAsBefore = inService == served
        served = inService
        if pathWasRight, isAsBefore { for index in path.changes.indices { path.changes[index].isRepair = true } }
        if path.failures.isEmpty { pathWasRight = true }
        report.add(path)
    }
}

extension PassReport {
    /// Takes in what became of a plan.
    fileprivate mutating func take(_ result: PlanResult, of plan: ServicePlan) {
        var lacksService = false
        for (planned, failure) in zip(plan.changes, result.failures) {
            guard let failure else {
                planned.change.take(effectOn: &observed)
                applied.append(planned)
                continue
            }
            if planned.change.createsService {
                lacksService = true
            } else if lacksService, failure.code == ESRCH {
                // "No such service" for each real server only repeats that the service could not be created.
                continue
            }
            failures.append(failure)
        }
    }
}
