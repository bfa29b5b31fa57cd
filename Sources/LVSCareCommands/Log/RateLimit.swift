/// Lets the first of many equal events through, then one in each period, and counts what it held back.
///
/// It forgets what has not come for ten periods, and knows no more than a thousand kinds of events at a time.
struct RateLimit<Key: Hashable> {
    /// Shortest time between two equal events that are let through.
    var period: Duration
    private var passed: [Key: (at: ContinuousClock.Instant, held: Int)] = [:]
    /// When it last looked for what can be forgotten.
    private var lastSweep: ContinuousClock.Instant?

    private static var mostKinds: Int { 1000 }

    init(period: Duration) { self.period = period }

    /// How many kinds of events are remembered.
    var count: Int { passed.count }

    /// How many equal events were held back before this one, which is let through; `nil` when this one is held back.
    mutating func admit(_ key: Key, at now: ContinuousClock.Instant) -> Int? {
        guard let last = passed[key], now - last.at < period else {
            let held = passed[key]?.held ?? 0
            sweep(at: now)
            passed[key] = (now, 0)
            return held
        }
        passed[key] = (last.at, last.held + 1)
        return nil
    }

    /// Forgets everything: the next event of any kind is a first one.
    mutating func reset() { passed = [:] }

    private mutating func sweep(at now: ContinuousClock.Instant) {
        let isDue = lastSweep.map { now - $0 >= period } ?? true
        guard isDue || passed.count >= Self.mostKinds else { return }
        lastSweep = now
        let oldest = now - period * 10
        passed = passed.filter { $0.value.at > oldest }
        if passed.count >= Self.mostKinds { passed = [:] }
    }
}
