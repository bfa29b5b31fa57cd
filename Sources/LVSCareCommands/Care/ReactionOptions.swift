import ArgumentParser
import LVSCareModel

/// How failures are confirmed and acted on.
struct ReactionOptions: ParsableArguments, FlagSource {
    @Option(
        name: .flag(.unhealthyInterval), parsing: .unconditional,
        help: .init(
            """
            Time from a probe that failed to the next, 10ms to --interval, so that confirmation and recovery do not \
            wait for a long interval. (default: 1s, or the interval if shorter)
            """,
            valueName: "duration"))
    var unhealthyInterval: String?

    @Option(
        name: .flag(.fall), parsing: .unconditional,
        help: .init(
            "Failures in a row that make a healthy real server unhealthy; the very first probe decides alone. (default: 1)",
            valueName: "count"))
    var fall: String?

    @Option(
        name: .flag(.rise), parsing: .unconditional,
        help: .init("Successes in a row that make an unhealthy one healthy again. (default: 1)", valueName: "count"))
    var rise: String?

    @Flag(
        name: .flag(.watch), inversion: .prefixedNo, exclusivity: .chooseLast,
        help: .init(
            """
            Keep the connection of one HTTP(S) probe open and probe at once when it ends, so that a crash is noticed \
            within milliseconds. (default: true)
            """))
    var watch: Bool?

    @Option(
        name: .flag(.jitter), parsing: .unconditional,
        help: .init(
            """
            Per cent, 0-50, by which each wait is shortened or lengthened at random, so that the probes of many nodes do \
            not arrive together. (default: 10)
            """,
            valueName: "percent"))
    var jitter: String?

    @Option(
        name: .flag(.allDown), parsing: .unconditional,
        help: .init(
            """
            When every real server fails: remove (clients are refused) or keep those that were healthy until shortly \
            before, in case it is the check that is wrong. (default: remove)
            """,
            valueName: "choice"),
        completion: .list(AllDown.allCases.map(\.rawValue)))
    var allDown: String?

    @Option(
        name: .flag(.drainTimeout), parsing: .unconditional,
        help: .init(
            """
            Longest time that a failing or undeclared real server stays at weight 0 because it still has active \
            connections, up to 24h; 0 removes it at its next check. (default: 0)
            """,
            valueName: "duration"))
    var drainTimeout: String?

    var flags: [CareFlag: [String]] {
        Self.given([
            .unhealthyInterval: unhealthyInterval, .fall: fall, .rise: rise, .watch: watch?.description,
            .jitter: jitter, .allDown: allDown, .drainTimeout: drainTimeout,
        ])
    }
}
