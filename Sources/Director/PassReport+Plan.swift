internal import Glibc
import LVSCareModel

extension PassReport {
    /// Takes in what became of a plan.
    mutating func record(_ result: PlanResult, of plan: ServicePlan) {
        if applied.isEmpty, result.failures.allSatisfy({ $0 == nil }) {
            // The usual case, in which both can be one array.
            applied = plan.changes
            observed = plan.outcome(on: observed)
            return
        }
        var lacksService = false
        for (planned, failure) in zip(plan.changes, result.failures) {
            guard let failure else {
                planned.change.apply(to: &observed)
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
