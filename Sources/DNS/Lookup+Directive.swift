public import Addressing

// What goes into a lookup, and what comes out.
extension Lookup {
    /// The kind of records to look for.
    @nonexhaustive
    public enum Kind: Hashable, Sendable {
        /// Addresses of these families.
        case addresses(Set<IPAddress.Family> = [.ipv4, .ipv6])
        /// Places of a service, whose name is `_SERVICE._PROTOCOL.DOMAIN`.
        case services
    }

    /// How a question is sent.
    @frozen
    public enum Transport: Hashable, Sendable {
        /// In a datagram, UDP, from a socket of its own that is connected to the server: its port is a secret, and what
        /// others send does not reach it.
        case datagram
        /// On a connection, TCP, each message behind its length.
        case stream
    }

    /// A question that is to be sent.
    public struct Exchange: Hashable, Sendable {
        /// Which it is within this lookup.
        public var number: Int
        /// The server to ask.
        public var server: Endpoint
        /// How.
        public var transport: Transport
        /// The message, with its length in front where it goes on a stream.
        public var octets: [UInt8]
        /// How long its answer is waited for.
        public var timeout: Duration
    }

    /// A step for the owner of sockets and timers.
    @frozen
    public enum Directive: Hashable, Sendable {
        /// Send this, and tell of all that comes back.
        case ask(Exchange)
        /// Close what was opened for the exchange of this number.
        case end(Int)
        /// Tell when this time has passed (``Input/graceOver``).
        case grace(Duration)
        /// The lookup is over.
        case finish(Result<Answer, LookupError>)
    }

    /// An event that the owner of sockets and timers reports.
    @nonexhaustive
    public enum Input: Hashable, Sendable {
        /// The lookup begins.
        case start
        /// A message came for the exchange of this number, without a length in front.
        case received(Int, [UInt8])
        /// The exchange of this number failed with this errno; 0 for a connection that was closed.
        case failed(Int, errno: Int32)
        /// The answer to the exchange of this number did not come in its time.
        case timedOut(Int)
        /// The time of ``Directive/grace(_:)`` has passed.
        case graceOver
        /// The time of the whole lookup has passed.
        case outOfTime
    }
}
