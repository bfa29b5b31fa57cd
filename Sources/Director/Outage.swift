import LVSCareModel

/// Notices that every declared real server is unhealthy, keeps saying so, and says when it is over.
///
/// What takes all of them down takes a while to be noticed at each, so it also remembers who was healthy when it began.
struct Outage: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Time from one piece of news to the next while it lasts.
    static let period: Duration = .seconds(60)

    private var since: Instant?
    /// When each real server was last healthy that is no longer.
    private var lost: [RealServer: Instant] = [:]
    /// Those that were healthy shortly before it began; none without an outage.
    private(set) var latelyHealthy: Set<RealServer> = []
    /// When the next piece of news is due; `nil` when there is no outage.
    private(set) var reminder: Instant?

    /// Takes in that the verdict on a real server changed.
    mutating func note(_ realServer: RealServer, was before: HealthState, at now: Instant) {
        lost[realServer] = before == .healthy ? now : nil
    }

    /// Forgets all real servers but these.
    mutating func forget(allBut realServers: [RealServer]) {
        let declared = Set(realServers)
        lost = lost.filter { declared.contains($0.key) }
    }

    /// What there is to say now; `nil` for nothing.
    mutating func review(_ desired: DesiredState, of specification: Specification, at now: Instant) -> OutageReport? {
        switch (desired.isAllDown, since) {
        case (true, nil):
            since = now
            let spread = specification.detectionSpread
            latelyHealthy = Set(lost.filter { now - $0.value <= spread }.keys)
            reminder = now + Self.period
            return OutageReport(phase: .began, mode: desired.allDown, duration: .zero)
        case (true, let since?):
            guard let reminder, reminder <= now else { return nil }
            self.reminder = now + Self.period
            return OutageReport(phase: .lasts, mode: desired.allDown, duration: now - since)
        case (false, let since?):
            self.since = nil
            reminder = nil
            latelyHealthy = []
            return OutageReport(phase: .ended, mode: desired.allDown, duration: now - since)
        case (false, nil):
            return nil
        }
    }
}

extension Specification {
    /// That of the slowest check.
    fileprivate var detectionSpread: Duration {
        let own = members.lazy.compactMap(\.health).flatMap(\.checks)
        return (health.checks + own).map(\.check.detectionSpread).max() ?? .zero
    }
}

extension HealthCheck {
    /// Longest time between the first and the last verdict on real servers that fail together.
    ///
    /// Each is asked once an interval, and may take up to the timeout to fail; another interval is for thresholds and jitter.
    var detectionSpread: Duration { max(interval * 2, interval + timeout) }
}
