import LVSCareHTTP
import LVSCareModel
import LVSCareSockets

/// One HTTP request on an open connection and its response.
///
/// The head of the response is the event.
struct HTTPConversation: Conversation {
    private let request: HTTPRequest
    let tlsHost: Host?
    private var response: HTTPResponseParser
    private var isJudged = false

    /// The request that `exchange` has come to.
    init(_ exchange: HTTPExchange) {
        request = exchange.request
        tlsHost = exchange.tlsHost
        response = HTTPResponseParser(toMethod: request.method)
    }

    func begin(applicationProtocol: String?) throws(ProbeFault) -> [UInt8] {
        do throws(HTTPFault) { return try request.message() } catch { throw ProbeFault(error) }
    }

    mutating func receive(_ octets: RawSpan) throws(ProbeFault) -> ConversationEvent? {
        do throws(HTTPFault) { try response.receive(octets) } catch { throw ProbeFault(error) }
        guard !isJudged, let head = response.head else { return nil }
        isJudged = true
        return .responded(status: head.status, location: head.location)
    }

    mutating func receiveEnd() throws(ProbeFault) {
        do throws(HTTPFault) { try response.receiveEnd() } catch { throw ProbeFault(error) }
    }

    func takeOutgoing() -> [UInt8]? { nil }

    var persistence: Persistence { request.staysOpen ? response.persistence : .impossible }

    var heartbeat: (any ConnectionHeartbeat)? {
        guard let head = response.head, let message = try? request.message() else { return nil }
        return RequestHeartbeat(message, method: request.method, status: head.status)
    }
}

extension HTTPResponseParser {
    /// Whether the connection can carry on after the response.
    var persistence: Persistence {
        guard let head, head.canPersist, !hasSurplus, !isBroken, contentCount <= TCPConnection.maximumDiscardedBytes
        else { return .impossible }
        return isComplete ? .given : .undecided
    }
}

extension HTTPResponseHead {
    /// Whether the end of the response shows in it (RFC 9112, section 6.3), and is near.
    fileprivate var canPersist: Bool {
        // A switch of protocols is an end of HTTP.
        guard version == .http11, isPersistent, status >= 200 else { return false }
        return switch ending {
        case .nothing, .chunked: true
        case .length(let count): count <= TCPConnection.maximumDiscardedBytes
        case .close: false
        }
    }
}
