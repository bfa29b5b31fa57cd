/// How far this node can be trusted to judge others in time, as in Lifeguard (Dadgar, Phillips, Currey 2017).
///
/// A node that was late itself, or to which everybody went silent at once, waits longer for answers: twice, four and eight times
/// as long. One step of that is forgotten after ten seconds without such news.
struct LocalHealth: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Lateness from which on it counts.
    static let noticeable = Duration.milliseconds(50)
    private static let steps = 3
    private static let relaxation = Duration.seconds(10)

    private var level = 0
    private var since: Instant?

    /// The node was late, or heard nobody.
    mutating func worsen(at now: Instant) {
        level = min(level(at: now) + 1, Self.steps)
        since = now
    }

    /// How many times as long as usual answers are waited for.
    func multiplier(at now: Instant) -> Int { 1 << level(at: now) }

    private func level(at now: Instant) -> Int {
        guard let since, level > 0 else { return 0 }
        return max(0, level - Int((now - since) / Self.relaxation))
    }
}
