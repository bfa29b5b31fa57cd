public import Addressing

/// The answer to a lookup.
public struct Answer: Hashable, Sendable {
    /// The result for a name, by the kind of lookup.
    @nonexhaustive
    public enum Found: Hashable, Sendable {
        /// Addresses, each once: those of IPv6 before those of IPv4, as RFC 6724 prefers them, and else in the order of
        /// the answer.
        ///
        /// Whether there is a way to an address shows when somebody connects to it.
        case addresses([IPAddress])
        /// Where a service is offered, in the order of the answer.
        case services([ServiceRecord])
    }

    /// The result; never empty.
    public var found: Found
    /// How long it holds: the least time of all records that led to it, within ``leastTime`` and ``mostTime``.
    public var timeToLive: Duration
    /// The families whose addresses nobody told, because servers were silent or failed: the name may have more than was
    /// found.
    public var unanswered: Set<IPAddress.Family>

    /// The least time to live of an answer, also when a server says 0: a name is not asked for without an end.
    public static let leastTime = Duration.seconds(5)
    /// The longest time to live of an answer: a change is noticed after that.
    public static let mostTime = Duration.seconds(300)

    /// An answer of its parts; `timeToLive` is brought between the limits.
    public init(_ found: Found, timeToLive: Duration, unanswered: Set<IPAddress.Family> = []) {
        self.found = found
        self.timeToLive = min(max(Self.leastTime, timeToLive), Self.mostTime)
        self.unanswered = unanswered
    }

    /// The addresses; none where services were found.
    public var addresses: [IPAddress] {
        if case .addresses(let addresses) = found { addresses } else { [] }
    }

    /// The services; none where addresses were found.
    public var services: [ServiceRecord] {
        if case .services(let services) = found { services } else { [] }
    }
}
