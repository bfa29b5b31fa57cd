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
    /// Others at these VIPs, which may be somebody else's, in a fixed order.
    var doubtful: [VirtualService] = []

    /// Sorts out the services of a kernel.
    ///
    /// A service of IPVS has no mark. One whose elements stand in a table of this program is its own. Another at one of its `vips`
    /// is, too, unless that is in doubt: other services at the address have elements there and this one has none, or a link of
    /// somebody else has the address as well (`foreign`), as kube-proxy's and keepalived's have.
    init(vips: Set<IPAddress>, owners: Set<TableOwner>, foreign: Set<IPAddress>, present: [VirtualService]) {
        self.vips = vips.union(owners.map(\.vip))
        let marked = Set(owners.compactMap(\.service))
        let markedAddresses = Set(marked.compactMap(\.endpoint?.address))
        let others = Set(
            present.filter { service in
                !marked.contains(service) && service.endpoint.map { self.vips.contains($0.address) } == true
            })
        let doubtful = others.filter { service in
            service.endpoint.map { markedAddresses.contains($0.address) || foreign.contains($0.address) } == true
        }
        services = Self.inOrder(marked.union(others.subtracting(doubtful)))
        self.doubtful = Self.inOrder(doubtful)
    }

    private static func inOrder(_ services: Set<VirtualService>) -> [VirtualService] {
        services.sorted { $0.description < $1.description }
    }
}

extension KernelAccess {
    /// Looks for it. Changes nothing.
    func remains() throws(KernelFailure) -> NodeRemains {
        var vips: Set<IPAddress> = []
        var foreign: Set<IPAddress> = []
        let routes = try routing()
        do throws(RouteNetlinkError) {
            let own = try routes.routes(RouteFilter()).filter { $0.protocol == .lvscare }.map(\.destination)
            vips.formUnion(own.filter(\.isHost).map(\.address))
            let links = Set(try routes.links().filter(\.isMarked).map(\.index))
            for address in try routes.addresses() {
                if address.protocol != .lvscare, !links.contains(address.link) {
                    foreign.insert(address.local.address)
                } else if address.local.isHost {
                    vips.insert(address.local.address)
                }
            }
        } catch {
            throw KernelFailure(error)
        }
        return NodeRemains(vips: vips, owners: try tableOwners(), foreign: foreign, present: servicesInTable)
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
