import LVSCareModel

/// One instant per key, the earliest first; keys that share an instant in the order in which they were entered.
///
/// A binary heap that knows where each key stands, so that moving or removing one leaves nothing stale behind. Every
/// operation costs at most a logarithm of the number of keys.
struct Agenda<Key: Hashable & Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Entry {
        var key: Key
        var instant: Instant
        var order: Int

        func precedes(_ other: Entry) -> Bool { (instant, order) < (other.instant, other.order) }
    }

    private var heap: [Entry] = []
    private var positions: [Key: Int] = [:]
    private var entered = 0

    /// The earliest instant; `nil` when there is no entry.
    var earliest: Instant? { heap.first?.instant }

    /// Number of keys.
    var count: Int { heap.count }

    /// The instant of `key`; `nil` when it has none.
    subscript(key: Key) -> Instant? {
        positions[key].map { heap[$0].instant }
    }

    /// Enters `key`, or moves it, to `instant`.
    mutating func schedule(_ key: Key, at instant: Instant) {
        entered += 1
        let entry = Entry(key: key, instant: instant, order: entered)
        if let position = positions[key] {
            heap[position] = entry
            settle(position)
        } else {
            heap.append(entry)
            settle(heap.count - 1)
        }
    }

    /// Takes `key` out; nothing happens when it has no entry.
    mutating func cancel(_ key: Key) {
        guard let position = positions.removeValue(forKey: key) else { return }
        let last = heap.removeLast()
        guard position < heap.count else { return }
        heap[position] = last
        settle(position)
    }

    /// Takes out the earliest key.
    mutating func popEarliest() -> Key? {
        guard let first = heap.first else { return nil }
        cancel(first.key)
        return first.key
    }

    /// Takes out the earliest key whose instant is not after `now`.
    mutating func popDue(at now: Instant) -> Key? {
        guard let first = heap.first, first.instant <= now else { return nil }
        cancel(first.key)
        return first.key
    }

    /// Moves the entry at `start` up or down to where it belongs.
    private mutating func settle(_ start: Int) {
        let entry = heap[start]
        var hole = start
        while hole > 0, entry.precedes(heap[(hole - 1) / 2]) {
            move(from: (hole - 1) / 2, to: hole)
            hole = (hole - 1) / 2
        }
        while let child = earlierChild(of: hole), heap[child].precedes(entry) {
            move(from: child, to: hole)
            hole = child
        }
        heap[hole] = entry
        positions[entry.key] = hole
    }

    private func earlierChild(of parent: Int) -> Int? {
        let left = 2 * parent + 1
        guard left < heap.count else { return nil }
        return left + 1 < heap.count && heap[left + 1].precedes(heap[left]) ? left + 1 : left
    }

    private mutating func move(from source: Int, to target: Int) {
        heap[target] = heap[source]
        positions[heap[target].key] = target
    }
}
