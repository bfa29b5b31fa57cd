package import LVSCareModel

/// Everything that makes packets for the VIP reach the load balancer, except the table itself.
package protocol VIPPath: AnyObject {
    /// Compares what is wanted with what is there, puts right what differs, and says what it changed; nothing when
    /// everything was right. `inService` are the real servers that get connections.
    ///
    /// What several paths have in common is left to ``finish()``; so it is with all functions that change something.
    func reconcile(serving inService: Set<RealServer>) -> PathReport

    /// Carries out what is left of whatever was begun, for all paths at once where they have it in common, and says what
    /// became of it for this one. Nothing when nothing is left.
    func finish() -> PathReport

    /// Why the path must not be made, whatever the table has; `nil` when it may. Changes nothing.
    func refusal() -> KernelFailure?

    /// The kernel told of a change that may concern the path, so the next `reconcile` looks at everything.
    func noticed()

    /// Removes what any `reconcile` made, of whatever process, and says what it removed; nothing when nothing was
    /// there.
    func remove() -> PathReport

    /// Removes what is there for `services` alone, and says what it removed; all others go on as they are.
    func release(_ services: [VirtualService]) -> PathReport

    /// Removes what the latest `reconcile` added, so that all is as it was before it; what it replaced or set stays.
    func rollBack() -> PathReport
}

extension VIPPath {
    /// Where nothing is ever left.
    package func finish() -> PathReport { PathReport() }
}
