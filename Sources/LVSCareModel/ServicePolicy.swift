/// The policy for real servers that begin or fail, and for a virtual service that has too few of them.
public struct ServicePolicy: Hashable, Sendable {
    /// Whether a real server gets connections before its checks have said anything.
    @nonexhaustive
    public enum Start: String, Hashable, Sendable, CaseIterable {
        /// It does, unless the kernel's table has it at weight 0 already.
        case inService = "in-service"
        /// It does not; it is added when it is found healthy. keepalived's `alpha`.
        ///
        /// One that the kernel's table has with a weight already stays until its checks have said something: it served before this
        /// program was started anew, and a restart shall take nobody out of service.
        case outOfService = "out-of-service"
    }

    /// The treatment of an unhealthy real server.
    @nonexhaustive
    public enum Failure: String, Hashable, Sendable, CaseIterable {
        /// Weight 0 at once, removed at its next failing check.
        case quiesceThenRemove = "quiesce-then-remove"
        /// Weight 0 until it recovers; its connections are never reset. keepalived's `inhibit_on_failure`.
        ///
        /// That is about declared real servers. Those that are not, or no longer, declared are drained and removed.
        case quiesce
        /// Removed at once, whatever the drain timeout: its clients are reset at their next packet.
        case remove
    }

    /// How much of a service has to be healthy for it to count as up.
    public struct Quorum: Hashable, Sendable {
        /// Sum of the weights of healthy real servers from which on there are enough; at least 1. More than there are in all
        /// counts as all.
        public var weight: Int
        /// By how much the sum has to be above `weight` for a service that is down to be up again, and below it for one that
        /// is up to be down; from 0 to `weight` - 1.
        public var hysteresis: Int

        /// A quorum of its parts; the default is one real server of the usual weight.
        public init(weight: Int = 1, hysteresis: Int = 0) {
            self.weight = weight
            self.hysteresis = hysteresis
        }
    }

    /// How real servers begin.
    public var start: Start
    /// The treatment of unhealthy ones.
    public var failure: Failure
    /// When the service counts as down. Without a sorry server that is told and changes nothing.
    public var quorum: Quorum
    /// Gets all new connections in place of the real servers while the service is down; `nil` for none. It is not checked.
    ///
    /// It is added first. Then real servers that fail go as `failure` says, and those that are healthy, of which there are too few, get
    /// weight 0: they keep their connections, which keepalived resets, until the service is up. Then they come back first, and the
    /// sorry server gets weight 0, is drained, and goes. ``AllDown/keep`` means nothing where there is a sorry server.
    ///
    /// A sorry server that is a declared real server, too, has its place in the table as that, and while the service is down its weight
    /// as sorry server, whatever its checks say.
    public var sorryServer: RealServerSpecification?

    /// A policy of its parts; the defaults are the command line's.
    public init(
        start: Start = .inService, failure: Failure = .quiesceThenRemove, quorum: Quorum = Quorum(),
        sorryServer: RealServerSpecification? = nil
    ) {
        self.start = start
        self.failure = failure
        self.quorum = quorum
        self.sorryServer = sorryServer
    }
}
