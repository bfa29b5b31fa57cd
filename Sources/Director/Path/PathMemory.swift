import LVSCareModel

/// What is remembered of the path to one VIP.
struct PathMemory {
    private(set) var path: (any VIPPath)?
    /// The services with that VIP, in the order in which they came.
    var services: [VirtualService] = []
    /// Whether it was looked at since it is this path.
    private(set) var wasMade = false
    /// The real servers that were in service then.
    private var served: Set<RealServer> = []
    /// Whether they were the same the time before.
    private var isAsBefore = false
    /// What was done so far in this pass.
    private var begun: PathReport?
    /// Whether it was right at the end of a pass, so that what differs later was changed by somebody else.
    private var wasRight = false

    mutating func replacePath(with path: (any VIPPath)?) {
        self.path = path
        wasRight = false
        wasMade = false
    }

    /// Begins to put it right; what it has in common with others is left to `finish`.
    mutating func begin(serving inService: Set<RealServer>) {
        wasMade = true
        // Other real servers in service may bring another source, which is nobody else's doing.
        isAsBefore = inService == served
        served = inService
        begun = path?.reconcile(serving: inService)
    }

    /// Ends that, and tells all of it.
    mutating func finish() -> PathReport? {
        guard var report = begun, let path else { return nil }
        begun = nil
        report.add(path.finish())
        if wasRight, isAsBefore { for index in report.changes.indices { report.changes[index].isRepair = true } }
        if report.failures.isEmpty { wasRight = true }
        return report
    }
}
