/// Whether clients on this node reach a virtual service, as this node finds out by being one.
@frozen
public enum Reachability: Hashable, Sendable {
    /// A point in time of the clock that all events use.
    public typealias Instant = ContinuousClock.Instant

    /// No attempt has ended yet, or none is made: the verification is off, the path is not complete, or no real server
    /// is in service.
    case unknown
    /// The virtual service answers. `realServers` are those that answered, sorted; empty where the kernel's table does
    /// not tell.
    case answered(since: Instant, realServers: [RealServer])
    /// Real servers that are healthy by direct probes do not answer through the VIP. `realServers` are these, sorted;
    /// empty where it is not known which ones they are.
    case unanswered(since: Instant, realServers: [RealServer])
}

/// News of whether the virtual service answers its clients on this node.
public struct ReachabilityReport: Hashable, Sendable {
    /// How far it has got.
    @nonexhaustive
    public enum Phase: String, Hashable, Sendable, CaseIterable {
        /// A round of attempts has ended, and every one was answered.
        case verified
        /// Healthy real servers do not answer through the VIP.
        case began
        /// It goes on; said once a minute at most.
        case lasts
        /// The attempts are answered again.
        case ended
    }

    /// How far it has got.
    public var phase: Phase
    /// The real servers that answered or, in the phases ``Phase/began`` and ``Phase/lasts``, did not; sorted. Empty where it
    /// is not known which ones they are.
    public var realServers: [RealServer]
    /// Since it began; 0 in the phases ``Phase/verified`` and ``Phase/began``.
    public var duration: Duration
    /// The outcome of the latest attempt that was not answered; `nil` in the other phases.
    public var failure: ProbeFailure?
    /// The likely cause; `nil` in the phases ``Phase/verified`` and ``Phase/ended``.
    public var cause: UnansweredCause?

    /// Creates a report, by default without real servers, failure and cause.
    public init(
        phase: Phase, realServers: [RealServer] = [], duration: Duration = .zero, failure: ProbeFailure? = nil,
        cause: UnansweredCause? = nil
    ) {
        self.phase = phase
        self.realServers = realServers
        self.duration = duration
        self.failure = failure
        self.cause = cause
    }

    /// Whether it tells of attempts that were not answered, and so wants a cause.
    package var isUnanswered: Bool { phase == .began || phase == .lasts }
}
