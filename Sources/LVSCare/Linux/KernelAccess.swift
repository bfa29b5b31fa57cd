import Addressing
import Director
import Glibc
import IPVS
import LVSCareModel
import RouteNetlink

/// What reaches this network namespace's kernel on behalf of a load balancer, and what it holds there.
final class KernelAccess {
    private let ipvs: IPVSClient
    private var routes: RouteNetlinkClient?
    private let settings = NodeSettings()
    private let claims = ServiceClaims()
    /// The services of others, as far as they were asked for in this pass.
    private var others: [VirtualService]?

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

    /// What was read of what holds for the whole node is read again from now on.
    func beginPass() {
        settings.forget()
        others = nil
    }

    /// Claims `services` for this process, all or none; see ``ServiceClaims/claim(_:)``.
    func claim(_ services: [VirtualService]) throws(KernelFailure) { try claims.claim(services) }

    /// Lets others look after `service`.
    func release(_ service: VirtualService) { claims.release(service) }

    /// The path that `wanted` says; a dry one writes nothing, and says what it would change.
    func path(_ wanted: WantedPath, isDry: Bool = false) throws(KernelFailure) -> any VIPPath {
        let client: RouteNetlinkClient
        if let routes {
            client = routes
        } else {
            do throws(RouteNetlinkError) { client = try RouteNetlinkClient() } catch { throw KernelFailure(error) }
            routes = client
        }
        let network = LinuxNetwork(for: wanted.vip, through: client, settings: settings, isDry: isDry) { [weak self] in
            self?.servicesOfOthers.filter { $0.endpoint?.address == wanted.vip } ?? []
        }
        return PathReconciler(PathPlanner(wanted, on: .running), in: network)
    }

    /// The services in the kernel's table that a running process keeps which keeps one of `services`, too.
    func companions(of services: [VirtualService]) -> [VirtualService] {
        let all = ((try? ipvs.services()) ?? []).map(\.identity)
        return ServiceClaims.companions(of: Set(services), among: all)
    }

    /// The virtual services that another process looks after, none when they cannot be listed.
    private var servicesOfOthers: [VirtualService] {
        if let others { return others }
        let found = claims.heldByOthers { [ipvs] in ((try? ipvs.services()) ?? []).map(\.identity) }
        others = found
        return found
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
