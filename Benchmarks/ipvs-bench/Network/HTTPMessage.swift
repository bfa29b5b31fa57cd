/// As much of HTTP/1 as these servers and clients need: short messages, arriving in few pieces.
struct HTTPMessage {
    private var bytes: [UInt8] = []
    private static let headEnd = Array("\r\n\r\n".utf8)

    mutating func append(_ more: [UInt8]) { bytes += more }

    /// Its first byte says whether this is a TLS handshake instead.
    var isTLS: Bool { bytes.first == 0x16 }

    /// Whether the empty line below the head is there: all of a request without a body.
    var hasHead: Bool { bytes.suffix(4).elementsEqual(Self.headEnd) || text.contains("\r\n\r\n") }

    /// Whether the sender of this request wants the connection to be closed afterwards.
    var wantsClose: Bool { text.contains("HTTP/1.0") || text.contains(": close") || text.contains(", close") }

    /// Whether this answer of one of our servers is complete: its body is one line.
    var isCompleteAnswer: Bool {
        bytes.last == UInt8(ascii: "\n") && hasHead && !bytes.suffix(4).elementsEqual(Self.headEnd)
    }

    /// Whether the status is 200.
    var isOK: Bool { bytes.dropFirst("HTTP/1.1 ".utf8.count).starts(with: "200".utf8) }

    /// The line that is the body of an answer.
    var body: Substring { text.split(separator: "\r\n").last?.dropLast() ?? "" }

    private var text: String { String(decoding: bytes, as: UTF8.self) }

    /// A request; "close" is asked for where the connection shall end with the answer.
    static func request(close: Bool) -> [UInt8] {
        Array("GET /healthz HTTP/1.1\r\nHost: bench\r\n\(close ? "Connection: close\r\n" : "")\r\n".utf8)
    }

    /// An answer whose body is `line`.
    static func answer(_ status: String, line: String, close: Bool) -> [UInt8] {
        let connection = close ? "Connection: close\r\n" : ""
        return Array(
            "HTTP/1.1 \(status)\r\nContent-Length: \(line.utf8.count + 1)\r\n\(connection)\r\n\(line)\n".utf8)
    }
}
