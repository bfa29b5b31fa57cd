/// What was changed on the path to the VIP, and what could not be.
public struct PathReport: Hashable, Sendable {
    /// The changes that were made, in order.
    public var changes: [PathChange]
    /// What the kernel refused.
    public var failures: [KernelFailure]
    /// What this node lacks, and which clients notice; not a failure, because the path works without it for others.
    public var shortcomings: [Shortcoming]
    /// The virtual services with the same VIP for whose sake a removal left the path in place.
    public var neededBy: [VirtualService]

    /// A report of its parts; the default is that of a path that was right.
    public init(
        changes: [PathChange] = [], failures: [KernelFailure] = [], shortcomings: [Shortcoming] = [],
        neededBy: [VirtualService] = []
    ) {
        self.neededBy = neededBy
        self.changes = changes
        self.failures = failures
        self.shortcomings = shortcomings
    }

    /// Adds what one `part` of the path changed, or why it failed.
    public mutating func collect(_ part: () throws(KernelFailure) -> [PathChange]) {
        do throws(KernelFailure) { changes += try part() } catch { failures.append(error) }
    }

    /// Adds what else was done about the same path.
    package mutating func add(_ other: PathReport) {
        changes += other.changes
        failures += other.failures
        shortcomings += other.shortcomings
        neededBy += other.neededBy
    }
}
