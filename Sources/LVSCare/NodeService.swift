public import Director

/// One virtual service in the kernel of this node, together with the path to its VIP: set up and cleaned up on request.
///
/// Nothing repeats by itself here and no event loop is needed; `Caretaker` goes on from where a set-up ended.
///
///     var service = try NodeService(specification)
///     let report = service.setUp()
public struct NodeService {
    /// What is wanted of it.
    public let specification: Specification
    private(set) var reconciler: Reconciler
    /// What its caretaker listens to; nothing where the kernel is not this one.
    var interests: KernelInterests?

    /// Opens the kernel's interfaces and changes nothing.
    ///
    /// Throws when the kernel has no IPVS or the process may not use it.
    public init(_ specification: Specification) throws(KernelFailure) {
        self.init(specification, reconciler: try Reconciler(onThisKernelFor: specification))
        interests = KernelInterests(of: specification)
    }

    /// The service that `reconciler` reaches.
    init(_ specification: Specification, reconciler: Reconciler) {
        self.specification = specification
        self.reconciler = reconciler
    }

    /// Fills the table and makes the VIP reachable, without any health check.
    ///
    /// Returns what was changed and what the kernel refused. When the service could not be created, nothing was changed.
    public mutating func setUp() -> PassReport { reconciler.pass(DesiredState(specification: specification)) }

    /// Removes the virtual service and the path to its VIP, whatever mode and flags made them.
    ///
    /// Returns what was removed, nothing when there was nothing, and what the kernel refused.
    public mutating func cleanUp() -> PassReport { reconciler.cleanUp() }
}
