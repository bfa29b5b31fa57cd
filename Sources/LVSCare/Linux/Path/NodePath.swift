import Addressing
import Director
import RouteNetlink

/// The path to a VIP on this node, made of parts.
///
/// | mode | parts |
/// |---|---|
/// | route | a route to the VIP, settings |
/// | link | a dummy link with the VIP, a route to the VIP, settings, a table that masquerades |
///
/// Whatever the mode, `remove` removes the parts of both, and a path of one mode takes down what the other left.
final class NodePath: VIPPath {
    /// What this mode consists of, in the order in which it is put in place.
    private let parts: [any PathPart]
    /// What only the other mode has.
    private let strangers: [any PathPart]
    /// Whether a part of the other mode was there and has not been taken down yet.
    private var hasStrangers: Bool

    private init(_ parts: [any PathPart], strangers: [any PathPart] = [], hasStrangers: Bool = false) {
        self.parts = parts
        self.strangers = strangers
        self.hasStrangers = hasStrangers
    }

    /// Route mode: see `VIPRoute`.
    static func route(
        to service: VirtualService, hint: IPAddress?, realServers: [RealServer], through routes: RouteNetlinkClient
    ) -> NodePath {
        let vip = service.endpoint.address
        let link = VIPLink(vip, named: VIPLink.usualName, through: routes)
        let isThere = link.isThere()
        return NodePath(
            [
                VIPRoute(
                    to: vip, hint: hint, realServers: realServers, through: routes, beside: isThere ? link : nil),
                BalancerSettings(.expiring),
            ],
            strangers: [MasqueradeTable(for: service, bit: 0, sparing: { nil }), link], hasStrangers: isThere)
    }

    /// Link mode: see `VIPLink` and `MasqueradeTable`.
    ///
    /// The route is that of route mode. It gives clients on this node a source address with which they need no
    /// masquerading, so they are served on kernels that cannot masquerade, too.
    static func link(
        _ name: String, masqueradeBit: Int, to service: VirtualService, realServers: [RealServer],
        through routes: RouteNetlinkClient
    ) -> NodePath {
        let vip = service.endpoint.address
        let link = VIPLink(vip, named: name, through: routes)
        let route = VIPRoute(to: vip, hint: nil, realServers: realServers, through: routes, beside: link)
        let table = MasqueradeTable(for: service, bit: masqueradeBit, sparing: { route.givenSource })
        return NodePath(
            [
                // The route first: as long as the kernel's entry for the address leads, clients get the VIP as their
                // source, and no answer of a remote real server finds its way back to them.
                route, link, BalancerSettings(.expiring + [.trackConnections]), table,
                RoutedClients(of: vip, realServers: realServers, behind: table),
            ])
    }

    func reconcile() -> PathReport {
        var report = PathReport()
        for part in parts { part.restore(&report) }
        // Not before ours is in place: until then, clients depend on it.
        if hasStrangers, report.failures.isEmpty {
            for part in strangers { part.remove(&report) }
            hasStrangers = false
        }
        return report
    }

    func rollBack() -> PathReport {
        var report = PathReport()
        for part in parts.reversed() { part.rollBack(&report) }
        return report
    }

    func remove() -> PathReport {
        var report = PathReport()
        for part in strangers + parts.reversed() { part.remove(&report) }
        return report
    }
}
