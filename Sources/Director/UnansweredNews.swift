import LVSCareModel

/// When it is told that something is not answered, that it lasts, and that it is over.
struct UnansweredNews: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Time that the first report waits for other real servers that are about to be found unanswered.
    static let gathering: Duration = .seconds(10)
    /// Shortest time between two reports of the same state.
    static let period: Duration = .seconds(60)

    /// Since when something is unanswered; `nil` when nothing is.
    private var since: Instant?
    /// When that was told last; `nil` where it was not.
    private var told: Instant?

    /// When there is something to tell at the latest; `nil` for never.
    var due: Instant? { told.map { $0 + Self.period } ?? since.map { $0 + Self.gathering } }

    /// Takes in that something is unanswered.
    mutating func begin(at now: Instant) { since = since ?? now }

    /// What there is to tell now: the phase, and how long it has lasted. `mayGrow` while more real servers may be found
    /// unanswered.
    mutating func next(at now: Instant, mayGrow: Bool) -> (phase: ReachabilityReport.Phase, duration: Duration)? {
        guard let since, let due, due <= now || told == nil && !mayGrow else { return nil }
        defer { told = now }
        return (told == nil ? .began : .lasts, now - since)
    }

    /// Takes in that everything is answered, and says how long it was not; `nil` where nobody was told of that.
    mutating func end(at now: Instant) -> Duration? {
        defer { (since, told) = (nil, nil) }
        return told == nil ? nil : since.map { now - $0 }
    }

    /// Forgets what nobody was told of.
    mutating func dropUntold() {
        if told == nil { since = nil }
    }
}
