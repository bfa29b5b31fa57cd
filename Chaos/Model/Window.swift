/// The time in which an element may differ from what is wanted, because of one cause.
struct Window: Sendable {
    /// The disturbance; `nil` when it is the machine.
    var cause: Int?
    /// When the cause was over and the daemon could begin to repair; `nil` while it lasts.
    var from: Moment?
    /// How long it may take, from then on, until no new connection goes the wrong way.
    var harmlessWithin: Duration
    /// How long it may take, from then on, until all is as wanted.
    var repairedWithin: Duration
    /// Whether clients may be turned away until the element was seen as wanted.
    var turnsAway = false
    /// Whether the daemon may undo and redo it until the time is over, as a probe that was under way when its real server
    /// changed may still count.
    var isSticky: Bool
    /// When the cause was over, for the statistics.
    var causeEnded: Moment?
    /// Since when the element has been as wanted.
    var conformsSince: Moment?

    /// How long the element may be as bad as `badness`; `nil` without end.
    func limit(for badness: Badness) -> Moment? {
        from.map { $0 + (badness == .harmless ? repairedWithin : harmlessWithin) }
    }
}

/// How far an element is from what is wanted.
enum Badness: Int, Comparable, Sendable {
    /// As wanted.
    case none
    /// Quiesced, and still to be removed.
    case harmless
    /// Anything else.
    case harmful

    static func < (left: Badness, right: Badness) -> Bool { left.rawValue < right.rawValue }
}
