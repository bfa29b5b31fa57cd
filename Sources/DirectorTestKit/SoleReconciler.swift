package import Director
package import LVSCareModel

/// A reconciler of one service.
package struct SoleReconciler {
    /// The reconciler, which looks after nothing else.
    package private(set) var reconciler: Reconciler
    private let service: VirtualService

    /// A reconciler without memory.
    package init(
        service: VirtualService, plane: any DataPlane, path: (any VIPPath)?, clients: (any ClientSockets)? = nil
    ) {
        self.service = service
        reconciler = Reconciler(plane, clients: clients)
        reconciler.add(service)
        self.path = path
    }

    /// The path to the VIP.
    package var path: (any VIPPath)? {
        get { service.endpoint.flatMap { reconciler[pathTo: $0.address] } }
        set { if let vip = service.endpoint?.address { reconciler[pathTo: vip] = newValue } }
    }

    /// Makes what is there what is wanted.
    package mutating func pass(_ desired: DesiredState, at now: ContinuousClock.Instant = .now) -> PassReport {
        reconciler.pass([service: desired], at: now)[service] ?? PassReport()
    }

    /// What there is.
    package func observe() throws(KernelFailure) -> ObservedService? { try reconciler.observe([service])[service] }

    /// Removes all of it.
    package mutating func cleanUp() -> PassReport { reconciler.cleanUp([service])[service] ?? PassReport() }

    /// Takes back what a pass changed.
    package mutating func rollBack(_ report: PassReport) -> PassReport {
        reconciler.rollBack([service: report])[service] ?? PassReport()
    }
}
