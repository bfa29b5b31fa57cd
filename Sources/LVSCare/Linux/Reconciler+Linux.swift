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
            path: try Self.path(for: specification))
    }

    private static func path(for specification: Specification) throws(KernelFailure) -> (any VIPPath)? {
        switch specification.path {
        case .none:
            return nil
        case .route(let hint):
            do throws(RouteNetlinkError) {
                return RoutePath(
                    to: specification.service.endpoint.address, hint: hint, realServers: specification.realServers,
                    through: try RouteNetlinkClient())
            } catch {
                throw KernelFailure(error)
            }
        case .link:
            throw KernelFailure(
                operation: "set up", object: "link mode", code: 0, message: "not implemented yet: link mode",
                remedy: "use route mode, which needs no link")
        }
    }
}
