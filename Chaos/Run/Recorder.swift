import ChaosModel
import Synchronization

/// The history of the run: written by all threads, read by the one that judges.
final class Recorder: Sendable {
    private let began = ContinuousClock.now
    private let events = Mutex<[Event]>([])

    /// Time since the begin of the run.
    var now: Moment { ContinuousClock.now - began }

    /// Adds an event.
    func record(_ event: Event) { events.withLock { $0.append(event) } }

    /// Takes out what was recorded since the last call, in the order of its moments.
    func drain() -> [Event] {
        let new = events.withLock { events in
            defer { events = [] }
            return events
        }
        return new.enumerated().sorted { ($0.element.moment, $0.offset) < ($1.element.moment, $1.offset) }
            .map(\.element)
    }
}
