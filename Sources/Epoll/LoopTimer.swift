import LVSCareDeadlines

/// Something that a loop does at an instant, once.
public final class LoopTimer {
    /// When it is due.
    public let instant: ContinuousClock.Instant
    /// Its place in the queue; `nil` when it has fired or was cancelled.
    fileprivate var ticket: DeadlineQueue.Ticket?
    private var body: (() -> Void)?

    init(at instant: ContinuousClock.Instant, _ body: @escaping () -> Void) {
        self.instant = instant
        self.body = body
    }

    /// Does what is to be done, unless it was cancelled.
    func fire() {
        let body = body
        self.body = nil
        body?()
    }

    fileprivate func drop() { body = nil }
}

/// The timers of a loop, the earliest first; those that share an instant in the order in which they were inserted.
struct TimerQueue {
    private var queue = DeadlineQueue()
    /// The timer of each ticket.
    private var timers: [LoopTimer?] = []

    /// When the first timer is due; `nil` when there is none.
    var earliest: ContinuousClock.Instant? { queue.earliest }

    mutating func insert(_ timer: LoopTimer) {
        let ticket = queue.insert(timer.instant)
        timer.ticket = ticket
        if ticket == timers.count { timers.append(timer) } else { timers[ticket] = timer }
    }

    /// Takes `timer` out; harmless when it is not in.
    mutating func cancel(_ timer: LoopTimer) {
        timer.drop()
        guard let ticket = timer.ticket else { return }
        queue.remove(ticket)
        forget(ticket)
    }

    /// Takes out all that are due at `now`. One that is cancelled before its turn does nothing.
    mutating func popDue(at now: ContinuousClock.Instant) -> [LoopTimer] {
        var due: [LoopTimer] = []
        while let ticket = queue.popDue(at: now) {
            if let timer = forget(ticket) { due.append(timer) }
        }
        return due
    }

    @discardableResult
    private mutating func forget(_ ticket: DeadlineQueue.Ticket) -> LoopTimer? {
        let timer = timers[ticket].take()
        timer?.ticket = nil
        return timer
    }
}
