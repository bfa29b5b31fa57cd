import Addressing
import LVSCareHTTP
import LVSCareModel
import LVSCareSockets

/// One HTTP request over TLS whose server may choose HTTP/2, so that its connection can be asked by PING afterwards; over HTTP/1.1
/// where it does not.
///
/// The head of the response is the event.
struct HTTP2Conversation: Conversation {
    private static let name = "h2"

    private let request: HTTPRequest
    /// The conversation over HTTP/1.1.
    private var other: HTTPConversation
    /// The exchange over HTTP/2; `nil` until that was chosen.
    private var exchange: HTTP2Exchange?
    private var status: Int?
    private var isComplete = false
    private var contentCount = 0

    /// The request that `exchange` has come to.
    init(_ exchange: HTTPExchange) {
        request = exchange.request
        other = HTTPConversation(exchange)
    }

    var tlsHost: Host? { other.tlsHost }

    var applicationProtocols: [String] { [Self.name, "http/1.1"] }

    mutating func begin(applicationProtocol: String?) throws(ProbeFault) -> [UInt8] {
        guard applicationProtocol == Self.name else { return try other.begin(applicationProtocol: applicationProtocol) }
        do throws(HTTPFault) {
            var exchange = try HTTP2Exchange(headers: try request.fieldsOfHTTP2(), body: Array(request.body.utf8))
            let octets = exchange.takeOutgoing() ?? []
            self.exchange = exchange
            return octets
        } catch {
            throw ProbeFault(error)
        }
    }

    mutating func receive(_ octets: RawSpan) throws(ProbeFault) -> ConversationEvent? {
        guard exchange != nil else { return try other.receive(octets) }
        exchange?.receive(octets)
        var event: ConversationEvent?
        while let part = try nextPart() {
            switch part {
            case .head(let fields, let isLast):
                isComplete = isLast
                if let responded = try judge(fields) { event = responded }
            case .data(let octets, let isLast):
                isComplete = isLast
                contentCount += octets.count
            }
        }
        return event
    }

    private mutating func nextPart() throws(ProbeFault) -> HTTP2Exchange.Part? {
        do throws(HTTPFault) { return try exchange?.nextPart() } catch { throw ProbeFault(error) }
    }

    /// The event of a head: none for informational ones and for trailers.
    private mutating func judge(_ head: [HTTP2Field]) throws(ProbeFault) -> ConversationEvent? {
        guard status == nil else { return nil }
        guard let code = head.first(name: ":status").flatMap({ Int($0) }), 100...999 ~= code, code != 101 else {
            throw ProbeFault(.protocolError, "HTTP/2: a head without a status")
        }
        if code < 200 { return nil }
        status = code
        return .responded(status: code, location: head.first(name: "location"))
    }

    mutating func receiveEnd() throws(ProbeFault) {
        guard let exchange else { return try other.receiveEnd() }
        throw exchange.lastGoAway.map(ProbeFault.init) ?? .closedEarly
    }

    mutating func takeOutgoing() -> [UInt8]? { exchange == nil ? other.takeOutgoing() : exchange?.takeOutgoing() }

    var persistence: Persistence {
        guard let exchange else { return other.persistence }
        guard request.staysOpen, exchange.lastGoAway == nil, contentCount <= TCPConnection.maximumDiscardedBytes else {
            return .impossible
        }
        return isComplete ? .given : .undecided
    }

    var heartbeat: (any ConnectionHeartbeat)? {
        guard let exchange else { return other.heartbeat }
        return exchange.heartbeat.map(PingHeartbeat.init)
    }
}
