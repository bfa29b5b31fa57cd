import Addressing
import Glibc

/// A client that keeps a connection to one of the real servers behind a virtual service, and opens a new one when that breaks.
struct KeptClient: ~Copyable {
    private enum State {
        /// Opens connections until one leads to the wanted real server.
        case seeking
        case idle
        /// Has a request under way since this moment, over the old connection or a new one.
        case asking(since: Double)
        /// Had its answer after so many milliseconds.
        case answered(Double)
    }

    private let service: Endpoint
    private var state = State.answered(0)
    private var wanted = ""
    private var call: Call?

    init(of service: Endpoint) { self.service = service }

    /// Whether it holds the connection that it shall.
    var isReady: Bool {
        if case .idle = state { true } else { false }
    }

    /// Milliseconds from its request to the answer; `nil` before that.
    var waited: Double? {
        if case .answered(let milliseconds) = state { milliseconds } else { nil }
    }

    /// Gets a connection to `server`.
    mutating func hold(_ server: Endpoint, _ poller: borrowing Poller) {
        wanted = server.address.description
        state = .seeking
        connect(poller)
    }

    /// Sends a request over its connection.
    mutating func ask(_ poller: borrowing Poller) {
        guard let old = call else { return }
        call = Call(again: old)
        state = .asking(since: Moment().milliseconds)
    }

    /// Goes on, if `socket` is its own.
    mutating func handle(_ socket: Int32, _ events: Poller.Events, _ poller: borrowing Poller) {
        guard var call, call.socket == socket else { return }
        let outcome = call.handle(events)
        self.call = call
        switch (state, outcome) {
        case (_, .pending): break
        case (.seeking, .answered(true, wanted)): state = .idle
        case (.seeking, _), (.asking, .failed): connect(poller)
        case (.asking(let since), .answered): state = .answered(Moment().milliseconds - since)
        case (.idle, _), (.answered, _): break
        }
    }

    /// Tries again to connect, if that had failed at once.
    mutating func retry(_ poller: borrowing Poller) {
        guard call == nil else { return }
        switch state {
        case .seeking, .asking: connect(poller)
        case .idle, .answered: break
        }
    }

    /// Drops its connection.
    mutating func end() {
        if let call { close(call.socket) }
        call = nil
    }

    private mutating func connect(_ poller: borrowing Poller) {
        end()
        call = Call(to: service, close: false)
        if let call { poller.add(call.socket, [.readable, .writable, .edges]) }
    }
}
