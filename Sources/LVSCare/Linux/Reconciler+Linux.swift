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
            path: try Self.path(for: specification))
    }

    private static func path(for specification: Specification) throws(KernelFailure) -> (any VIPPath)? {
        if specification.path == .none { return nil }
        let routes: RouteNetlinkClient
        do throws(RouteNetlinkError) { routes = try RouteNetlinkClient() } catch { throw KernelFailure(error) }
        switch specification.path {
        case .none:
            return nil
        case .route(let hint):
            return NodePath.route(
                to: specification.service, hint: hint, realServers: specification.realServers, through: routes)
        case .link(let name, let bit):
            return NodePath.link(
                name, masqueradeBit: bit, to: specification.service, realServers: specification.realServers,
                through: routes)
        }
    }
}
