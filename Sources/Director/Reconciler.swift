internal import Glibc
package import LVSCareModel

/// Makes the kernel's state what it should be: observe, plan, apply, once per pass.
///
/// The table comes before the path. A VIP becomes reachable only when a complete service stands behind it, so no client
/// is refused in between; before, packets for the VIP fared as on a node without this program. And the table loads the
/// kernel's load balancer, without which the settings of the path do not exist. Clean-up goes the other way round.
///
/// A failure is reported and keeps nothing else from being put right, except that the path waits for a service
/// that could not be created.
package struct Reconciler {
    /// The service that is looked after; everything else in the kernel's table is left alone.
    package let service: VirtualService
    /// The path to the VIP; `nil` when somebody else sees to it. Replacing it removes nothing.
    package var path: (any VIPPath)? {
        didSet { pathWasRight = false }
    }
    private let plane: any DataPlane
    private var planner = Planner()
    /// Whether the table could ever be read, so that a first pass that cannot leaves everything as it is.
    private var hasLooked = false
    /// What the table had before the latest pass, if that changed it.
    private var before: ObservedService?
    /// The real servers that were in service at the latest pass.
    private var served: Set<RealServer> = []
    /// Whether the path was right at the end of a pass, so that what differs later was changed by somebody else.
    private var pathWasRight = false

    /// A reconciler without memory.
    package init(service: VirtualService, plane: any DataPlane, path: (any VIPPath)?) {
        self.service = service
        self.plane = plane
        self.path = path
    }

    /// Compares all that is wanted with all that is there and applies the difference; writes nothing when there is
    /// none. `now` never runs backwards; drain time-outs are counted by it.
    package mutating func pass(_ desired: DesiredState, at now: ContinuousClock.Instant = .now) -> PassReport {
        var report = PassReport()
        if !hasLooked, let refusal = path?.refusal() {
            report.failures.append(refusal)
            return report
        }
        if reconcileTable(desired, at: now, &report) { reconcilePath(&report) }
        report.awaitsCheck = planner.awaitsCheck
        return report
    }

    /// What the table has for the service now; `nil` when there is no such service. Changes nothing.
    package func observe() throws(KernelFailure) -> ObservedService? {
        try plane.observe(.services([service]))[service]
    }

    /// Removes the path and the service with all its real servers, as far as they are there.
    ///
    /// What was removed is in `pathChanges` and, with the cause `cleanUp`, in `applied`.
    package mutating func cleanUp() -> PassReport {
        var report = PassReport()
        report.add(path?.remove())
        do throws(KernelFailure) {
            report.observed = try observe()
            if report.observed != nil { apply([PlannedChange(.removeService, cause: .cleanUp)], &report) }
        } catch {
            report.failures.append(error)
        }
        planner = Planner()
        return report
    }

    /// Takes back what the latest pass changed, which `report` is about, so that the kernel has what it had before.
    ///
    /// Kernel settings stay.
    package mutating func rollBack(_ report: PassReport) -> PassReport {
        var undone = PassReport(observed: report.observed)
        undone.add(path?.rollBack())
        let changes = report.applied.map(\.change)
        let reversals: [TableChange] =
            if changes.contains(where: \.createsService) {
                [.removeService]
            } else {
                // Those that were there get their connections back before the new ones go.
                changes.reversed().compactMap { $0.reversal(to: before) }
            }
        if !reversals.isEmpty { apply(reversals.map { PlannedChange($0, cause: .rolledBack) }, &undone) }
        planner = Planner()
        return undone
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

    /// Puts the table right, and returns whether there may be a service to lead packets to.
    private mutating func reconcileTable(
        _ desired: DesiredState, at now: ContinuousClock.Instant, _ report: inout PassReport
    ) -> Bool {
        do throws(KernelFailure) {
            report.observed = try observe()
        } catch {
            report.failures.append(error)
            return hasLooked
        }
        hasLooked = true
        before = report.observed
        let plan = planner.plan(desired, against: report.observed, at: now)
        if !plan.isEmpty { apply(plan, &report) }
        planner.conclude(leaving: report.observed)
        return report.observed != nil
    }

    /// Applies `plan` and keeps the books: what succeeded, what failed, what is there now.
    private func apply(_ plan: [PlannedChange], _ report: inout PassReport) {
        let plan = ServicePlan(plan, of: service, from: report.observed)
        let failures = plane.apply([plan]).first?.failures ?? []
        var lacksService = false
        for (planned, failure) in zip(plan.changes, failures) {
            guard let failure else {
                planned.change.take(effectOn: &report.observed)
                report.applied.append(planned)
                continue
            }
            if case .createService = planned.change {
                lacksService = true
            } else if lacksService, failure.code == ESRCH {
                // "No such service" for each real server only repeats that the service could not be created.
                continue
            }
            report.failures.append(failure)
        }
    }
}
