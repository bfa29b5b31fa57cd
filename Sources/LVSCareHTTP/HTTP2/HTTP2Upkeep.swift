/// What every connection of HTTP/2 has besides its streams: settings that are acknowledged, PINGs that are answered, windows
/// (RFC 9113, sections 6.5, 6.7 and 6.9).
struct HTTP2Upkeep {
    /// `SETTINGS_INITIAL_WINDOW_SIZE`.
    private static let initialWindowSize: UInt16 = 4

    /// What has to be sent and has not been taken yet.
    private var outgoing: [UInt8] = []
    /// Whether the server's settings, which it must send first, have come.
    private(set) var hasSettings = false

    /// Adds a frame to what has to be sent.
    mutating func send(_ frame: HTTP2Frame) { outgoing.append(frame) }

    /// Adds octets to what has to be sent.
    mutating func send(_ octets: String) { outgoing.append(octets) }

    /// Takes what has to be sent; `nil` when there is nothing.
    mutating func takeOutgoing() -> [UInt8]? {
        guard !outgoing.isEmpty else { return nil }
        defer { outgoing = [] }
        return outgoing
    }

    /// Handles a frame that is not of a stream, and says whether it was one. The answer to a PING of our own is the caller's.
    mutating func handle(_ frame: HTTP2Frame) throws(HTTPFault) -> Bool {
        switch frame.kind {
        case .settings: try settings(frame)
        case .ping: try ping(frame)
        case .windowUpdate:
            guard frame.payload.count == 4, let increment = frame.payload.integer(at: 0, as: UInt32.self),
                increment & 0x7fff_ffff > 0
            else { throw .violation("an odd WINDOW_UPDATE") }
        case .priority: guard frame.payload.count == 5 else { throw .violation("an odd priority") }
        case .pushPromise: throw .violation("a push that was ruled out")
        default: return false
        }
        return true
    }

    private mutating func settings(_ frame: HTTP2Frame) throws(HTTPFault) {
        let isAcknowledgement = frame.flags.contains(.acknowledgement)
        guard frame.stream == 0, frame.payload.count % 6 == 0, hasSettings || !isAcknowledgement else {
            throw .violation("odd settings")
        }
        guard !isAcknowledgement else {
            guard frame.payload.isEmpty else { throw .violation("odd settings") }
            return
        }
        var payload = frame.payload
        while let identifier = payload.readInteger(as: UInt16.self), let value = payload.readInteger(as: UInt32.self) {
            guard identifier != Self.initialWindowSize || value <= Int32.max else {
                throw .violation("a window of \(value) octets")
            }
        }
        hasSettings = true
        send(HTTP2Frame(kind: .settings, flags: .acknowledgement))
    }

    private mutating func ping(_ frame: HTTP2Frame) throws(HTTPFault) {
        guard frame.stream == 0, frame.payload.count == 8 else { throw .violation("an odd ping") }
        guard !frame.flags.contains(.acknowledgement) else { return }
        send(HTTP2Frame(kind: .ping, flags: .acknowledgement, payload: frame.payload))
    }
}

extension HTTPFault {
    /// What HTTP/2 does not allow.
    static func violation(_ what: String) -> HTTPFault { HTTPFault(.protocolError, "HTTP/2: \(what)") }
}
