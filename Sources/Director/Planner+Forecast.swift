package import LVSCareModel

extension Planner {
    /// What the table will have after the next pass of a daemon that was just started, if `desired` is all that it knows
    /// then and it finds `observed`. Changes nothing.
    package static func forecast(_ desired: DesiredState, from observed: ObservedService?) -> ObservedService? {
        var planner = Planner()
        var service = observed
        for planned in planner.plan(desired, against: observed, at: .now) {
            planned.change.apply(to: &service)
        }
        return service
    }
}
