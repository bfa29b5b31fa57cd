/// The kernel's entry of a virtual service.
public struct ObservedService: Hashable, Sendable {
    /// Scheduler, options, persistence.
    public var configuration: ServiceConfiguration
    /// All real servers, declared ones and others.
    public var realServers: [RealServer: ObservedRealServer]

    /// Creates an observation, by default of a service without real servers.
    public init(_ configuration: ServiceConfiguration, realServers: [RealServer: ObservedRealServer] = [:]) {
        self.configuration = configuration
        self.realServers = realServers
    }

    /// The scheduler in use.
    public var scheduler: Scheduler {
        get { configuration.scheduler }
        set { configuration.scheduler = newValue }
    }
}
