import LVSCareModel

/// Whether a connection to one real server is open and monitored, and when to open another.
///
/// There is at most one, which the probe that opened it leaves behind. It costs nothing while it lasts, and its end asks
/// for a probe before its time. So an end that means nothing, because the real server closes idle connections by habit,
/// must become rare:
///
/// * *Back-off*: after an end, or when the real server did not let its connection be kept, so many regular probes leave
///   none behind: 1, 2, 4 … 64. That many monitored ones in a row without an end make it start over. So in the long run one
///   probe in 64 comes out of turn at most.
/// * *Renewal*: the time that the connection had lasted is taken for the idle limit of the real server. The last regular
///   probe before that time is over leaves its connection behind in place of the old one. So a real server that closes
///   connections after 90 s, as API servers do, is monitored all the time, at no cost.
struct ConnectionMonitor: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Most regular probes in a row that leave no connection behind.
    static let longestBackOff = 64

    /// An open connection.
    struct Connection: Hashable, Sendable {
        /// Number of the probe that left it behind.
        var attempt: Int
        /// Since when it has been idle.
        var since: Instant
    }

    /// What is monitored; `nil` when nothing is.
    private(set) var connection: Connection?
    private var backOff = 0
    /// Probes that still have to pass without leaving a connection.
    private var skips = 0
    /// Monitored probes since the last end.
    private var calmProbes = 0
    /// How long the connection lasted that ended last; `nil` when another one has outlasted it.
    private var idleLimit: Duration?

    /// Whether the regular probe that starts now should leave its connection behind; to be asked once for each.
    mutating func wantsConnection(at now: Instant, interval: Duration) -> Bool {
        if connection != nil {
            calmProbes += 1
            if calmProbes >= Self.longestBackOff { backOff = 0 }
        }
        guard skips == 0 else {
            skips -= 1
            return false
        }
        guard let connection else { return true }
        guard let idleLimit else { return false }
        let age = now - connection.since
        if age > idleLimit {
            self.idleLimit = nil
            return false
        }
        // The next probe comes after one and a half intervals at the latest: jitter takes no more.
        return age + interval * 1.5 >= idleLimit
    }

    /// The probe of this number has left its connection behind.
    mutating func open(attempt: Int, at now: Instant) { connection = Connection(attempt: attempt, since: now) }

    /// The real server did not let the connection of a probe be kept.
    mutating func decline() { retreat() }

    /// This node closes the connection.
    mutating func close() { connection = nil }

    /// The connection has ended, and not because this node closed it.
    mutating func end(at now: Instant) {
        guard let connection else { return }
        idleLimit = now - connection.since
        self.connection = nil
        retreat()
    }

    private mutating func retreat() {
        backOff = min(max(1, backOff * 2), Self.longestBackOff)
        skips = backOff
        calmProbes = 0
    }
}
