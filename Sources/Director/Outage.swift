/// Notices that every declared real server is unhealthy, keeps saying so, and says when it is over.
struct Outage: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Time from one piece of news to the next while it lasts.
    static let period: Duration = .seconds(60)

    private var since: Instant?
    /// When the next piece of news is due; `nil` when there is no outage.
    private(set) var reminder: Instant?

    /// What there is to say now; `nil` for nothing.
    mutating func review(_ desired: DesiredState, at now: Instant) -> OutageReport? {
        switch (desired.isAllDown, since) {
        case (true, nil):
            since = now
            reminder = now + Self.period
            return OutageReport(phase: .began, mode: desired.allDown, duration: .zero)
        case (true, let since?):
            guard let reminder, reminder <= now else { return nil }
            self.reminder = now + Self.period
            return OutageReport(phase: .lasts, mode: desired.allDown, duration: now - since)
        case (false, let since?):
            self.since = nil
            reminder = nil
            return OutageReport(phase: .ended, mode: desired.allDown, duration: now - since)
        case (false, nil):
            return nil
        }
    }
}

/// News of a time in which every declared real server is unhealthy.
public struct OutageReport: Hashable, Sendable {
    /// How far it has got.
    public enum Phase: String, Hashable, Sendable {
        /// The last healthy real server has just been lost.
        case began
        /// It goes on; said once a minute.
        case lasts
        /// There is a real server again that may be healthy.
        case ended
    }

    /// How far it has got.
    public var phase: Phase
    /// What happens to the real servers meanwhile.
    public var mode: AllDown
    /// Since it began; 0 at that moment.
    public var duration: Duration

    /// News of its parts.
    public init(phase: Phase, mode: AllDown, duration: Duration) {
        self.phase = phase
        self.mode = mode
        self.duration = duration
    }
}
