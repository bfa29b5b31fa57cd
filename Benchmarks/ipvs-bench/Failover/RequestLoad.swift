import Addressing
import Glibc

/// A client that sends 200 requests a second to a virtual service, each over a new connection.
struct RequestLoad: ~Copyable {
    /// Milliseconds from one request to the next, and those after which a request without an answer has failed.
    static let pace = 5.0, patience = 1000.0

    private let service: Endpoint
    private var calls: [Int32: Call] = [:]
    private var next = 0.0
    private(set) var sent = 0
    private(set) var failed = 0

    init(to service: Endpoint) { self.service = service }

    /// Whether no request is without its answer.
    var isIdle: Bool { calls.isEmpty }

    /// Forgets what was counted.
    mutating func reset() {
        sent = 0
        failed = 0
    }

    /// Sends a request, if it is time for one.
    mutating func send(at now: Double, _ poller: borrowing Poller) {
        guard now >= next else { return }
        next = max(next + Self.pace, now)
        sent += 1
        guard let call = Call(to: service, close: true) else { return failed += 1 }
        calls[call.socket] = call
        poller.add(call.socket, [.readable, .writable, .edges])
    }

    /// Goes on with the request on `socket`, if that is one of these.
    mutating func handle(_ socket: Int32, _ events: Poller.Events) {
        guard var call = calls[socket] else { return }
        switch call.handle(events) {
        case .pending: calls[socket] = call
        case .answered(let isOK, _): end(socket, failed: !isOK)
        case .failed: end(socket, failed: true)
        }
    }

    /// Gives up those that waited too long.
    mutating func expire(at now: Double) {
        for (socket, call) in calls where now - call.began > Self.patience { end(socket, failed: true) }
    }

    private mutating func end(_ socket: Int32, failed isFailure: Bool) {
        close(socket)
        calls[socket] = nil
        if isFailure { failed += 1 }
    }
}
