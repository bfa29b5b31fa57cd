import Director
public import LVSCareModel

/// One virtual service in the kernel of this node, together with the path to its VIP: set up and cleaned up on request.
///
/// Nothing repeats by itself here and no loop is needed; `Caretaker` goes on from where a set-up ended.
///
///     var service = try NodeService(specification)
///     let report = service.setUp()
public struct NodeService {
    /// What is wanted of it.
    public let specification: Specification
    private(set) var reconciler: Reconciler
    /// What the latest set-up found missing.
    private(set) var shortcomings: [Shortcoming] = []
    /// Keeps other processes away as long as a copy of this value or its caretaker lives.
    let claim: ServiceClaim?
    /// Why nothing keeps other processes from looking after the same virtual service, `nil` when something does.
    public let claimFailure: KernelFailure?
    /// What its caretaker listens to; nothing where the kernel is not this one.
    var interests: KernelInterests?
    /// What the verification of its path asks; nothing where the kernel is not this one.
    var clientSide: ClientSide?
    /// Where the path of another specification comes from; `nil` where the kernel is not this one.
    private(set) var kernel: KernelAccess?

    /// Opens the kernel's interfaces, claims the virtual service and changes nothing.
    ///
    /// Of all processes in this network namespace one at a time can have a virtual service, until its last copy of this
    /// value and the caretaker made of it are gone. Throws when another has it (`KernelFailure.Kind.alreadyLookedAfter`),
    /// when the kernel has no IPVS, and when the process may not use it.
    public init(_ specification: Specification) throws(KernelFailure) {
        let kernel = try KernelAccess()
        if let objection = kernel.plane.features.objection(to: specification) {
            throw KernelFailure(operation: "balance", object: specification.service.name, code: 0, message: objection)
        }
        let reconciler = try kernel.reconciler(for: specification)
        do throws(KernelFailure) {
            self.init(specification, reconciler: reconciler, claim: try ServiceClaim(to: specification.service))
        } catch {
            guard error.kind != .alreadyLookedAfter else { throw error }
            self.init(specification, reconciler: reconciler, claimFailure: error)
        }
        interests = KernelInterests(of: specification)
        clientSide = .ofKernel()
        self.kernel = kernel
    }

    /// The service that `reconciler` reaches.
    init(
        _ specification: Specification, reconciler: Reconciler, claim: ServiceClaim? = nil,
        claimFailure: KernelFailure? = nil
    ) {
        self.specification = specification
        self.reconciler = reconciler
        self.claim = claim
        self.claimFailure = claimFailure
    }

    /// What the kernel has for `service` now; `nil` when it has no such service. Claims and changes nothing.
    ///
    /// Throws when the kernel has no IPVS and when the process may not use it (`CAP_NET_ADMIN`).
    public static func observe(_ service: VirtualService) throws(KernelFailure) -> ObservedService? {
        try KernelAccess().plane.observe(.services([service]))[service]
    }

    /// Fills the table and makes the VIP reachable, without any health check.
    ///
    /// Returns what was changed and what the kernel refused. When the service could not be created, nothing was changed.
    public mutating func setUp() -> PassReport {
        let service = specification.service
        let reports = reconciler.pass([service: DesiredState(specification: specification)])
        let report = reports[service] ?? PassReport()
        shortcomings = report.shortcomings
        return report
    }

    /// Takes back what the set-up added that `report` is about.
    ///
    /// Returns what was removed, and what the kernel refused.
    public mutating func rollBack(_ report: PassReport) -> PassReport {
        reconciler.rollBack(report, of: specification.service)
    }

    /// Removes the virtual service and the path to its VIP, whatever mode and flags made them.
    ///
    /// Returns what was removed, nothing when there was nothing, and what the kernel refused.
    public mutating func cleanUp() -> PassReport { reconciler.cleanUp(specification.service) }
}
