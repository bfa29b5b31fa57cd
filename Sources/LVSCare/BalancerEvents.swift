import Synchronization

/// The events of the virtual services of a load balancer, for one listener.
///
/// Each listener has its own, and one task at a time reads it. Up to ``capacity`` events wait for a reader that is slow.
/// When there are more, the oldest are dropped, and the reader gets ``BalancerEvent/Kind/missed(_:)`` in their place; a snapshot
/// tells then how things are. So a slow reader holds up nobody, and costs no more than that.
///
/// It ends when the care ends, and for a task that is cancelled. A listener that is let go of costs nothing any more.
public struct BalancerEvents: AsyncSequence, Sendable {
    /// One event.
    public typealias Element = BalancerEvent
    /// It does not fail.
    public typealias Failure = Never

    /// Most events that wait for a reader.
    public static let capacity = 1024

    fileprivate typealias Stream = AsyncStream<(number: Int, event: BalancerEvent)>

    fileprivate let stream: Stream
    /// Number of the first event that is meant for this listener.
    fileprivate let first: Int

    /// Reads on where the reader before has stopped.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: stream.makeAsyncIterator(), expected: first)
    }

    /// Reads events one after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var base: Stream.AsyncIterator
        private var expected: Int
        /// What was read, but comes behind the news of what was missed.
        private var held: BalancerEvent?

        fileprivate init(base: Stream.AsyncIterator, expected: Int) {
            self.base = base
            self.expected = expected
        }

        /// The next event; `nil` when the care has ended and all is read, or the task was cancelled.
        public mutating func next() async -> BalancerEvent? { await next(isolation: nil) }

        /// The same for a reader on `actor`.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> BalancerEvent? {
            if let held {
                self.held = nil
                return held
            }
            guard let (number, event) = await base.next(isolation: actor) else { return nil }
            let missed = number - expected
            expected = number + 1
            guard missed > 0 else { return event }
            held = event
            return BalancerEvent(.missed(missed))
        }
    }
}

/// Hands every event to all listeners.
///
/// The first listener hears from the beginning, whenever it comes: until then, events wait for it as they do for a slow
/// reader. All others hear what happens from the moment on in which they came.
final class BalancerEventHub: Sendable {
    private struct State {
        var listeners: [Int: BalancerEvents.Stream.Continuation] = [:]
        /// Number of listeners so far.
        var admitted = 0
        /// Number of events so far.
        var told = 0
        var hasEnded = false
        /// Meant for the first listener; `nil` since it came.
        var unclaimed: BalancerEvents?
    }

    private let state = Mutex(State())

    init() {
        let events = admit()
        state.withLock { $0.unclaimed = events }
    }

    /// Number of listeners; the first one, which may still come, is counted as long as events wait for it.
    var listenerCount: Int { state.withLock(\.listeners.count) }

    /// Registers another listener.
    func events() -> BalancerEvents {
        // What is let go of here tells `dismiss`, which must not find the lock taken.
        state.withLock { $0.unclaimed.take() } ?? admit()
    }

    /// Tells all listeners, from one thread at a time; never waits for any of them.
    func publish(_ event: BalancerEvent) {
        let (number, listeners) = state.withLock { state in
            defer { state.told += 1 }
            return (state.told, Array(state.listeners.values))
        }
        for listener in listeners { listener.yield((number: number, event: event)) }
    }

    /// Lets all listeners come to their end.
    func end() {
        let listeners = state.withLock { state in
            state.hasEnded = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }

    private func admit() -> BalancerEvents {
        let (stream, continuation) = BalancerEvents.Stream.makeStream(
            bufferingPolicy: .bufferingNewest(BalancerEvents.capacity))
        let (id, first, hasEnded) = state.withLock { state in
            state.admitted += 1
            state.listeners[state.admitted] = continuation
            return (state.admitted, state.told, state.hasEnded)
        }
        continuation.onTermination = { [weak self] _ in self?.dismiss(id) }
        if hasEnded { continuation.finish() }
        return BalancerEvents(stream: stream, first: first)
    }

    private func dismiss(_ id: Int) {
        _ = state.withLock { $0.listeners.removeValue(forKey: id) }
    }
}
