/// One frame of HTTP/2: a head of nine octets and the payload, all in network order (RFC 9113, section 4.1).
///
///     | length (24) | kind (8) | flags (8) | reserved (1) | stream (31) | payload (length octets)
struct HTTP2Frame: Hashable {
    /// What a frame is for; kinds without a name are to be ignored.
    struct Kind: RawRepresentable, Hashable {
        let rawValue: UInt8

        static let data = Kind(rawValue: 0)
        static let headers = Kind(rawValue: 1)
        static let priority = Kind(rawValue: 2)
        static let resetStream = Kind(rawValue: 3)
        static let settings = Kind(rawValue: 4)
        static let pushPromise = Kind(rawValue: 5)
        static let ping = Kind(rawValue: 6)
        static let goAway = Kind(rawValue: 7)
        static let windowUpdate = Kind(rawValue: 8)
        static let continuation = Kind(rawValue: 9)
    }

    /// What a flag means depends on the kind.
    struct Flags: OptionSet, Hashable {
        let rawValue: UInt8

        /// `DATA`, `HEADERS`: the sender's last.
        static let endStream = Flags(rawValue: 0x1)
        /// `SETTINGS`, `PING`: an acknowledgement.
        static let acknowledgement = Flags(rawValue: 0x1)
        /// `HEADERS`, `CONTINUATION`: the block of header fields ends here.
        static let endHeaders = Flags(rawValue: 0x4)
        /// `DATA`, `HEADERS`: there is padding.
        static let padded = Flags(rawValue: 0x8)
        /// `HEADERS`: there are five octets about priority.
        static let priority = Flags(rawValue: 0x20)
    }

    /// Octets of a head.
    static let headLength = 9
    /// Octets of a payload that every receiver takes, and more than which none may be sent unless its settings allow
    /// it.
    static let longestPayload = 16384

    var kind: Kind
    var flags: Flags = []
    /// 0 for what concerns the whole connection.
    var stream: UInt32 = 0
    var payload: ArraySlice<UInt8> = []

    /// The payload without padding and priority; `nil` when they do not fit into it.
    var content: ArraySlice<UInt8>? {
        var rest = payload
        var padding = 0
        if flags.contains(.padded) {
            guard let length = rest.readInteger(as: UInt8.self) else { return nil }
            padding = Int(length)
        }
        if kind == .headers, flags.contains(.priority) {
            guard rest.readSlice(length: 5) != nil else { return nil }
        }
        return rest.readSlice(length: rest.count - padding)
    }
}

extension ArraySlice<UInt8> {
    /// Reads one frame; `nil` as long as it is not complete.
    mutating func readHTTP2Frame() throws(HTTPFault) -> HTTP2Frame? {
        guard let word = integer(at: 0, as: UInt32.self),
            let flags = integer(at: 4, as: UInt8.self),
            let stream = integer(at: 5, as: UInt32.self)
        else { return nil }
        let length = Int(word >> 8)
        guard length <= HTTP2Frame.longestPayload else {
            throw HTTPFault(.protocolError, "HTTP/2: a frame of \(length) octets, which is too long")
        }
        guard count >= HTTP2Frame.headLength + length else { return nil }
        removeFirst(HTTP2Frame.headLength)
        guard let payload = readSlice(length: length) else { return nil }
        return HTTP2Frame(
            kind: .init(rawValue: UInt8(truncatingIfNeeded: word)), flags: .init(rawValue: flags),
            stream: stream & 0x7fff_ffff, payload: payload)
    }
}

extension [UInt8] {
    /// Writes one frame, whose payload is no longer than ``HTTP2Frame/longestPayload``.
    mutating func append(_ frame: HTTP2Frame) {
        append(integer: UInt32(frame.payload.count) << 8 | UInt32(frame.kind.rawValue))
        append(frame.flags.rawValue)
        append(integer: frame.stream)
        append(contentsOf: frame.payload)
    }
}

/// Why a connection or a stream was ended (RFC 9113, section 7).
struct HTTP2ErrorCode: RawRepresentable, Hashable, CustomStringConvertible {
    let rawValue: UInt32

    static let noError = HTTP2ErrorCode(rawValue: 0)

    private static let names = [
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
        "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
        "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    ]

    /// The standard's name, else the number.
    var description: String {
        rawValue < UInt32(Self.names.count) ? Self.names[Int(rawValue)] : "error \(rawValue)"
    }
}
