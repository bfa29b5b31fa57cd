/// News of a time in which every declared real server is unhealthy, or too few are healthy for the quorum.
public struct OutageReport: Hashable, Sendable {
    /// How far it has got.
    @nonexhaustive
    public enum Phase: String, Hashable, Sendable {
        /// The last healthy real server has just been lost, or the last that the quorum could not spare.
        case began
        /// It goes on; said once a minute.
        case lasts
        /// There is a real server again that may be healthy, or enough that are.
        case ended
    }

    /// How much of a service is healthy, and how much has to be.
    public struct Quorum: Hashable, Sendable {
        /// Sum of the weights of the healthy real servers.
        public var healthy: Int
        /// From which sum on the service is up again.
        public var required: Int

        /// Creates a quorum; both numbers are sums of weights.
        public init(healthy: Int, required: Int) {
            self.healthy = healthy
            self.required = required
        }
    }

    /// How far it has got.
    public var phase: Phase
    /// The treatment of the real servers meanwhile.
    public var mode: AllDown
    /// Since it began; 0 at that moment.
    public var duration: Duration
    /// Fate of unhealthy real servers, as far as `mode` does not keep them.
    public var failure: ServicePolicy.Failure
    /// Stand-in that gets new connections meanwhile, whatever `mode` is; `nil` for none.
    public var sorryServer: RealServer?
    /// Distance to the quorum; `nil` where every real server is unhealthy. A quorum of 1 is missed only then, so there is no other news
    /// of it.
    public var quorum: Quorum?

    /// Creates a report, by default of a service without sorry server and quorum.
    public init(
        phase: Phase, mode: AllDown, duration: Duration, failure: ServicePolicy.Failure = .quiesceThenRemove,
        sorryServer: RealServer? = nil, quorum: Quorum? = nil
    ) {
        self.phase = phase
        self.mode = mode
        self.duration = duration
        self.failure = failure
        self.sorryServer = sorryServer
        self.quorum = quorum
    }
}
