import LVSCareDeadlines
import LVSCareModel

/// One instant per key, the earliest first; keys that share an instant in the order in which they were entered.
///
/// An operation looks a key up at most twice and costs at most a logarithm of the number of keys.
struct Agenda<Key: Hashable & Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    private var queue = DeadlineQueue()
    private var tickets: [Key: DeadlineQueue.Ticket] = [:]
    /// The key of each ticket.
    private var keys: [Key?] = []

    /// The earliest instant; `nil` when there is no entry.
    var earliest: Instant? { queue.earliest }

    /// Number of keys.
    var count: Int { queue.count }

    /// The instant of `key`; `nil` when it has none.
    subscript(key: Key) -> Instant? { tickets[key].map { queue[$0] } }

    /// Enters `key`, or moves it, to `instant`.
    mutating func schedule(_ key: Key, at instant: Instant) {
        if let ticket = tickets[key] {
            queue.move(ticket, to: instant)
        } else {
            let ticket = queue.insert(instant)
            tickets[key] = ticket
            if ticket == keys.count { keys.append(key) } else { keys[ticket] = key }
        }
    }

    /// Takes `key` out; nothing happens when it has no entry.
    mutating func cancel(_ key: Key) {
        guard let ticket = tickets.removeValue(forKey: key) else { return }
        queue.remove(ticket)
        keys[ticket] = nil
    }

    /// Takes out the earliest key.
    mutating func popEarliest() -> Key? { queue.popEarliest().flatMap { take($0) } }

    /// Takes out the earliest key whose instant is not after `now`.
    mutating func popDue(at now: Instant) -> Key? { queue.popDue(at: now).flatMap { take($0) } }

    private mutating func take(_ ticket: DeadlineQueue.Ticket) -> Key? {
        let key = keys[ticket].take()
        if let key { tickets[key] = nil }
        return key
    }
}
