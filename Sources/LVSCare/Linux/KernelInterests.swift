import Addressing
import Director
import LVSCareModel
import NFTables
import Netlink
import RouteNetlink

/// Which of the kernel's notices make it worth while to look at once at the path to a VIP.
///
/// A node has much to tell that is no business of ours: links and routes of containers that come and go, thousands of
/// routes of a routing daemon. So what counts is what can take packets away from a VIP, and every address, because a
/// route goes silently when its preferred source does, and addresses are few. A change of the routes to the real
/// servers, which may bring another source, and the state of the link to a gateway are left to the repair interval.
struct KernelInterests: Hashable, Sendable {
    /// A kind of notices, each of which has a socket of its own.
    enum Subject: Hashable, Sendable, CaseIterable {
        /// Links, addresses, routes and rules.
        case routing
        /// Tables of nf_tables.
        case ruleset
    }

    /// The VIPs, by the family whose notices are heard.
    private(set) var vips: [IPAddress.Family: Set<IPAddress>] = [:]
    /// The VIPs that a link carries, by its name. The loopback link, which needs no mention, counts for all.
    private(set) var links: [String: Set<IPAddress>] = [:]
    /// The VIPs of the tables that masquerade.
    private(set) var tables: [Table.Identity: Set<IPAddress>] = [:]

    /// What there is to listen to.
    var subjects: [Subject] {
        var subjects: [Subject] = vips.isEmpty ? [] : [.routing]
        if !tables.isEmpty { subjects.append(.ruleset) }
        return subjects
    }

    /// What the routing tables are asked to tell.
    var groups: Set<RouteGroup> { vips.keys.reduce(into: []) { $0.formUnion(RouteGroup.all(of: $1)) } }
}

extension KernelInterests {
    /// What these paths depend on.
    init(of paths: some Sequence<WantedPath>) {
        for path in paths {
            vips[path.vip.family, default: []].insert(path.vip)
            guard case .link(let name, let bit) = path.mode else { continue }
            links[name, default: []].insert(path.vip)
            tables[MasqueradeTable.identity(path.vip.family, bit: bit), default: []].insert(path.vip)
        }
    }

    /// The VIPs of which a datagram about `subject` tells something of interest. One that cannot be read may concern all.
    ///
    /// Changes of tables that were asked for by `port` are of none: this process has made them.
    func concerned(by subject: Subject, _ datagram: RawSpan, except port: UInt32? = nil) -> Set<IPAddress> {
        var concerned: Set<IPAddress> = []
        do throws(NetlinkDecodingError) {
            try datagram.forEachMessage { (header, payload) throws(NetlinkDecodingError) in
                switch subject {
                case .routing:
                    guard let notice = try RouteNotice(header: header, payload: payload) else { return }
                    concerned.formUnion(self.concerned(by: notice))
                case .ruleset:
                    guard header.port != port else { return }
                    concerned.formUnion(try self.concerned(byRuleset: header, payload))
                }
            }
        } catch {
            return all
        }
        return concerned
    }

    /// A change of a table concerns all whose services it holds; one of elements those alone that the elements are about.
    private func concerned(
        byRuleset header: NetlinkHeader, _ payload: RawSpan
    ) throws(NetlinkDecodingError) -> Set<IPAddress> {
        for (table, vips) in tables where try table.isSubject(ofNotice: header, payload: payload) {
            guard let elements = try Table.Identity.elements(ofNotice: header, payload: payload),
                let family = vips.first?.family
            else { return vips }
            return vips.intersection(
                elements.compactMap { IPAddress(octets: $0.octets.prefix(family.addressLength)) })
        }
        return []
    }

    func concerned(by notice: RouteNotice) -> Set<IPAddress> {
        switch notice {
        case .link(let link, _):
            return link.index == .loopback ? all : links[link.name] ?? []
        case .address(let address, _):
            let address = address.local.address
            let concerned = vips[address.family] ?? []
            // Every link of a container brings an IPv6 address of its own that is valid on that link alone.
            return address.family == .ipv4 || !address.isLinkLocal ? concerned : concerned.intersection([address])
        case .route(let route, _):
            let destination = route.destination
            guard destination.prefixLength == destination.address.family.bitWidth else { return [] }
            return vips[destination.address.family]?.intersection([destination.address]) ?? []
        case .rule:
            return all
        }
    }

    private var all: Set<IPAddress> { vips.values.reduce(into: []) { $0.formUnion($1) } }
}
