public import LoadBalancing

/// A virtual service as the kernel has it: what clients connect to, how it is balanced, and what passed through it.
///
/// The three parts are separate types because they are compared separately: ``Identity`` says whether two services are
/// the same, ``Configuration`` whether one has to be changed, and ``Statistics`` differ from one moment to the next.
public struct Service: Hashable, Sendable {
    /// Its identity.
    public var identity: Identity
    /// Its configuration.
    public var configuration: Configuration
    /// Its counters.
    public var statistics: Statistics

    /// Creates a service, by default with all statistics 0.
    public init(identity: Identity, configuration: Configuration, statistics: Statistics = Statistics()) {
        self.identity = identity
        self.configuration = configuration
        self.statistics = statistics
    }
}

extension Service {
    /// The identity of a virtual service.
    public typealias Identity = VirtualService
    /// The configuration of a virtual service.
    public typealias Configuration = ServiceConfiguration
    /// Options that are on or off.
    public typealias Flags = ServiceConfiguration.Flags
    /// Sends all connections of a client to the same real server for some time.
    public typealias Persistence = ServiceConfiguration.Persistence
}
