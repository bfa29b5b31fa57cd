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
    private let tables = NodeTables()
    private let dryTables = NodeTables(isDry: true)
    private let claims = ServiceClaims()
    /// The clients on this node.
    let clients = LinuxClientSockets()
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

    /// The port of the connection by which tables of nf_tables are changed; `nil` before the first change.
    var tablePort: UInt32? { tables.port }

    /// What was read of what holds for the whole node is read again from now on.
    func beginPass() {
        settings.forget()
        others = nil
    }

    /// Claims `services` for this process, all or none; see ``ServiceClaims/claim(_:)``.
    func claim(_ services: [VirtualService]) throws(KernelFailure) { try claims.claim(services) }

    /// Lets others look after `service`.
    func release(_ service: VirtualService) { claims.release(service) }

    /// Who looks after those of `services` that others do: `process 4711`. None where that cannot be told.
    func holders(of services: [VirtualService]) -> [VirtualService: String] { claims.holders(of: services) }

    /// Whose elements stand in tables of this program, and whose tables of an earlier version are there.
    func tableOwners() throws(KernelFailure) -> Set<TableOwner> { try tables.owners() }

    /// Removes all tables of this program but what is there for `services`.
    func removeTables(keeping services: Set<VirtualService>) throws(KernelFailure) -> [PathChange] {
        let owners = services.compactMap { service -> [TableOwner]? in
            guard case .endpoint(let transport, let endpoint) = service else { return nil }
            return [.service(transport, endpoint), .vip(endpoint.address)]
        }
        return try tables.removeAll(keeping: Set(owners.joined()))
    }

    /// The connection to the routing tables.
    func routing() throws(KernelFailure) -> RouteNetlinkClient {
        if let routes { return routes }
        do throws(RouteNetlinkError) {
            let client = try RouteNetlinkClient()
            routes = client
            return client
        } catch {
            throw KernelFailure(error)
        }
    }

    /// The path that `wanted` says; a dry one writes nothing, and says what it would change.
    func path(_ wanted: WantedPath, isDry: Bool = false) throws(KernelFailure) -> any VIPPath {
        let network = LinuxNetwork(
            through: try routing(), settings: settings, tables: isDry ? dryTables : tables, isDry: isDry
        ) { [weak self] in
            self?.servicesOfOthers.filter { $0.endpoint?.address == wanted.vip } ?? []
        }
        return PathReconciler(PathPlanner(wanted, on: .running), in: network)
    }

    /// The services in the kernel's table that a running process keeps which keeps one of `services`, too.
    func companions(of services: [VirtualService]) -> [VirtualService] {
        ServiceClaims.companions(of: Set(services), among: servicesInTable)
    }

    /// All virtual services that the kernel has, none when they cannot be listed.
    var servicesInTable: [VirtualService] { ((try? ipvs.services()) ?? []).map(\.identity) }

    /// The virtual services that another process looks after, none when they cannot be listed.
    private var servicesOfOthers: [VirtualService] {
        if let others { return others }
        let found = claims.heldByOthers { servicesInTable }
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
