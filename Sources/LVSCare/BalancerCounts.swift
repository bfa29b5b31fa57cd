import LVSCareModel

/// Counters of a load balancer since its start.
public struct BalancerCounts: Hashable, Sendable {
    /// Passes over the kernel's state; those over several services at once are one.
    public var passes = 0
    /// Things that another program changed and that were put right.
    public var repairs = 0
    /// Refusals of the kernel.
    public var failures = 0
    /// Changes of the verdict on a real server.
    public var transitions = 0
    /// Probes that this node could not make.
    public var inconclusiveProbes = 0
    /// Times in which a healthy real server became suspect.
    public var suspicions = 0
    /// Suspicions after which the real server was found unhealthy.
    public var confirmedSuspicions = 0
    /// Suspicions that an answer ended.
    public var clearedSuspicions = 0
    /// Times in which every real server was unhealthy.
    public var outages = 0
    /// Monitored connections that a real server, or the loss of its host, ended.
    public var endedConnections = 0
    /// Connections of clients on this node that were aborted, because they waited for a dead real server.
    public var abortedConnections = 0

    /// Nothing yet.
    public init() {}

    /// Counts what became of a suspicion.
    mutating func note(_ report: SuspicionReport) {
        switch report.phase {
        case .began: suspicions += 1
        case .confirmed: confirmedSuspicions += 1
        case .cleared: clearedSuspicions += 1
        }
    }
}
