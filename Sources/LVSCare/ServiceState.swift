import LVSCareModel

/// What a load balancer knows of one of its services besides what the engine does.
struct ServiceState {
    /// What is known to be missing on this node.
    var limitations: [Limitation]
    /// What the latest pass found and did; `nil` before the first.
    var lastPass: PassReport?
    /// Whether table and path were complete once.
    var isReady = false
    /// Whether the probers of its checks are made.
    var hasProbers = false
    /// Tries its VIP as a client; `nil` where that is not wanted, or not possible.
    var verifier: PathVerifier?
}

extension ServiceState {
    /// Takes in what a pass found and did, and returns what there is to tell of it.
    mutating func record(_ passed: PassReport) -> [BalancerEvent.Kind] {
        var news: [BalancerEvent.Kind] = passed.applied.map { .changed($0) }
        news += passed.abortedConnections.map { .connectionsAborted($0) }
        news += passed.pathChanges.map { .pathChanged($0) }
        news += passed.repairs.map { .repaired($0) }
        news += passed.limitations.filter { !limitations.contains($0) }.map { .degraded($0) }
        news += passed.failures.map { .failed($0) }
        if lastPass == nil, !passed.succeeded, let observed = passed.observed { news.append(.incomplete(observed)) }
        if !isReady, passed.succeeded, let observed = passed.observed {
            isReady = true
            news.append(.ready(observed))
        }
        if lastPass?.succeeded == false, passed.succeeded { news.append(.recovered) }
        limitations = passed.limitations
        lastPass = passed
        return news
    }
}

/// An update that waits for the first pass over each service that it changed.
struct PendingUpdate {
    var remaining: Set<VirtualService>
    var reports: [VirtualService: PassReport] = [:]
    let completion: LoadBalancerCore.UpdateCompletion

    init(of services: Set<VirtualService>, completion: @escaping LoadBalancerCore.UpdateCompletion) {
        remaining = services
        self.completion = completion
    }

    /// Takes in that a service has had its pass.
    mutating func record(_ report: PassReport, of service: VirtualService) {
        if remaining.remove(service) != nil { reports[service] = report }
    }
}
