import Director
package import LVSCareModel

/// A path to the VIP that consists of names, in memory.
package final class InMemoryPath: VIPPath {
    /// What should be there.
    package let wanted: [String]
    /// What is there; tests take from it what another program removes.
    package var present: Set<String> = []
    /// Reported by every operation while it is set.
    package var failure: KernelFailure?
    /// Reported by every `reconcile`.
    package var limitations: [Limitation] = []
    private var added: [String] = []
    /// Number of times `reconcile` was called.
    package private(set) var reconciliations = 0

    /// The real servers in service at the latest `reconcile`.
    package private(set) var served: Set<RealServer> = []
    /// Why the path must not be made.
    package var refused: KernelFailure?
    /// Number of times `noticed` was called.
    package private(set) var notices = 0

    /// A path of which nothing is there yet.
    package init(_ wanted: [String] = ["local route"]) { self.wanted = wanted }

    /// Puts in place what is missing.
    package func reconcile(serving inService: Set<RealServer>) -> PathReport {
        reconciliations += 1
        served = inService
        added = []
        if let failure { return PathReport(failures: [failure], limitations: limitations) }
        added = wanted.filter { present.insert($0).inserted }
        return PathReport(changes: added.map { PathChange(.added, $0) }, limitations: limitations)
    }

    /// What a test wants it to say.
    package func refusal() -> KernelFailure? { refused }

    /// Counts.
    package func noticed() { notices += 1 }

    /// Takes away what the latest `reconcile` put in place.
    package func rollBack() -> PathReport {
        defer { added = [] }
        return PathReport(
            changes: added.reversed().filter { present.remove($0) != nil }.map { PathChange(.removed, $0) })
    }

    /// The services that were released.
    package private(set) var released: [VirtualService] = []

    /// Notes it; nothing here is there for one service alone.
    package func release(_ services: [VirtualService]) -> PathReport {
        released += services
        return PathReport()
    }

    /// Removes what is there, the latest first.
    package func remove() -> PathReport {
        if let failure { return PathReport(failures: [failure]) }
        return PathReport(
            changes: wanted.reversed().filter { present.remove($0) != nil }.map { PathChange(.removed, $0) })
    }
}
