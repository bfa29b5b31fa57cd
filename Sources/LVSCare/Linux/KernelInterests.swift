import Addressing
import LVSCareModel
import NFTables
import Netlink
import RouteNetlink

/// Which of the kernel's notices make it worth while to look at once at the path to a VIP.
///
/// A node has much to tell that is no business of ours: links and routes of containers that come and go, thousands of
/// routes of a routing daemon. So what counts is what can take packets away from the VIP, and every address, because a
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

    /// The VIP; only notices of its family are heard.
    var vip: IPAddress
    /// Name of the link that carries the VIP. That of the loopback link needs no mention.
    var link: String?
    /// The table that masquerades.
    var table: Table.Identity?

    /// What there is to listen to.
    var subjects: [Subject] { table == nil ? [.routing] : Subject.allCases }
}

extension KernelInterests {
    /// What the path that `specification` asks for depends on; `nil` when somebody else sees to it.
    init?(of specification: Specification) {
        guard case .endpoint(let transport, let endpoint) = specification.service else { return nil }
        let vip = endpoint.address
        switch specification.path {
        case .none: return nil
        case .route: self.init(vip: vip)
        case .link(let name, _):
            self.init(vip: vip, link: name, table: MasqueradeTable.identity(of: endpoint, transport))
        }
    }

    /// Whether a datagram about `subject` tells something of interest. One that cannot be read may.
    func concerns(_ subject: Subject, _ datagram: RawSpan) -> Bool {
        var isConcerned = false
        do throws(NetlinkDecodingError) {
            try datagram.forEachMessage { (header, payload) throws(NetlinkDecodingError) in
                if isConcerned { return }
                switch subject {
                case .routing:
                    if let notice = try RouteNotice(header: header, payload: payload) { isConcerned = concerns(notice) }
                case .ruleset:
                    isConcerned = try table?.isSubject(ofNotice: header, payload: payload) == true
                }
            }
        } catch {
            return true
        }
        return isConcerned
    }

    func concerns(_ notice: RouteNotice) -> Bool {
        switch notice {
        case .link(let link, _):
            link.index == .loopback || link.name == self.link
        case .address(let address, _):
            // Every link of a container brings an IPv6 address of its own that is valid on that link alone.
            vip.family == .ipv4 || address.local.address == vip || !address.local.address.isLinkLocal
        case .route(let route, _):
            route.destination == CIDR(host: vip)
        case .rule:
            true
        }
    }
}
