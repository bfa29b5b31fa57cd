/// The findings, changes and failures of one pass.
public struct PassReport: Hashable, Sendable {
    /// The changes that were made, in order; empty when there was nothing to do.
    public var applied: [PlannedChange]
    /// The connections of clients on this node that were aborted, because what they waited for was dead and is removed now.
    public var abortedConnections: [AbortedConnections]
    /// The changes of the path to the VIP.
    public var pathChanges: [PathChange]
    /// The refusals of the kernel; the next pass tries them again.
    public var failures: [KernelFailure]
    /// The limitations of this node, with which nothing failed.
    public var limitations: [Limitation]
    /// Other virtual services for whose sake a cleanup left the path to the VIP in place.
    public var pathNeededBy: [VirtualService]
    /// The kernel's present entry: the observation with the changes that succeeded; `nil` when there is no such
    /// service, or it could not be read (then `failures` says so).
    public var observed: ObservedService?
    /// Whether a quiesced real server waits for its next check to be removed.
    public var awaitsCheck: Bool

    /// A report of its parts; the default is that of a pass with nothing to do.
    public init(
        applied: [PlannedChange] = [], pathChanges: [PathChange] = [], failures: [KernelFailure] = [],
        limitations: [Limitation] = [], pathNeededBy: [VirtualService] = [], observed: ObservedService? = nil,
        awaitsCheck: Bool = false, abortedConnections: [AbortedConnections] = []
    ) {
        self.applied = applied
        self.pathChanges = pathChanges
        self.failures = failures
        self.limitations = limitations
        self.pathNeededBy = pathNeededBy
        self.observed = observed
        self.awaitsCheck = awaitsCheck
        self.abortedConnections = abortedConnections
    }

    /// Whether everything is as wanted now.
    public var succeeded: Bool { failures.isEmpty }
    /// Whether anything was changed in the kernel.
    public var changedAnything: Bool { !applied.isEmpty || !pathChanges.isEmpty }

    /// Adds what was changed on the path.
    package mutating func add(_ path: PathReport?) {
        pathChanges += path?.changes ?? []
        failures += path?.failures ?? []
        limitations += path?.limitations ?? []
        pathNeededBy += path?.neededBy ?? []
    }
}
