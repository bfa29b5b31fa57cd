import LVSCareModel

/// What is remembered of one service from pass to pass.
struct ServiceMemory {
    /// Which of all services that were ever added it is.
    let number: Int
    private var planner = Planner()
    /// Whether the table could ever be read, so that a first pass that cannot leaves everything as it is.
    private(set) var hasLooked = false
    /// Whether the latest pass could read it.
    private var sees = false
    /// What the table had when it was read last; `nil` for no such service.
    private var present: ObservedService?
    /// What the table had before the latest pass.
    private var before: ObservedService?

    init(number: Int) { self.number = number }

    /// Whether there was such a service when the table was read last.
    var isPresent: Bool { present != nil }

    /// The real servers that got connections then.
    var inService: Set<RealServer> {
        Set((present?.realServers ?? [:]).filter { $0.value.weight != .quiescent }.keys)
    }

    mutating func forgetTable() { planner = Planner() }

    mutating func plan(
        _ desired: DesiredState, from observed: ObservedService?, at now: ContinuousClock.Instant
    ) -> [PlannedChange] {
        sees = true
        hasLooked = true
        before = observed
        return planner.plan(desired, against: observed, at: now)
    }

    /// Ends the pass: the table is as `report` has it.
    mutating func endPass(_ report: inout PassReport) {
        if sees {
            planner.endPass(leaving: report.observed)
            present = report.observed
        }
        sees = false
        report.awaitsCheck = planner.awaitsCheck
    }

    /// What takes back these changes of the latest pass.
    func reversals(of applied: [PlannedChange]) -> [TableChange] {
        let changes = applied.map(\.change)
        if changes.contains(where: \.createsService) { return [.removeService] }
        // Those that were there get their connections back before the new ones go.
        return changes.reversed().compactMap { $0.reversal(to: before) }
    }
}
