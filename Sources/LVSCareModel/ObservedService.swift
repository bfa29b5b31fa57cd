/// What the kernel has for a virtual service.
public struct ObservedService: Hashable, Sendable {
    /// The scheduler in use.
    public var scheduler: Scheduler
    /// Whether persistence or scheduler flags are set, which this daemon never does.
    public var hasForeignOptions: Bool
    /// All real servers, declared ones and others.
    public var realServers: [RealServer: ObservedRealServer]

    /// An observation of its parts.
    public init(
        scheduler: Scheduler, hasForeignOptions: Bool = false, realServers: [RealServer: ObservedRealServer] = [:]
    ) {
        self.scheduler = scheduler
        self.hasForeignOptions = hasForeignOptions
        self.realServers = realServers
    }
}
