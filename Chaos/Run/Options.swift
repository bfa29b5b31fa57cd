import ArgumentParser
import ChaosModel

/// What a run is asked for.
struct Options: ParsableArguments {
    @Option(help: "Seed of the plan; printed, so that a failure can be replayed.")
    var seed: UInt64 = .random(in: 0...999_999)

    @Option(help: "Number of disturbances.")
    var disturbances = 300

    @Option(help: "Most seconds that the disturbances may take; what is left then is not done, and that is a failure.")
    var duration = 600

    @Option(
        help: "How the daemons lead packets to the VIP: \(Mode.allCases.map(\.rawValue).joined(separator: ", ")).",
        transform: { text in
            guard let mode = Mode(rawValue: text) else { throw ValidationError("there is no mode \(text)") }
            return mode
        })
    var mode: Mode = .route

    @Option(
        help: "Only disturbances of this kind, in the words of the summary; may be repeated. To trace a failure.",
        transform: { text in
            guard let kind = Disturbance.Kind(rawValue: text) else { throw ValidationError("there is no \(text)") }
            return kind
        })
    var only: [Disturbance.Kind] = []

    @Flag(help: "Only print the plan.")
    var plan = false

    @Flag(help: "Say each disturbance.")
    var verbose = false

    @Option(help: ArgumentHelp("Break something that the checks must find.", visibility: .private))
    var sabotage: Sabotage?
}

/// Deliberate defects, to prove that a run can fail.
enum Sabotage: String, CaseIterable, ExpressibleByArgument {
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
