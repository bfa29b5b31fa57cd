import Addressing
import Director
import Glibc
import IPVS
import LVSCareModel
import RouteNetlink

/// What reaches this network namespace's kernel on behalf of one virtual service.
struct KernelAccess {
    private let ipvs: IPVSClient

    /// Opens the kernel's load balancer, asks for its version, and changes nothing.
    ///
    /// Throws when the kernel has no IPVS or the process may not use it.
    init() throws(KernelFailure) {
        do throws(IPVSError) {
            ipvs = try IPVSClient()
            // Finding IPVS needs no privilege; every question to it does.
            _ = try ipvs.info()
        } catch {
            throw KernelFailure(error)
        }
    }

    /// The kernel's load balancer.
    var plane: IPVSDataPlane { IPVSDataPlane(ipvs) }

    /// A reconciler for what `specification` asks for.
    func reconciler(for specification: Specification) throws(KernelFailure) -> Reconciler {
        var reconciler = Reconciler(plane)
        reconciler.add(specification.service, path: try path(for: specification))
        return reconciler
    }

    /// The path that `specification` asks for; `nil` when it asks for none. Route mode takes down what is left of `link`,
    /// which link mode has used before.
    func path(
        for specification: Specification, insteadOf link: String = VIPLinkMark.usualName
    ) throws(KernelFailure) -> (any VIPPath)? {
        guard let wanted = WantedPath(of: specification, formerLink: link) else { return nil }
        let routes: RouteNetlinkClient
        do throws(RouteNetlinkError) { routes = try RouteNetlinkClient() } catch { throw KernelFailure(error) }
        let network = LinuxNetwork(for: wanted.endpoint, wanted.transport, through: routes) { [ipvs] in
            ipvs.services(besides: wanted.service, at: wanted.vip)
        }
        return PathReconciler(PathPlanner(wanted, on: .running), in: network)
    }
}

extension KernelRelease {
    /// The release of the kernel that runs; `nil` for one that cannot be read. uname(2)
    fileprivate static var running: KernelRelease? {
        var name = utsname()
        guard uname(&name) == 0 else { return nil }
        return withUnsafeBytes(of: name.release) { octets in
            KernelRelease(Array(octets))
        }
    }
}

extension Path {
    /// Name of the link of link mode; `nil` in any other mode.
    var linkName: String? {
        if case .link(let name, _) = self { name } else { nil }
    }
}

extension IPVSClient {
    /// The other virtual services with this VIP that a process looks after, none when they cannot be listed.
    fileprivate func services(besides service: VirtualService, at vip: IPAddress) -> [VirtualService] {
        let services = (try? services()) ?? []
        return services.map(\.identity).filter {
            $0 != service && $0.endpoint?.address == vip && ServiceClaim.isHeld(on: $0)
        }
    }
}
