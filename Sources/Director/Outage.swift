import LVSCareModel

/// Notices that every declared real server is unhealthy, keeps saying so, and says when it is over.
///
/// What takes all of them down takes a while to be noticed at each, so it also remembers who was healthy when it began.
struct Outage: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    private var news = OutageNews()
    /// When each real server was last healthy that is no longer.
    private var lost: [RealServer: Instant] = [:]
    /// Those that were healthy shortly before it began; none without an outage.
    private(set) var latelyHealthy: Set<RealServer> = []
    /// When the next piece of news is due; `nil` when there is no outage.
    var reminder: Instant? { news.reminder }

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
        guard let (phase, duration) = news.next(isOut: desired.isAllDown, at: now) else { return nil }
        switch phase {
        case .began:
            let spread = specification.detectionSpread
            latelyHealthy = Set(lost.filter { now - $0.value <= spread }.keys)
        case .lasts: break
        case .ended: latelyHealthy = []
        }
        return OutageReport(
            phase: phase, mode: desired.allDown, duration: duration, failure: desired.policy.failure,
            sorryServer: desired.sorryServer?.realServer)
    }
}

/// Notices that too few real servers are healthy for a quorum of more than 1. Of a quorum of 1, `Outage` says enough.
struct QuorumLoss: Hashable, Sendable {
    private var news = OutageNews()

    /// When the next piece of news is due; `nil` when the quorum is there.
    var reminder: ContinuousClock.Instant? { news.reminder }

    /// What there is to say now; `nil` for nothing.
    mutating func review(_ desired: DesiredState, at now: ContinuousClock.Instant) -> OutageReport? {
        let quorum = desired.policy.quorum
        let isLost = quorum.weight > 1 && desired.availability == .down && !desired.realServers.isEmpty
        guard let (phase, duration) = news.next(isOut: isLost, at: now) else { return nil }
        // That every real server is unhealthy is said each minute, too.
        if phase == .lasts, desired.isAllDown { return nil }
        return OutageReport(
            phase: phase, mode: desired.allDown, duration: duration, failure: desired.policy.failure,
            sorryServer: desired.sorryServer?.realServer,
            quorum: .init(healthy: desired.pool.healthy, required: desired.pool.upper(quorum)))
    }
}

/// When it is said that something is wrong, that it lasts, and that it is over.
private struct OutageNews: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Time from one piece of news to the next while it lasts.
    static let period: Duration = .seconds(60)

    private var since: Instant?
    /// When the next piece of news is due; `nil` while nothing is wrong.
    private(set) var reminder: Instant?

    /// What there is to say now: the phase, and how long it has lasted; `nil` for nothing.
    mutating func next(isOut: Bool, at now: Instant) -> (phase: OutageReport.Phase, duration: Duration)? {
        switch (isOut, since) {
        case (true, nil):
            since = now
            reminder = now + Self.period
            return (.began, .zero)
        case (true, let since?):
            guard let reminder, reminder <= now else { return nil }
            self.reminder = now + Self.period
            return (.lasts, now - since)
        case (false, let since?):
            self.since = nil
            reminder = nil
            return (.ended, now - since)
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
