import Addressing

/// One request and its response on a new connection of HTTP/2 (RFC 9113), as a value: octets in, octets out.
///
/// The connection has one stream and ends with it, so most of the standard has nothing to do here:
///
/// - The request is small, and goes out with the first octets, before the server's settings are known; what it may
///   announce (window, frame size, header table) cannot become less than the request needs before it has it.
/// - The response is small, too: the first windows of 65,535 octets are never enlarged, and a server that sends more
///   than `mostOctets` of whatever kind is not responding.
package struct HTTP2Exchange {
    /// A part of the response, in the order: heads with an informational status, the head, data, trailers.
    package enum Part {
        case head([HTTP2Field], isLast: Bool)
        case data(ArraySlice<UInt8>, isLast: Bool)
    }

    /// Octets that the server may send until its response is complete.
    package static let mostOctets = 128 * 1024
    /// Octets that the header fields of a response may have.
    package static let longestHead = 64 * 1024

    /// The one request's stream.
    private static let stream: UInt32 = 1
    private static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    /// `SETTINGS_ENABLE_PUSH`, which is 0 then.
    private static let enablePush: UInt16 = 2

    private var upkeep = HTTP2Upkeep()
    private var incoming: ArraySlice<UInt8> = []
    private let decoder = HPACKDecoder(most: Self.longestHead)
    private var received = 0
    /// Whether the response is complete.
    private var isComplete = false
    /// The last GOAWAY that leaves room for the response, as the fault of a connection that ends without one.
    package private(set) var lastGoAway: HTTPFault?
    /// The block of header fields that is being received, and whether it ends the response.
    private var block: (octets: [UInt8], isLast: Bool)?

    /// A request with `headers` and `body`; both must fit into one frame.
    package init(headers: [HTTP2Field], body: [UInt8]) throws(HTTPFault) {
        let block = headers.block
        guard block.count <= HTTP2Frame.longestPayload, body.count <= HTTP2Frame.longestPayload else {
            throw HTTPFault(.invalidRequest, "the request is too long")
        }
        var settings: [UInt8] = []
        settings.append(integer: Self.enablePush)
        settings.append(integer: UInt32(0))
        upkeep.send(Self.preface)
        upkeep.send(HTTP2Frame(kind: .settings, payload: settings[...]))
        upkeep.send(
            HTTP2Frame(
                kind: .headers, flags: body.isEmpty ? [.endHeaders, .endStream] : .endHeaders, stream: Self.stream,
                payload: block[...]))
        guard !body.isEmpty else { return }
        upkeep.send(HTTP2Frame(kind: .data, flags: .endStream, stream: Self.stream, payload: body[...]))
    }

    /// Adds a `GOAWAY` to what has to be sent.
    package mutating func sendGoAway() {
        var payload: [UInt8] = []
        // No stream of the server's was seen.
        payload.append(integer: UInt32(0))
        payload.append(integer: HTTP2ErrorCode.noError.rawValue)
        upkeep.send(HTTP2Frame(kind: .goAway, payload: payload[...]))
    }

    /// Takes what has to be sent; `nil` when there is nothing.
    package mutating func takeOutgoing() -> [UInt8]? { upkeep.takeOutgoing() }

    /// Heartbeats on the connection from now on; `nil` as long as the response is not complete, and when the server wants no more.
    package var heartbeat: HTTP2Heartbeat? {
        isComplete && lastGoAway == nil && block == nil ? HTTP2Heartbeat(upkeep, rest: incoming) : nil
    }

    /// Receives what the server has sent.
    package mutating func receive(_ octets: RawSpan) {
        received += octets.byteCount
        octets.withUnsafeBytes { incoming.append(contentsOf: $0) }
    }

    /// The next part of the response; `nil` until more has been received.
    ///
    /// Throws what ends the connection without a response.
    package mutating func nextPart() throws(HTTPFault) -> Part? {
        try checkBeginning()
        while let frame = try incoming.readHTTP2Frame() {
            if let part = try handle(frame) { return part }
        }
        guard received <= Self.mostOctets else {
            throw HTTPFault(.protocolError, "more than \(Self.mostOctets / 1024) KiB and no answer among them")
        }
        return nil
    }

    /// Looks at the first octets, which in HTTP/2 are the head of a `SETTINGS` frame; a frame that is no longer than it
    /// may be starts with 0.
    private func checkBeginning() throws(HTTPFault) {
        guard !upkeep.hasSettings, let first = incoming.first else { return }
        // TLS answers with an alert (21) to what is not TLS.
        guard first != 21 else {
            throw HTTPFault(.protocolError, "the answer is not HTTP/2 but TLS; was a call with TLS meant?")
        }
        let kind = incoming.integer(at: 3, as: UInt8.self).map(HTTP2Frame.Kind.init)
        guard first == 0, kind == nil || kind == .settings else {
            throw HTTPFault(.protocolError, "the answer is not HTTP/2; is there a gRPC server on this port?")
        }
    }

    private mutating func handle(_ frame: HTTP2Frame) throws(HTTPFault) -> Part? {
        if block != nil, frame.kind != .continuation { throw .violation("a head that is interrupted") }
        if try upkeep.handle(frame) { return nil }
        switch frame.kind {
        case .goAway: try goAway(frame)
        case .resetStream: try resetStream(frame)
        case .headers: return try headers(frame)
        case .continuation: return try continuation(frame)
        case .data:
            guard frame.stream == Self.stream, let octets = frame.content else { throw .violation("odd data") }
            if frame.flags.contains(.endStream) { isComplete = true }
            return .data(octets, isLast: frame.flags.contains(.endStream))
        default:
            // Unknown kinds are to be ignored.
            break
        }
        return nil
    }

    private mutating func goAway(_ frame: HTTP2Frame) throws(HTTPFault) {
        var payload = frame.payload
        guard frame.stream == 0, let last = payload.readInteger(as: UInt32.self),
            let code = payload.readInteger(as: UInt32.self).map(HTTP2ErrorCode.init)
        else { throw .violation("an odd GOAWAY") }
        let remark = !payload.isEmpty ? ": \(String(decoding: payload, as: UTF8.self).abbreviated)" : ""
        let fault =
            code == .noError
            ? HTTPFault(.reset, "the server takes no requests any more, GOAWAY with \(code)\(remark)")
            : HTTPFault(.protocolError, "the server ends the connection, GOAWAY with \(code)\(remark)")
        // The requests up to the last that is named may still be answered, whatever the reason.
        guard last & 0x7fff_ffff >= Self.stream else { throw fault }
        lastGoAway = fault
    }

    private func resetStream(_ frame: HTTP2Frame) throws(HTTPFault) {
        guard frame.payload.count == 4,
            let code = frame.payload.integer(at: 0, as: UInt32.self),
            frame.stream == Self.stream
        else { throw .violation("an odd RST_STREAM") }
        throw HTTPFault(.reset, "the server has dropped the call, RST_STREAM with \(HTTP2ErrorCode(rawValue: code))")
    }

    private mutating func headers(_ frame: HTTP2Frame) throws(HTTPFault) -> Part? {
        guard frame.stream == Self.stream, let octets = frame.content else { throw .violation("an odd head") }
        block = (Array(octets), frame.flags.contains(.endStream))
        return frame.flags.contains(.endHeaders) ? try endBlock() : nil
    }

    private mutating func continuation(_ frame: HTTP2Frame) throws(HTTPFault) -> Part? {
        guard frame.stream == Self.stream, block != nil else { throw .violation("an odd CONTINUATION") }
        block?.octets += frame.payload
        return frame.flags.contains(.endHeaders) ? try endBlock() : nil
    }

    private mutating func endBlock() throws(HTTPFault) -> Part? {
        guard let block else { return nil }
        self.block = nil
        let fields: [HTTP2Field]
        do throws(HPACKDecoder.Failure) {
            fields = try decoder.decode(block.octets)
        } catch {
            switch error {
            case .tooLarge: throw HTTPFault(.protocolError, "the answer's head is too large")
            case .broken(let words): throw .violation("a head that cannot be decoded (\(words))")
            }
        }
        if let odd = fields.first(where: { !$0.isWellFormed }) {
            throw .violation("an odd field named \(odd.name.utf8.span.bytes.quoted)")
        }
        if block.isLast { isComplete = true }
        return .head(fields, isLast: block.isLast)
    }
}
