import Addressing
package import LVSCareModel

/// Makes the path to one VIP what it should be: look, plan, apply, once per pass.
///
/// A failure in one part of the path is reported and keeps no other part from being put right.
package final class PathReconciler: VIPPath {
    /// Most passes from one survey to the next, though nothing seems to have changed.
    package static let surveyPeriod = 30
    /// Most times that a pass looks again at what its changes led to.
    private static let rounds = 4

    private let planner: PathPlanner
    private let network: any NodeNetwork
    private var survey: PathSurvey?
    private var passesSinceSurvey = 0
    private var isNoticed = false
    /// The steps of the latest pass, and what they changed.
    private var applied: [(step: PathStep, change: PathChange?)] = []
    /// The steps that were begun and are carried out with those of other paths.
    private var pending: [PathStep] = []
    /// What the limitations follow from, as soon as nothing is pending any more.
    private var judged: (observed: ObservedPath, plan: PathPlan)?

    /// A reconciler of the path that `planner` plans, in `network`.
    package init(_ planner: PathPlanner, in network: any NodeNetwork) {
        self.planner = planner
        self.network = network
    }

    package func reconcile(serving inService: Set<RealServer>) -> PathReport {
        var report = PathReport()
        applied = []
        do throws(KernelFailure) {
            try reconcile(serving: inService, &report)
        } catch {
            report.failures.append(error)
        }
        if pending.isEmpty { judge(&report) }
        return report
    }

    package func finish() -> PathReport {
        var report = PathReport()
        for step in pending { _ = take(network.outcome(of: step), of: step, &report) }
        pending = []
        judge(&report)
        return report
    }

    /// Tells what the node lacks, with all steps carried out.
    private func judge(_ report: inout PathReport) {
        guard let (observed, plan) = judged else { return }
        judged = nil
        report.limitations += planner.limitations(observed, plan, lacksPacketFilter: network.lacksPacketFilter)
    }

    private func reconcile(
        serving inService: Set<RealServer>, _ report: inout PathReport
    ) throws(KernelFailure) {
        var (observed, plan) = try look(inService)
        var tried: Set<PathStep> = []
        for _ in 1..<Self.rounds {
            // What has just been tried in vain is tried again with the next pass.
            let steps = plan.steps.filter { tried.insert($0).inserted }
            guard !steps.isEmpty, carryOut(steps, &report) else { break }
            observed = try surveyed()
            plan = planner.plan(observed, inService: inService)
        }
        report.failures += plan.failures
        _ = carryOut(plan.targets, &report)
        judged = (observed, plan)
    }

    package func noticed() { isNoticed = true }

    package func refusal() -> KernelFailure? {
        planner.refusal(gateways: network.gateways(planner.wanted.vip.family))
    }

    package func rollBack() -> PathReport {
        var report = PathReport()
        _ = carryOut(applied.reversed().compactMap { $0.step.reversal(of: $0.change) }, &report)
        applied = []
        return report
    }

    package func remove() -> PathReport {
        var report = PathReport()
        do throws(KernelFailure) {
            let survey = try network.survey(of: planner.wanted.vip)
            report.neededBy = survey.sharing
            _ = carryOut(planner.removal(survey), &report)
        } catch {
            report.failures.append(error)
        }
        survey = nil
        return report
    }

    package func release(_ services: [VirtualService]) -> PathReport {
        var report = PathReport()
        _ = carryOut(planner.endOfMasquerading(of: services), &report)
        return report
    }

    // MARK: Looking

    /// A glance, and a survey where that is not enough.
    private func look(_ inService: Set<RealServer>) throws(KernelFailure) -> (ObservedPath, PathPlan) {
        passesSinceSurvey += 1
        if !isNoticed, passesSinceSurvey < Self.surveyPeriod, let survey {
            var observed = try glanced()
            observed.survey = survey
            let plan = planner.plan(observed, inService: inService)
            if !plan.needsSurvey { return (observed, plan) }
        }
        let observed = try surveyed()
        return (observed, planner.plan(observed, inService: inService))
    }

    private func surveyed() throws(KernelFailure) -> ObservedPath {
        var observed = try glanced()
        observed.survey = try network.survey(of: planner.wanted.vip)
        observed.isSurveyed = true
        survey = observed.survey
        passesSinceSurvey = 0
        isNoticed = false
        return observed
    }

    /// What each pass looks at.
    private func glanced() throws(KernelFailure) -> ObservedPath {
        let vip = planner.wanted.vip
        var ways = network.ways(to: [vip] + planner.addressesToLookUp)
        let effective = ways.removeValue(forKey: vip)
        var observed = ObservedPath(effective: effective, ways: ways, isSilenced: network.isSilenced)
        if case .link(let name, _) = planner.wanted.mode { observed.link = try network.link(named: name) }
        for name in planner.settingsToRead { observed.settings[name] = network.setting(name) }
        return observed
    }

    // MARK: Doing

    /// Carries out `steps`; behind a failure, those of the same part are left out. Returns whether all succeeded.
    private func carryOut(_ steps: [PathStep], _ report: inout PathReport) -> Bool {
        var failed: Set<PathStep.Part> = []
        for step in steps where !failed.contains(step.part) {
            if !take(network.apply(step), of: step, &report) { failed.insert(step.part) }
        }
        return failed.isEmpty
    }

    /// Takes in what became of a step, and says whether that is no failure. Steps that have a cause in common tell it once.
    private func take(_ outcome: PathStepOutcome, of step: PathStep, _ report: inout PathReport) -> Bool {
        switch outcome {
        case .done(let change):
            applied.append((step, change))
            if let change { report.changes.append(change) }
        case .lacking(let limitation):
            if !report.limitations.contains(limitation) { report.limitations.append(limitation) }
        case .failed(let failure):
            if !report.failures.contains(failure) { report.failures.append(failure) }
            return false
        case .pending:
            pending.append(step)
        }
        return true
    }
}
