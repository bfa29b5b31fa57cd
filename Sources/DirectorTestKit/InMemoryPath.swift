public import Director

/// A path to the VIP that consists of names, in memory.
public final class InMemoryPath: VIPPath {
    /// What should be there.
    public let wanted: [String]
    /// What is there; tests take from it what another program removes.
    public var present: Set<String> = []
    /// Reported by every operation while it is set.
    public var failure: KernelFailure?
    /// Reported by every `reconcile`.
    public var shortcomings: [Shortcoming] = []
    private var added: [String] = []
    /// Number of times `reconcile` was called.
    public private(set) var reconciliations = 0

    /// The real servers in service at the latest `reconcile`.
    public private(set) var served: Set<RealServer> = []
    /// Why the path must not be made.
    public var refused: KernelFailure?
    /// Number of times `noticed` was called.
    public private(set) var notices = 0

    /// A path of which nothing is there yet.
    public init(_ wanted: [String] = ["local route"]) { self.wanted = wanted }

    /// Puts in place what is missing.
    public func reconcile(serving inService: Set<RealServer>) -> PathReport {
        reconciliations += 1
        served = inService
        added = []
        if let failure { return PathReport(failures: [failure], shortcomings: shortcomings) }
        added = wanted.filter { present.insert($0).inserted }
        return PathReport(changes: added.map { PathChange(.added, $0) }, shortcomings: shortcomings)
    }

    /// What a test wants it to say.
    public func refusal() -> KernelFailure? { refused }

    /// Counts.
    public func noticed() { notices += 1 }

    /// Takes away what the latest `reconcile` put in place.
    public func rollBack() -> PathReport {
        defer { added = [] }
        return PathReport(
            changes: added.reversed().filter { present.remove($0) != nil }.map { PathChange(.removed, $0) })
    }

    /// Removes what is there, the latest first.
    public func remove() -> PathReport {
        if let failure { return PathReport(failures: [failure]) }
        return PathReport(
            changes: wanted.reversed().filter { present.remove($0) != nil }.map { PathChange(.removed, $0) })
    }
}
