/// Instants, the earliest first; equal ones in the order in which they were entered. Each has a ticket.
///
/// A binary heap that knows where each ticket stands, so that moving or removing one leaves nothing stale behind. Every
/// operation costs at most a logarithm of the number of instants.
///
/// What is due belongs to the owner, who keeps it by its ticket: a generic queue would not be specialized in another module,
/// and that makes it some ten times slower.
package struct DeadlineQueue: Sendable {
    package typealias Instant = ContinuousClock.Instant
    /// Names an instant until it is taken out; later another gets it. Counts from 0, so that it is good for an index.
    package typealias Ticket = Int

    private struct Entry {
        /// The time since ``origin``. The layout of a duration is fixed, so it is moved in place; that of an instant is the
        /// library's secret, which doubles the instructions of an operation.
        let time: Duration
        let order: Int
        let ticket: Ticket

        func precedes(_ other: Entry) -> Bool { time == other.time ? order < other.order : time < other.time }
    }

    private var heap: [Entry] = []
    /// The first instant that was ever entered.
    private var origin: Instant?
    /// The position in the heap of each ticket; of one that nobody has, the next such.
    private var positions: [Int] = []
    /// The first ticket that nobody has; the number of all tickets when there is none.
    private var free: Ticket = 0
    private var entered = 0

    /// A queue without instants.
    package init() {}

    /// The earliest instant; `nil` when there is none.
    package var earliest: Instant? { heap.isEmpty ? nil : instant(at: 0) }

    /// Number of instants.
    package var count: Int { heap.count }

    /// The instant that has `ticket`.
    package subscript(ticket: Ticket) -> Instant { instant(at: positions[ticket]) }

    /// Enters `instant`. The ticket is the least that is free, or the one that became free last.
    package mutating func insert(_ instant: Instant) -> Ticket {
        let ticket = free
        if ticket == positions.count {
            positions.append(heap.count)
            free += 1
        } else {
            free = positions[ticket]
        }
        let entry = entry(at: instant, ticket)
        heap.append(entry)
        sift(entry, at: heap.count - 1)
        return ticket
    }

    /// Moves `ticket` to `instant`, behind those that have the same.
    package mutating func move(_ ticket: Ticket, to instant: Instant) {
        sift(entry(at: instant, ticket), at: positions[ticket])
    }

    /// Takes out the instant that has `ticket`.
    package mutating func remove(_ ticket: Ticket) {
        let position = positions[ticket]
        (positions[ticket], free) = (free, ticket)
        let last = heap.removeLast()
        if position < heap.count { sift(last, at: position) }
    }

    /// Takes out the earliest instant and returns its ticket; `nil` when there is none.
    package mutating func popEarliest() -> Ticket? {
        guard let ticket = heap.first?.ticket else { return nil }
        remove(ticket)
        return ticket
    }

    /// Takes out the earliest instant that is not after `now` and returns its ticket; `nil` when there is none.
    package mutating func popDue(at now: Instant) -> Ticket? {
        guard let earliest, earliest <= now else { return nil }
        return popEarliest()
    }

    private mutating func entry(at instant: Instant, _ ticket: Ticket) -> Entry {
        let origin = origin ?? instant
        self.origin = origin
        entered += 1
        return Entry(time: origin.duration(to: instant), order: entered, ticket: ticket)
    }

    private func instant(at position: Int) -> Instant {
        guard let origin else { preconditionFailure("who is in the heap has been entered") }
        return origin + heap[position].time
    }

    /// Puts `entry` into the gap at `start`, or up or down from there to where it belongs.
    private mutating func sift(_ entry: Entry, at start: Int) {
        var gap = start
        while gap > 0, entry.precedes(heap[(gap - 1) / 2]) {
            put(heap[(gap - 1) / 2], at: gap)
            gap = (gap - 1) / 2
        }
        while let child = earlierChild(of: gap), heap[child].precedes(entry) {
            put(heap[child], at: gap)
            gap = child
        }
        put(entry, at: gap)
    }

    private func earlierChild(of parent: Int) -> Int? {
        let left = 2 * parent + 1
        guard left < heap.count else { return nil }
        return left + 1 < heap.count && heap[left + 1].precedes(heap[left]) ? left + 1 : left
    }

    private mutating func put(_ entry: Entry, at position: Int) {
        heap[position] = entry
        positions[entry.ticket] = position
    }
}
