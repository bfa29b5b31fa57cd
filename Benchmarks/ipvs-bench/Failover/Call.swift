import Addressing
import Glibc

/// A request on its way, over a connection that is new or was kept.
struct Call {
    enum Outcome {
        case pending
        /// The answer was complete. `isOK` is about its status; `server` is who gave it.
        case answered(isOK: Bool, server: String)
        case failed
    }

    /// Milliseconds of the monotonic clock.
    let began: Double
    let socket: Int32
    private let close: Bool
    private var isSent = false
    private var answer = HTTPMessage()

    /// Opens a connection to `endpoint`; the request follows once it stands. `nil` when it failed at once.
    init?(to endpoint: Endpoint, close: Bool) {
        began = Moment().milliseconds
        self.close = close
        guard let socket = Socket.connecting(to: endpoint) else { return nil }
        self.socket = socket
    }

    /// Sends a request over the connection of an earlier call.
    init(again earlier: Call) {
        began = Moment().milliseconds
        close = earlier.close
        socket = earlier.socket
        isSent = Socket.write(HTTPMessage.request(close: close), to: socket)
    }

    /// Goes on after `events` of its socket.
    mutating func handle(_ events: Poller.Events) -> Outcome {
        if !isSent {
            guard events.isDisjoint(with: [.failed, .hungUp]) else { return .failed }
            isSent = Socket.write(HTTPMessage.request(close: close), to: socket)
            if !isSent { return .failed }
        }
        while true {
            switch Socket.read(socket) {
            case .nothingYet: return .pending
            case .end: return .failed
            case .bytes(let bytes):
                answer.append(bytes)
                guard answer.isCompleteAnswer else { continue }
                return .answered(isOK: answer.isOK, server: String(answer.body))
            }
        }
    }
}
