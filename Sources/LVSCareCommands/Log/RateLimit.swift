/// Lets the first of many equal events through, then one in each period, and counts what it held back.
struct RateLimit<Key: Hashable> {
    /// Shortest time between two equal events that are let through.
    var period: Duration
    private var passed: [Key: (at: ContinuousClock.Instant, held: Int)] = [:]

    init(period: Duration) { self.period = period }

    /// How many equal events were held back before this one, which is let through; `nil` when this one is held back.
    mutating func admit(_ key: Key, at now: ContinuousClock.Instant) -> Int? {
        guard let last = passed[key], now - last.at < period else {
            let held = passed[key]?.held ?? 0
            passed[key] = (now, 0)
            return held
        }
        passed[key] = (last.at, last.held + 1)
        return nil
    }

    /// Forgets everything: the next event of any kind is a first one.
    mutating func reset() { passed = [:] }
}
