/// Heartbeats on an idle connection of HTTP/2: a PING that its server has to answer (RFC 9113, section 6.7), as a value.
///
/// The server's own settings, PINGs and windows are answered and borne. A GOAWAY, and whatever belongs to a request, ends the
/// connection.
package struct HTTP2Heartbeat {
    /// Octets that the server may send for one heartbeat.
    private static let mostOctets = 16 * 1024

    private var upkeep: HTTP2Upkeep
    private var incoming: ArraySlice<UInt8>
    /// What the latest PING carries.
    private var number: UInt64 = 0
    /// Whether it is not answered yet.
    private var isAsking = false
    /// Octets received since.
    private var received = 0

    init(_ upkeep: HTTP2Upkeep, rest incoming: ArraySlice<UInt8>) {
        self.upkeep = upkeep
        self.incoming = incoming
    }

    /// Returns the next PING.
    package mutating func ask() -> [UInt8] {
        number += 1
        isAsking = true
        received = 0
        var payload: [UInt8] = []
        payload.append(integer: number)
        upkeep.send(HTTP2Frame(kind: .ping, payload: payload[...]))
        return upkeep.takeOutgoing() ?? []
    }

    /// Receives what the server has sent. Returns whether the latest PING is answered by it.
    ///
    /// Throws what ends the connection.
    package mutating func receive(_ octets: RawSpan) throws(HTTPFault) -> Bool {
        received += octets.byteCount
        guard received <= Self.mostOctets else {
            throw HTTPFault(.protocolError, "more than \(Self.mostOctets / 1024) KiB on an idle connection")
        }
        octets.withUnsafeBytes { incoming.append(contentsOf: $0) }
        var isAnswered = false
        while let frame = try incoming.readHTTP2Frame() {
            if frame.kind == .ping, frame.flags.contains(.acknowledgement), isAsking,
                frame.payload.integer(at: 0, as: UInt64.self) == number
            {
                isAsking = false
                isAnswered = true
            }
            if try upkeep.handle(frame) { continue }
            switch frame.kind {
            case .goAway: throw HTTPFault(.reset, "the server takes no requests any more, GOAWAY")
            case .headers, .data, .continuation: throw .violation("an answer that nobody asked for")
            // The end of the request that is over (section 8.1), or unknown.
            default: break
            }
        }
        if incoming.isEmpty { incoming = [] }
        return isAnswered
    }

    /// Takes what has to be sent; `nil` when there is nothing.
    package mutating func takeOutgoing() -> [UInt8]? { upkeep.takeOutgoing() }
}
