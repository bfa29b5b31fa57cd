import Addressing
import Director
import IPVS
import RouteNetlink

extension Reconciler {
    /// A reconciler of this network namespace's kernel for what `specification` asks for.
    ///
    /// Opens the kernel's interfaces, asks IPVS for its version, and changes nothing. Throws when the kernel has no
    /// IPVS or the process may not use it.
    init(onThisKernelFor specification: Specification) throws(KernelFailure) {
        let ipvs: IPVSClient
        do throws(IPVSError) {
            ipvs = try IPVSClient()
            // Finding IPVS needs no privilege; every question to it does.
            _ = try ipvs.info()
        } catch {
            throw KernelFailure(error)
        }
        self.init(
            service: specification.service, table: KernelServiceTable(ipvs),
            path: try Self.path(for: specification) { ipvs.services(besides: specification.service) })
    }

    private static func path(
        for specification: Specification, neighbours: @escaping () -> [VirtualService]
    ) throws(KernelFailure) -> (any VIPPath)? {
        if specification.path == .none { return nil }
        let routes: RouteNetlinkClient
        do throws(RouteNetlinkError) { routes = try RouteNetlinkClient() } catch { throw KernelFailure(error) }
        switch specification.path {
        case .none:
            return nil
        case .route(let hint):
            return NodePath.route(
                to: specification.service, hint: hint, realServers: specification.realServers, through: routes,
                neighbours: neighbours)
        case .link(let name, let bit):
            return NodePath.link(
                name, masqueradeBit: bit, to: specification.service, realServers: specification.realServers,
                through: routes, neighbours: neighbours)
        }
    }
}

extension IPVSClient {
    /// The other virtual services with the VIP of `service` that a process looks after, none when they cannot be listed.
    fileprivate func services(besides service: VirtualService) -> [VirtualService] {
        let services = (try? services()) ?? []
        return services.compactMap { found in
            guard case .endpoint(.tcp, let endpoint) = found.identity, endpoint.address == service.endpoint.address,
                endpoint != service.endpoint
            else { return nil }
            let neighbour = VirtualService(endpoint)
            return ServiceClaim.isHeld(on: neighbour) ? neighbour : nil
        }
    }
}
