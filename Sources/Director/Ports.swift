package import LVSCareModel

/// The kernel's load-balancing table, as far as one virtual service is concerned.
///
/// Implemented by the Linux adapter in `LVSCare` and by `InMemoryServiceTable` in `DirectorTestKit`.
package protocol ServiceTable: AnyObject {
    /// What the kernel has for `service`; `nil` when it has no such service.
    func observe(_ service: VirtualService) throws(KernelFailure) -> ObservedService?

    /// Makes the changes in order, as few system calls as possible, and says for each why it failed, `nil` for success.
    ///
    /// A change that finds its goal already reached (adding what exists, deleting what is gone) has succeeded, even if
    /// what exists differs in weight or scheduler: the next observation shows that. So `EEXIST` is never a failure,
    /// `ENOENT` and `ESRCH` are none for removals; for all else they are failures with that code.
    /// `ServiceTableContract` in `DirectorTestKit` holds these rules as cases.
    func apply(_ changes: [TableChange], to service: VirtualService) -> [KernelFailure?]
}

/// Everything that makes packets for the VIP reach the load balancer, except the table itself.
package protocol VIPPath: AnyObject {
    /// Compares what is wanted with what is there, puts right what differs, and says what it changed; nothing when
    /// everything was right. `inService` are the real servers that get connections.
    func reconcile(serving inService: Set<RealServer>) -> PathReport

    /// Why the path must not be made, whatever the table has; `nil` when it may. Changes nothing.
    func refusal() -> KernelFailure?

    /// The kernel told of a change that may concern the path, so the next `reconcile` looks at everything.
    func noticed()

    /// Removes what any `reconcile` made, of whatever process, and says what it removed; nothing when nothing was
    /// there.
    func remove() -> PathReport

    /// Removes what the latest `reconcile` added, so that all is as it was before it; what it replaced or set stays.
    func rollBack() -> PathReport
}
