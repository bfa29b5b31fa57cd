import LVSCareModel

/// One HTTP request on an open connection and its answer.
///
/// The head of the answer is the event.
struct HTTPConversation: Conversation {
    private let request: HTTPRequest
    private var answer: HTTPAnswer
    private var isJudged = false

    init(_ request: HTTPRequest) {
        self.request = request
        answer = HTTPAnswer(toMethod: request.method)
    }

    var tlsHost: HTTPURL.Host? {
        request.url.scheme == .https ? request.serverName ?? request.url.host : nil
    }

    func begin(applicationProtocol: String?) throws(ProbeFault) -> [UInt8] { try request.message() }

    mutating func receive(_ octets: RawSpan) throws(ProbeFault) -> Connection.Event? {
        try answer.receive(octets)
        guard !isJudged, let head = answer.head else { return nil }
        isJudged = true
        return .answered(status: head.status, location: head.location)
    }

    mutating func receiveEnd() throws(ProbeFault) { try answer.receiveEnd() }

    func takeOutgoing() -> [UInt8]? { nil }

    var persistence: Persistence {
        guard request.staysOpen, let head = answer.head, head.canPersist, !answer.hasSurplus, !answer.isBroken,
            answer.contentCount <= TCPConnection.tolerance
        else { return .impossible }
        return answer.isComplete ? .given : .undecided
    }
}

extension HTTPAnswer.Head {
    /// Whether the end of the answer shows in it (RFC 9112, section 6.3), and is near.
    fileprivate var canPersist: Bool {
        // A switch of protocols is an end of HTTP.
        guard version == .http11, isPersistent, status >= 200 else { return false }
        return switch ending {
        case .nothing, .chunked: true
        case .length(let count): count <= TCPConnection.tolerance
        case .close: false
        }
    }
}
