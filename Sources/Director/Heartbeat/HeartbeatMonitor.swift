import LVSCareModel

/// The heartbeat of one check: what was asked on the kept connection and not answered yet, and how long answers usually take.
///
/// All instants are of attended time, in which this node could have taken an answer.
struct HeartbeatMonitor: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Shortest time that an answer is waited for. One lost packet costs the least time after which TCP sends again, 200 ms, and
    /// a round trip; it takes two in a row to exceed this.
    static let shortestPatience = Duration.milliseconds(400)
    /// Longest time, as long as this node itself is well.
    static let longestPatience = Duration.seconds(1)
    /// The same of a probe that takes long.
    static let shortestProbePatience = Duration.milliseconds(500)
    /// Precision of timers at both ends.
    private static let slack = Duration.milliseconds(20)
    /// How long after a suspicion that came to nothing the patience is twice as long.
    static let afterFalseAlarm = Duration.seconds(60)
    /// Probes before anything is said of what is usual.
    private static let fewestProbes = 3
    /// Distance of heartbeats where none is asked for.
    static let usualInterval = Duration.seconds(1)

    /// When the heartbeat was sent that is not answered yet; `nil` where none is in flight.
    private(set) var sent: Instant?
    /// Whether the connection answers PINGs.
    private var answersPings = false
    private var roundTrips = RoundTripEstimator()
    private var probes = RoundTripEstimator()
    /// Number of probes in a row that were answered quickly; the first of all stands for as many as it takes.
    private var quickProbes = 0
    /// Until when it gets more patience.
    private var patientUntil: Instant?
    /// Since when a suspect real server is silent; `nil` for one that is not suspect.
    private(set) var silentSince: Instant?

    /// Distance of heartbeats on the connection; `nil` for none.
    func interval(of heartbeat: HealthCheck.Heartbeat) -> Duration? {
        switch heartbeat {
        case .off: nil
        case .every(let interval): interval
        case .automatic: answersPings || quickProbes >= Self.fewestProbes ? Self.usualInterval : nil
        }
    }

    /// How long the answer to a heartbeat is waited for, where this node is well.
    func patience(at now: Instant) -> Duration {
        let usual = roundTrips.usual.map { $0 * 4 + Self.slack } ?? Self.longestPatience
        return stretched(usual, least: Self.shortestPatience, at: now)
    }

    /// How long a probe may take before it is odd; `nil` where nothing is known of what is usual.
    func probePatience(at now: Instant) -> Duration? {
        guard probes.count >= Self.fewestProbes, let mean = probes.mean else { return nil }
        let least = stretched(Self.shortestProbePatience, least: Self.shortestProbePatience, at: now)
        return max(least, mean * 8)
    }

    private func stretched(_ time: Duration, least: Duration, at now: Instant) -> Duration {
        let isPatient = patientUntil.map { now < $0 } ?? false
        return min(max(time, isPatient ? least * 2 : least), Self.longestPatience)
    }

    /// A heartbeat goes out.
    mutating func send(at now: Instant) { sent = now }

    /// Its answer is there.
    mutating func answered(at now: Instant) {
        if let sent { roundTrips.record(now - sent) }
        sent = nil
    }

    /// Another connection is used from now on, which answers PINGs, or the request of the probe.
    mutating func useConnection(answersPings: Bool) {
        sent = nil
        self.answersPings = answersPings
    }

    /// The connection is gone.
    mutating func leaveConnection() { sent = nil }

    /// A regular probe was answered well after `time`.
    mutating func probed(after time: Duration) {
        let isFirst = probes.count == 0
        probes.record(time)
        guard time <= HealthCheck.Heartbeat.quick else {
            quickProbes = 0
            return
        }
        quickProbes = isFirst ? Self.fewestProbes : min(quickProbes + 1, Self.fewestProbes)
    }

    /// A suspicion begins.
    mutating func suspect(at now: Instant) { silentSince = sent ?? now }

    /// The suspicion has ended; `wasFalse` where it came to nothing.
    mutating func endSuspicion(wasFalse: Bool, at now: Instant) {
        silentSince = nil
        if wasFalse { patientUntil = now + Self.afterFalseAlarm }
    }
}
