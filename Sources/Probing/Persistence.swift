import NIOHTTP1

/// Whether the connection of a request can carry on after the answer: persistence, as RFC 9112 (section 9.3) calls it.
struct Persistence {
    private let isWanted: Bool
    private let expectsBody: Bool
    private var isOffered = false
    private var received = 0
    private var isAnswerComplete = false
    private var isRequestComplete = false

    init(of request: HTTPRequest) {
        isWanted = request.staysOpen
        expectsBody = request.method != "HEAD"
    }

    /// Whether nothing that has come speaks against it.
    var isPossible: Bool { isWanted && isOffered && received <= Farewell.tolerance }

    /// Whether all that belongs to the answer is there.
    var isDecided: Bool { isAnswerComplete }

    /// Whether all is said on the connection, and it stays open.
    var isGiven: Bool { isPossible && isAnswerComplete && isRequestComplete }

    /// The head of the answer: the end of the answer must show in it (RFC 9112, section 6.3), and be near.
    mutating func begin(_ head: HTTPResponseHead) {
        // A switch of protocols is an end of HTTP.
        guard head.version == .http1_1, head.isKeepAlive, head.status.code >= 200 else { return }
        let isEmpty = !expectsBody || head.status == .noContent || head.status == .notModified
        let length = head.headers.first(name: "Content-Length").flatMap { Int($0) }
        let isChunked = head.headers[canonicalForm: "Transfer-Encoding"].last?.lowercased() == "chunked"
        isOffered = isEmpty || isChunked || length.map { $0 <= Farewell.tolerance } ?? false
    }

    /// Octets of the answer's body.
    mutating func receive(_ count: Int) { received += count }

    /// The end of the answer.
    mutating func endAnswer() { isAnswerComplete = true }

    /// The whole request has gone out; a server may answer before it has heard it all.
    mutating func endRequest() { isRequestComplete = true }
}
