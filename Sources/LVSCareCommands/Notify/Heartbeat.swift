import Glibc
import LVSCareSettings

/// Whether a daemon that should look at the kernel from time to time still does, for a service manager's watchdog.
struct Heartbeat {
    /// How long the manager waits for a sign of life.
    let timeout: Duration
    private var passes = 0
    private var latest: SuspendingClock.Instant?

    /// A heartbeat for a manager that waits that long.
    init(timeout: Duration) { self.timeout = timeout }

    /// What the manager asks for: `WATCHDOG_USEC` in microseconds, if it is for this process (`WATCHDOG_PID`).
    init?(_ environment: Environment, process: Int32 = getpid()) {
        guard let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init), microseconds > 0 else { return nil }
        if let wanted = environment["WATCHDOG_PID"], wanted != "\(process)" { return nil }
        self.init(timeout: .microseconds(microseconds))
    }

    /// When to give a sign again.
    var interval: Duration { timeout / 2 }

    /// Whether to give a sign now that there were so many passes, at most `repairInterval` apart; `nil` where none are due.
    ///
    /// A loop that turns without ever getting to a pass that is due is as dead as one that stands still.
    mutating func beats(passes: Int, repairInterval: Duration?, at now: SuspendingClock.Instant) -> Bool {
        if passes != self.passes || latest == nil || repairInterval == nil {
            self.passes = passes
            latest = now
        }
        guard let latest, let repairInterval else { return true }
        return now - latest <= repairInterval + timeout
    }
}
