import Addressing
import Director
import LVSCareModel
import NFTables
import RouteNetlink

/// What this program has left on a node, as far as its marks tell.
struct NodeRemains {
    /// The VIPs to which a path leads that it made, or part of one.
    var vips: Set<IPAddress> = []
    /// The virtual services at these VIPs, and those in its tables, in a fixed order.
    var services: [VirtualService] = []
}

extension KernelAccess {
    /// Looks for it. Changes nothing.
    func remains() throws(KernelFailure) -> NodeRemains {
        var remains = NodeRemains()
        let routes = try routing()
        do throws(RouteNetlinkError) {
            let own = try routes.routes(RouteFilter()).filter { $0.protocol == .lvscare }.map(\.destination)
            remains.vips.formUnion(own.filter(\.isHost).map(\.address))
            let links = Set(try routes.links().filter(\.isMarked).map(\.index))
            let addresses = try routes.addresses().filter { $0.protocol == .lvscare || links.contains($0.link) }
            remains.vips.formUnion(addresses.map(\.local).filter(\.isHost).map(\.address))
        } catch {
            throw KernelFailure(error)
        }
        let owners = try tableOwners()
        remains.vips.formUnion(owners.map(\.vip))
        let services = Set(
            servicesInTable.filter { service in service.endpoint.map { remains.vips.contains($0.address) } == true })
        remains.services = services.union(owners.compactMap(\.service)).sorted { $0.description < $1.description }
        return remains
    }

    /// Removes what is left of tables and links when the paths are gone, but what is there for `services`.
    func removeRest(keeping services: Set<VirtualService>) -> PathReport {
        var report = PathReport()
        report.collect { () throws(KernelFailure) in try removeTables(keeping: services) }
        report.collect { () throws(KernelFailure) in
            let routes = try routing()
            var changes: [PathChange] = []
            do throws(RouteNetlinkError) {
                let carriers = Set(try routes.addresses().map(\.link))
                for link in try routes.links() where link.isMarked && !carriers.contains(link.index) {
                    try routes.deleteLink(at: link.index)
                    changes.append(PathChange(.removed, "link \(link.name) type \(VIPLinkMark.kind)"))
                }
            } catch {
                // Gone in the meantime is as good as deleted.
                if !error.notFound { throw KernelFailure(error) }
            }
            return changes
        }
        return report
    }
}

extension TableOwner {
    /// The VIP that it is about.
    var vip: IPAddress {
        switch self {
        case .service(_, let endpoint): endpoint.address
        case .vip(let address): address
        }
    }
}

extension Link {
    /// Whether this program made it.
    fileprivate var isMarked: Bool { kind == VIPLinkMark.kind && alias == VIPLinkMark.alias }
}

extension CIDR {
    /// Whether it is a single address.
    fileprivate var isHost: Bool { prefixLength == address.family.bitWidth }
}
