import ChaosModel

/// What a run says.
struct Report {
    private let plan: Plan
    private var disturbances: [Int: Disturbance] = [:]
    private(set) var violations: [Violation] = []
    /// Whether it makes sense to go on.
    var isHopeful = true
    /// What could not be done on this kernel.
    var limits: [String] = []
    /// How long the starts of daemons took.
    var starts: [Duration] = []
    /// How long the ends took of daemons that were told to end.
    var ends: [Duration] = []
    /// The same of daemons that were killed.
    var deaths: [Duration] = []
    /// From one look at the kernel to the next when nothing else goes on.
    var cadence: Duration = .zero
    /// How long the disturbances took.
    var length: Duration = .zero
    /// Long-lived connections that nothing ended before their client did.
    var connectionsKept = 0

    /// What the daemon that lived longest held when it was young, and in the end.
    var survivor: (young: Holdings, now: Holdings)?

    /// Whether the daemons are told by files.
    private let usesFiles: Bool

    init(plan: Plan, usesFiles: Bool) {
        self.plan = plan
        self.usesFiles = usesFiles
    }

    /// The command that does the same again.
    static func replay(_ plan: Plan, usesFiles: Bool) -> String {
        "make chaos SEED=\(plan.seed) DISTURBANCES=\(plan.count) MODE=\(plan.mode.rawValue)"
            + (usesFiles ? " FILE=yes" : "")
    }

    mutating func note(_ number: Int, _ disturbance: Disturbance) { disturbances[number] = disturbance }

    mutating func record(_ violation: Violation) {
        violations.append(violation)
        printLine("✘ \(violation)")
        for number in violation.disturbances {
            if let disturbance = disturbances[number] { printLine("    #\(number): \(disturbance)") }
        }
        printLine("    seed \(plan.seed); again: \(Self.replay(plan, usesFiles: usesFiles))")
    }

    func progress(done: Int, requests: Checker.Requests, at moment: Moment) {
        let all = requests.new + requests.further
        printLine(
            "\(done) of \(plan.count) disturbances, \(all) requests, \(requests.excused) failed with a reason,"
                + " \(violations.count) violations, \(moment.milliseconds / 1000) s")
    }

    func summarize(_ checker: Checker) {
        printLine("")
        printLine(Self.row("disturbance", ["count", "median", "worst"]))
        var count = 0
        for kind in Disturbance.Kind.allCases {
            guard let repairs = checker.repairs[kind] else { continue }
            count += repairs.count
            let times = repairs.times.sorted()
            let shown =
                times.isEmpty
                ? ["–", "–"] : [times[times.count / 2], times[times.count - 1]].map { "\($0.milliseconds) ms" }
            printLine(Self.row(kind.rawValue, ["\(repairs.count)"] + shown))
        }
        printLine(Self.row("all", ["\(count)", "in", "\(length.milliseconds / 1000) s"]))
        let requests = checker.requests
        printLine("")
        printLine("requests: \(requests.new) over new connections, \(requests.further) over kept ones")
        printLine("failed: \(requests.excused) with a reason, \(requests.unexcused) without")
        printLine("connections kept for all their requests: \(connectionsKept)")
        for (what, times) in [
            ("start", starts.sorted()), ("end after SIGTERM", ends.sorted()), ("end after SIGKILL", deaths.sorted()),
        ] {
            guard let worst = times.last else { continue }
            printLine(
                "a daemon's \(what): median \(times[times.count / 2].milliseconds) ms, worst \(worst.milliseconds) ms")
        }
        if let survivor {
            printLine(
                "the daemon that lived longest (\(plan.survivor)) held \(survivor.young) when young, \(survivor.now) in the end"
            )
        }
        printLine(
            "the observer looked every \(cadence.milliseconds) ms,"
                + " at most \(max(0, checker.worstLateness.milliseconds)) ms late")
        if checker.blamedOnMachine > 0 {
            printLine(
                "too slow a machine: \(checker.blamedOnMachine) verdicts on healthy real servers not held against anybody"
            )
        }
        for limit in limits { printLine("not done: \(limit)") }
        let broken = Set(violations.map(\.invariant))
        for invariant in Violation.Invariant.allCases {
            printLine("\(broken.contains(invariant) ? "✘" : "✔") \(invariant.rawValue) \(invariant)")
        }
        if !violations.isEmpty { printLine("again: \(Self.replay(plan, usesFiles: usesFiles))") }
        printLine("\(Violation.Invariant.allCases.count - broken.count) passed, \(broken.count) failed")
    }

    private static func row(_ first: String, _ others: [String]) -> String {
        func pad(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) }
        return first + pad(first, 32) + others.map { pad($0, 10) + $0 }.joined()
    }
}
