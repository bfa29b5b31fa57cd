import Addressing
import LVSCareHTTP
import LVSCareModel

/// One gRPC call on an open connection and its response.
///
/// The verdict is the event; a GOAWAY goes out with it.
struct GRPCConversation: Conversation {
    /// What HTTP/2 over TLS is called in the handshake (ALPN, RFC 7301).
    static let applicationProtocol = "h2"

    private var call: GRPCCall
    /// What is going on; `nil` before and afterwards.
    private var exchange: HTTP2Exchange?
    private var outgoing: [UInt8]?

    init(_ call: GRPCCall) { self.call = call }

    var tlsHost: Host? {
        call.tls.map { $0.serverName.map(Host.init(named:)) ?? .address(call.endpoint.address) }
    }

    mutating func begin(applicationProtocol: String?) throws(ProbeFault) -> [UInt8] {
        guard call.tls == nil || applicationProtocol == Self.applicationProtocol else {
            throw ProbeFault(
                .protocolError,
                "the server agrees to TLS but not to HTTP/2 (ALPN); is there a gRPC server on this port?")
        }
        var exchange: HTTP2Exchange
        do throws(HTTPFault) {
            exchange = try HTTP2Exchange(headers: call.headers, body: call.body)
        } catch {
            throw ProbeFault(error)
        }
        let octets = exchange.takeOutgoing() ?? []
        self.exchange = exchange
        return octets
    }

    mutating func receive(_ octets: RawSpan) throws(ProbeFault) -> ConversationEvent? {
        exchange?.receive(octets)
        while let part = try nextPart() {
            guard let verdict = try call.judge(part) else { continue }
            exchange?.sendGoAway()
            outgoing = exchange?.takeOutgoing()
            exchange = nil
            return switch verdict {
            case .healthy: .healthy
            case .unhealthy(let fault): .unhealthy(fault)
            }
        }
        return nil
    }

    private mutating func nextPart() throws(ProbeFault) -> HTTP2Exchange.Part? {
        do throws(HTTPFault) { return try exchange?.nextPart() } catch { throw ProbeFault(error) }
    }

    func receiveEnd() throws(ProbeFault) { throw exchange?.lastGoAway.map(ProbeFault.init) ?? .closedEarly }

    mutating func takeOutgoing() -> [UInt8]? {
        defer { outgoing = nil }
        return outgoing ?? exchange?.takeOutgoing()
    }

    /// A connection that was called on is not kept.
    var persistence: Persistence { .impossible }
}
