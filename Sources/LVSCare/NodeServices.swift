import Addressing
import Director
public import LVSCareModel

/// Virtual services in the kernel of this node, together with the paths to their VIPs: set up and cleaned up on request.
///
/// Nothing repeats by itself here and no loop is needed; `LoadBalancerCore` goes on from where a set-up ended.
///
///     var services = try NodeServices(NodeSpecification([specification]))
///     let reports = services.setUp()
public struct NodeServices {
    /// The specification of the node.
    public let specification: NodeSpecification
    private(set) var reconciler: Reconciler
    /// What the latest set-up found missing.
    private(set) var limitations: [VirtualService: [Limitation]] = [:]
    /// Why nothing keeps other processes from looking after the same virtual services, `nil` when something does.
    public let claimFailure: KernelFailure?
    /// What there is of paths to VIPs.
    let paths: [IPAddress: WantedPath]
    /// What the verification of paths asks; nothing where the kernel is not this one.
    var clientSide: ClientSide?
    /// Holds the claims; `nil` where the kernel is not this one.
    let kernel: KernelAccess?

    /// Opens the kernel's interfaces, claims the virtual services and changes nothing.
    ///
    /// Of all processes in this network namespace one at a time can have a virtual service, until its last copy of this
    /// value and the core made of it are gone. Throws when another has one of them
    /// (`KernelFailure.Kind.alreadyLookedAfter`), when the kernel has no IPVS, when the process may not use it, and what
    /// the kernel's load balancer cannot do.
    public init(_ specification: NodeSpecification) throws(KernelFailure) {
        let kernel = try KernelAccess()
        let services = specification.services
        for service in services { try kernel.admit(service) }
        let paths = WantedPath.all(of: services)
        var reconciler = Reconciler(kernel.plane, clients: kernel.clients, reserving: services.count)
        for service in services { reconciler.add(service.service) }
        for (vip, wanted) in paths { reconciler[pathTo: vip] = try kernel.path(wanted) }
        var claimFailure: KernelFailure?
        do throws(KernelFailure) {
            try kernel.claim(services.map(\.service))
        } catch {
            guard error.kind != .alreadyLookedAfter else { throw error }
            claimFailure = error
        }
        self.init(
            specification, reconciler: reconciler, paths: paths, clientSide: .ofKernel(), kernel: kernel,
            claimFailure: claimFailure)
    }

    /// The services that `reconciler` reaches.
    init(
        _ specification: NodeSpecification, reconciler: Reconciler, paths: [IPAddress: WantedPath] = [:],
        clientSide: ClientSide? = nil, kernel: KernelAccess? = nil, claimFailure: KernelFailure? = nil
    ) {
        self.specification = specification
        self.reconciler = reconciler
        self.paths = paths
        self.clientSide = clientSide
        self.kernel = kernel
        self.claimFailure = claimFailure
    }

    /// Returns the kernel's present table of `service`; `nil` when it has no such service. Claims and changes nothing.
    ///
    /// Throws when the kernel has no IPVS and when the process may not use it (`CAP_NET_ADMIN`).
    public static func observe(_ service: VirtualService) throws(KernelFailure) -> ObservedService? {
        try KernelAccess().plane.observe(.services([service]))[service]
    }

    /// Fills the table and makes the VIPs reachable, without any health check.
    ///
    /// Returns what was changed of each service and what the kernel refused. Of a service that could not be created, nothing
    /// was changed.
    public mutating func setUp() -> [VirtualService: PassReport] {
        kernel?.beginPass()
        var reports: [VirtualService: PassReport] = [:]
        reports.reserveCapacity(specification.services.count)
        // Each pass by itself would list all services of the node again. Where it fails, the passes say why.
        let table = try? reconciler.observe(Set(specification.services.map(\.service)))
        var rest = specification.services[...]
        while !rest.isEmpty {
            let some = rest.prefix(NodeDirector.passSize).map { ($0.service, DesiredState(specification: $0)) }
            rest = rest.dropFirst(some.count)
            let desired = Dictionary(some, uniquingKeysWith: { first, _ in first }).filter { reports[$0.key] == nil }
            reports.merge(reconciler.pass(desired, knowing: table)) { first, _ in first }
        }
        limitations = reports.mapValues(\.limitations).filter { !$0.value.isEmpty }
        return reports
    }

    /// Takes back what the set-up added that `reports` are about.
    ///
    /// Returns what was removed, and what the kernel refused.
    public mutating func rollBack(_ reports: [VirtualService: PassReport]) -> [VirtualService: PassReport] {
        reconciler.rollBack(reports)
    }

    /// Removes the virtual services and the paths to their VIPs, whatever mode and flags made them.
    ///
    /// Returns what was removed, nothing when there was nothing, and what the kernel refused.
    public mutating func cleanUp() -> [VirtualService: PassReport] {
        kernel?.beginPass()
        return reconciler.cleanUp(specification.services.map(\.service))
    }
}

extension KernelAccess {
    /// Throws what the load balancer cannot do that `specification` asks for.
    func admit(_ specification: Specification) throws(KernelFailure) {
        guard let objection = plane.features.objection(to: specification) else { return }
        throw KernelFailure(operation: "balance", object: specification.service.name, code: 0, message: objection)
    }
}
