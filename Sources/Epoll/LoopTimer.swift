/// Something that a loop does at an instant, once.
public final class LoopTimer {
    /// When it is due.
    public let instant: ContinuousClock.Instant
    /// Where it stands in the queue; `nil` when it has fired or was cancelled.
    fileprivate var position: Int?
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

/// The timers of a loop, the earliest first: a binary heap in which each timer knows where it stands, so that one that
/// is cancelled leaves nothing behind.
struct TimerQueue {
    private var heap: [LoopTimer] = []

    /// When the first timer is due; `nil` when there is none.
    var earliest: ContinuousClock.Instant? { heap.first?.instant }

    mutating func insert(_ timer: LoopTimer) {
        heap.append(timer)
        settle(timer, at: heap.count - 1)
    }

    /// Takes `timer` out; harmless when it is not in.
    mutating func cancel(_ timer: LoopTimer) {
        timer.drop()
        if let position = timer.position { remove(timer, at: position) }
    }

    /// Takes out all that are due at `now`. One that is cancelled before its turn does nothing.
    mutating func popDue(at now: ContinuousClock.Instant) -> [LoopTimer] {
        var due: [LoopTimer] = []
        while let first = heap.first, first.instant <= now {
            remove(first, at: 0)
            due.append(first)
        }
        return due
    }

    private mutating func remove(_ timer: LoopTimer, at position: Int) {
        timer.position = nil
        let last = heap.removeLast()
        if last !== timer { settle(last, at: position) }
    }

    /// Puts `timer` into the gap at `start`, or up or down from there to where it belongs.
    private mutating func settle(_ timer: LoopTimer, at start: Int) {
        var gap = start
        while gap > 0, timer.instant < heap[(gap - 1) / 2].instant {
            put(heap[(gap - 1) / 2], at: gap)
            gap = (gap - 1) / 2
        }
        while let child = earlierChild(of: gap), heap[child].instant < timer.instant {
            put(heap[child], at: gap)
            gap = child
        }
        put(timer, at: gap)
    }

    private func earlierChild(of parent: Int) -> Int? {
        let left = 2 * parent + 1
        guard left < heap.count else { return nil }
        return left + 1 < heap.count && heap[left + 1].instant < heap[left].instant ? left + 1 : left
    }

    private mutating func put(_ timer: LoopTimer, at position: Int) {
        heap[position] = timer
        timer.position = position
    }
}
