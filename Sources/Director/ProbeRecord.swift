import LVSCareModel

/// How the latest direct probes of the real servers ended, for comparison with what clients of the VIP find.
struct ProbeRecord: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Success {
        /// The first since the last failure.
        var since: Instant
        var latest: Instant
        /// How long the latest took.
        var time: Duration
    }

    /// Those that answered their latest probe.
    private var successes: [RealServer: Success] = [:]

    /// A direct probe has succeeded.
    mutating func succeeded(_ realServer: RealServer, after time: Duration, at now: Instant) {
        successes[realServer] = Success(since: successes[realServer]?.since ?? now, latest: now, time: time)
    }

    /// A direct probe has failed.
    mutating func failed(_ realServer: RealServer) { successes[realServer] = nil }

    /// Forgets all but `realServers`.
    mutating func keep(_ realServers: Set<RealServer>) {
        successes = successes.filter { realServers.contains($0.key) }
    }

    /// Whether the latest probe of a real server succeeded.
    func isHealthy(_ realServer: RealServer) -> Bool { successes[realServer] != nil }

    /// Whether a real server was healthy at `instant` and no probe of it has failed since.
    func isHealthy(_ realServer: RealServer, since instant: Instant) -> Bool {
        successes[realServer].map { $0.since <= instant } == true
    }

    /// Whether a probe has succeeded after `instant`, and none has failed since.
    func hasSucceeded(_ realServer: RealServer, after instant: Instant) -> Bool {
        successes[realServer].map { $0.latest > instant } == true
    }

    /// How long the slowest of these took to answer; 0 where there is none.
    func slowest(of realServers: Set<RealServer>) -> Duration {
        realServers.lazy.compactMap { successes[$0]?.time }.max() ?? .zero
    }
}
