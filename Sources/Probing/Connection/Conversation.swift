import LVSCareModel

/// What is exchanged on a connection once it is open, octets in and octets out. Each kind of probe that sends anything
/// has its own.
///
/// It knows neither sockets nor TLS nor time.
protocol Conversation {
    /// The host of TLS; `nil` for no TLS.
    var tlsHost: Host? { get }

    /// What is offered in the handshake of TLS (ALPN, RFC 7301), the best first; empty to offer nothing.
    var applicationProtocols: [String] { get }

    /// Returns what to send first; with TLS, `applicationProtocol` was agreed on (ALPN).
    mutating func begin(applicationProtocol: String?) throws(ProbeFault) -> [UInt8]

    /// Receives `octets`. Returns the one event of the conversation when it has happened.
    mutating func receive(_ octets: RawSpan) throws(ProbeFault) -> ConversationEvent?

    /// Receives the end of the connection, which is an error before the event.
    mutating func receiveEnd() throws(ProbeFault)

    /// Takes what to send next; `nil` for nothing.
    mutating func takeOutgoing() -> [UInt8]?

    /// Whether the connection can stay open after the response.
    var persistence: Persistence { get }

    /// Heartbeats on it from then on; `nil` where there are none.
    var heartbeat: (any ConnectionHeartbeat)? { get }
}

extension Conversation {
    var applicationProtocols: [String] { [] }
    var heartbeat: (any ConnectionHeartbeat)? { nil }
}

/// What a conversation comes to, once.
enum ConversationEvent: Hashable {
    /// The head of a response is there, for the probe to judge.
    case responded(status: Int, location: String?)
    /// The server is healthy.
    case healthy
    /// It is not.
    case unhealthy(ProbeFault)
}

/// Whether the connection of a request can carry on after the response, as RFC 9112 (section 9.3) calls it.
enum Persistence: Hashable {
    /// It shall not, or the response speaks against it.
    case impossible
    /// Nothing that has come speaks against it, and the end of the response is still to come.
    case undecided
    /// All that belongs to the response is there, and nothing behind it.
    case given
}
