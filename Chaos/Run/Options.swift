import ChaosModel
import LVSCareSettings

/// What a run is asked for.
struct Options: Sendable {
    /// Seed of the plan.
    var seed: UInt64
    /// Number of disturbances.
    var disturbances: Int
    /// Most seconds that the disturbances may take; what is left then is not done, and that is a failure.
    var duration: Int
    /// How the daemons lead packets to the VIP.
    var mode: Mode
    /// Whether the daemons are told by configuration files, with nine further services each.
    var usesFiles: Bool
    /// Only disturbances of these kinds; all when there are none.
    var only: [Disturbance.Kind]
    /// Whether the plan is only printed.
    var plan: Bool
    /// Whether each disturbance is said.
    var verbose: Bool
    /// What is broken deliberately.
    var sabotage: Sabotage?
}

extension Options {
    /// `lvscare-chaos`, without what it does.
    static let command = {
        var command = Command("lvscare-chaos", "Disturb two daemons and check what they promise.")
        command.sections = [.init("Run", [seed, disturbances, duration, mode, file, only, plan, verbose, sabotage])]
        return command
    }()

    /// The options that `source` gives, checked.
    init(_ source: SettingSource) throws(UsageError) {
        seed = try source.number(Self.seed).map(UInt64.init) ?? .random(in: 0...999_999)
        disturbances = try source.number(Self.disturbances) ?? 300
        duration = try source.number(Self.duration) ?? 600
        mode = try source.choice(Self.mode) ?? .route
        usesFiles = try source.boolean(Self.file, default: false)
        if usesFiles, mode.hasRules {
            throw UsageError("\(Self.file.spelling) goes with the modes route and link")
        }
        only = try source.items(Self.only).map { item throws(UsageError) in
            guard let kind = Disturbance.Kind(rawValue: item.text) else {
                throw UsageError(item, "there is no such disturbance", expected: Self.only.expectation)
            }
            return kind
        }
        plan = try source.boolean(Self.plan, default: false)
        verbose = try source.boolean(Self.verbose, default: false)
        sabotage = try source.choice(Self.sabotage)
    }

    private static let seed = Setting(
        "seed", .number(0...Int.max, "a seed"), "number", default: .words("another each time"),
        "Seed of the plan; printed, so that a failure can be replayed.")
    private static let disturbances = Setting(
        "disturbances", .number(0...1_000_000, "how many disturbances"), "number", default: .text("300"),
        "Number of disturbances.")
    private static let duration = Setting(
        "duration", .number(1...1_000_000, "seconds"), "seconds", default: .text("600"),
        "Most seconds that the disturbances may take; what is left then is not done, and that is a failure.")
    private static let mode = Setting(
        "mode", .choice(Mode.allCases.map(\.rawValue), ignoresCase: false), "mode", default: .text("route"),
        "How the daemons lead packets to the VIP: \(Mode.allCases.map(\.rawValue).joined(separator: ", ")).")
    private static let file = Setting(
        switch: "file",
        """
        Tell the daemons by configuration files, with nine further services of different kinds each that share address and \
        real servers, and change the files now and then.
        """)
    private static let only = Setting(
        "only", .list(SettingKind.alternatives(Disturbance.Kind.allCases.map(\.rawValue))), "kind,…",
        "Only disturbances of this kind, in the words of the summary; may be repeated. To trace a failure.")
    private static let plan = Setting(switch: "plan", "Only print the plan.")
    private static let verbose = Setting(switch: "verbose", "Say each disturbance.")
    private static let sabotage = Setting(
        "sabotage", .choice(Sabotage.allCases.map(\.rawValue), ignoresCase: false), "defect",
        "Break something that the checks must find.", isHidden: true)
}

/// Deliberate defects, to prove that a run can fail.
enum Sabotage: String, CaseIterable {
    /// The daemon of IPv4 dies and nobody knows.
    case deadDaemon = "dead-daemon"
    /// The daemons hardly ever probe.
    case slowChecks = "slow-checks"
    /// A foreign route vanishes.
    case foreignRoute = "foreign-route"
    /// A second route of ours appears.
    case duplicateRoute = "duplicate-route"
    /// A healthy real server is removed for a moment.
    case realServer = "real-server"
    /// A real server drops its connections and goes on.
    case reset = "reset"
    /// Nobody listens on a real server for a moment, and nobody knows.
    case refusal = "refusal"
    /// The VIP vanishes from the link for a moment.
    case address
    /// The rule that masquerades vanishes for a moment.
    case rules
    /// The setting is 0 without which replies are invalid to the firewall.
    case untracked
    /// What a healthy real server sends no longer comes to its clients, but to probes.
    case unreachable
    /// Something of ours is left at the end.
    case leftOver = "left-over"
}
