/// The changes of the path to the VIP, and their failures.
public struct PathReport: Hashable, Sendable {
    /// The changes that were made, in order.
    public var changes: [PathChange]
    /// The refusals of the kernel.
    public var failures: [KernelFailure]
    /// The limitations that some clients notice; no failure, because the path works without it for others.
    public var limitations: [Limitation]
    /// The virtual services with the same VIP for whose sake a removal left the path in place.
    public var neededBy: [VirtualService]

    /// A report of its parts; the default is that of a path that was right.
    public init(
        changes: [PathChange] = [], failures: [KernelFailure] = [], limitations: [Limitation] = [],
        neededBy: [VirtualService] = []
    ) {
        self.neededBy = neededBy
        self.changes = changes
        self.failures = failures
        self.limitations = limitations
    }

    /// Adds what one `part` of the path changed, or why it failed.
    public mutating func collect(_ part: () throws(KernelFailure) -> [PathChange]) {
        do throws(KernelFailure) { changes += try part() } catch { failures.append(error) }
    }

    /// Adds what else was done about the same path.
    package mutating func add(_ other: PathReport) {
        changes += other.changes
        failures += other.failures
        limitations += other.limitations
        neededBy += other.neededBy
    }
}
