import LVSCareModel

/// What is said on a connection once it is open, octets in and octets out; each kind of probe that says something has
/// its own.
///
/// It knows neither sockets nor TLS nor time.
protocol Conversation {
    /// Whom TLS is for; `nil` to speak without it.
    var tlsHost: Host? { get }

    /// What to say first, over TLS on the application protocol that was agreed upon (ALPN).
    mutating func begin(applicationProtocol: String?) throws(ProbeFault) -> [UInt8]

    /// Takes in what came. Returns the conversation's one event when this brought it about.
    mutating func receive(_ octets: RawSpan) throws(ProbeFault) -> ConversationEvent?

    /// Takes in that nothing more will come.
    mutating func receiveEnd() throws(ProbeFault)

    /// What to say next; `nil` for nothing.
    mutating func takeOutgoing() -> [UInt8]?

    /// Whether the connection can stay open after the answer.
    var persistence: Persistence { get }
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

/// Whether the connection of a request can carry on after the answer, as RFC 9112 (section 9.3) calls it.
enum Persistence: Hashable {
    /// It shall not, or the answer speaks against it.
    case impossible
    /// Nothing that has come speaks against it, and the end of the answer is still to come.
    case undecided
    /// All that belongs to the answer is there, and nothing behind it.
    case given
}
