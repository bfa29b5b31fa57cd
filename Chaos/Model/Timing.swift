/// How long the daemons may take, from their flags and from what was measured of this machine.
public struct Timing: Hashable, Sendable {
    /// Longest time between two passes of a daemon.
    public var repair: Duration
    /// Time between the starts of two probes, `--interval`.
    public var interval: Duration
    /// Longest time of a probe, `--health-timeout`.
    public var timeout: Duration
    /// Time that a pass, a probe and the kernel take on a machine that has nothing else to do.
    public var work: Duration
    /// Time from one observation to the next when nothing delays the observer, as measured in this run.
    public var cadence: Duration

    /// Timing of its parts.
    public init(
        repair: Duration = .seconds(1), interval: Duration, timeout: Duration,
        work: Duration = .milliseconds(150), cadence: Duration
    ) {
        self.repair = repair
        self.interval = interval
        self.timeout = timeout
        self.work = work
        self.cadence = cadence
    }
}

/// Time that somebody lost lately, and when.
struct LostTime: Sendable {
    private var latest: [(moment: Moment, time: Duration)] = []
    private static let memory: Duration = .seconds(20)

    mutating func record(_ time: Duration, at moment: Moment) {
        latest.removeAll { $0.moment + Self.memory < moment }
        if time > .zero { latest.append((moment, time)) }
    }

    /// All that was lost since `moment`.
    func total(since moment: Moment) -> Duration {
        latest.reduce(.zero) { $1.moment >= moment ? $0 + $1.time : $0 }
    }
}
