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
    /// `SETTINGS_INITIAL_WINDOW_SIZE`.
    private static let initialWindowSize: UInt16 = 4

    /// What has to be sent and has not been taken yet.
    private var outgoing: [UInt8] = []
    private var incoming: ArraySlice<UInt8> = []
    private let decoder = HPACKDecoder(most: Self.longestHead)
    private var received = 0
    /// Whether the server's settings, which it must send first, have come.
    private var hasSettings = false
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
        outgoing.append(Self.preface)
        outgoing.append(HTTP2Frame(kind: .settings, payload: settings[...]))
        outgoing.append(
            HTTP2Frame(kind: .headers, flags: .endHeaders, stream: Self.stream, payload: block[...]))
        outgoing.append(HTTP2Frame(kind: .data, flags: .endStream, stream: Self.stream, payload: body[...]))
    }

    /// Adds a `GOAWAY` to what has to be sent.
    package mutating func sendGoAway() {
        var payload: [UInt8] = []
        // No stream of the server's was seen.
        payload.append(integer: UInt32(0))
        payload.append(integer: HTTP2ErrorCode.noError.rawValue)
        outgoing.append(HTTP2Frame(kind: .goAway, payload: payload[...]))
    }

    /// Takes what has to be sent; `nil` when there is nothing.
    package mutating func takeOutgoing() -> [UInt8]? {
        guard !outgoing.isEmpty else { return nil }
        defer { outgoing = [] }
        return outgoing
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
        guard !hasSettings, let first = incoming.first else { return }
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
        if block != nil, frame.kind != .continuation { throw Self.violation("a head that is interrupted") }
        switch frame.kind {
        case .settings: try settings(frame)
        case .ping: try ping(frame)
        case .goAway: try goAway(frame)
        case .resetStream: try resetStream(frame)
        case .pushPromise: throw Self.violation("a push that was ruled out")
        case .headers: return try headers(frame)
        case .continuation: return try continuation(frame)
        case .windowUpdate: try windowUpdate(frame)
        case .priority: guard frame.payload.count == 5 else { throw Self.violation("an odd priority") }
        case .data:
            guard frame.stream == Self.stream, let octets = frame.content else { throw Self.violation("odd data") }
            return .data(octets, isLast: frame.flags.contains(.endStream))
        default:
            // Unknown kinds are to be ignored.
            break
        }
        return nil
    }

    private mutating func settings(_ frame: HTTP2Frame) throws(HTTPFault) {
        let isAcknowledgement = frame.flags.contains(.acknowledgement)
        guard frame.stream == 0, frame.payload.count % 6 == 0, hasSettings || !isAcknowledgement else {
            throw Self.violation("odd settings")
        }
        guard !isAcknowledgement else {
            guard frame.payload.isEmpty else { throw Self.violation("odd settings") }
            return
        }
        var payload = frame.payload
        while let identifier = payload.readInteger(as: UInt16.self), let value = payload.readInteger(as: UInt32.self) {
            guard identifier != Self.initialWindowSize || value <= Int32.max else {
                throw Self.violation("a window of \(value) octets")
            }
        }
        hasSettings = true
        outgoing.append(HTTP2Frame(kind: .settings, flags: .acknowledgement))
    }

    private mutating func ping(_ frame: HTTP2Frame) throws(HTTPFault) {
        guard frame.stream == 0, frame.payload.count == 8 else { throw Self.violation("an odd ping") }
        guard !frame.flags.contains(.acknowledgement) else { return }
        outgoing.append(HTTP2Frame(kind: .ping, flags: .acknowledgement, payload: frame.payload))
    }

    /// Checks a frame that has no use here (RFC 9113, section 6.9).
    private func windowUpdate(_ frame: HTTP2Frame) throws(HTTPFault) {
        guard frame.payload.count == 4, let increment = frame.payload.integer(at: 0, as: UInt32.self),
            increment & 0x7fff_ffff > 0
        else { throw Self.violation("an odd WINDOW_UPDATE") }
    }

    private mutating func goAway(_ frame: HTTP2Frame) throws(HTTPFault) {
        var payload = frame.payload
        guard frame.stream == 0, let last = payload.readInteger(as: UInt32.self),
            let code = payload.readInteger(as: UInt32.self).map(HTTP2ErrorCode.init)
        else { throw Self.violation("an odd GOAWAY") }
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
        else { throw Self.violation("an odd RST_STREAM") }
        throw HTTPFault(.reset, "the server has dropped the call, RST_STREAM with \(HTTP2ErrorCode(rawValue: code))")
    }

    private mutating func headers(_ frame: HTTP2Frame) throws(HTTPFault) -> Part? {
        guard frame.stream == Self.stream, let octets = frame.content else { throw Self.violation("an odd head") }
        block = (Array(octets), frame.flags.contains(.endStream))
        return frame.flags.contains(.endHeaders) ? try endBlock() : nil
    }

    private mutating func continuation(_ frame: HTTP2Frame) throws(HTTPFault) -> Part? {
        guard frame.stream == Self.stream, block != nil else { throw Self.violation("an odd CONTINUATION") }
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
            case .broken(let words): throw Self.violation("a head that cannot be decoded (\(words))")
            }
        }
        if let odd = fields.first(where: { !$0.isWellFormed }) {
            throw Self.violation("an odd field named \(odd.name.utf8.span.bytes.quoted)")
        }
        return .head(fields, isLast: block.isLast)
    }

    private static func violation(_ what: String) -> HTTPFault { HTTPFault(.protocolError, "HTTP/2: \(what)") }
}
