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
    /// Whether a part of the other mode is there, which is looked at once.
    private let hasStrangers: () -> Bool
    private var isFirst = true

    private init(_ parts: [any PathPart], strangers: [any PathPart] = [], hasStrangers: @escaping () -> Bool) {
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
        return NodePath(
            [
                VIPRoute(to: vip, hint: hint, realServers: realServers, through: routes),
                BalancerSettings(.expiring),
            ],
            strangers: [MasqueradeTable(for: service, bit: 0, sparing: { nil }), link], hasStrangers: link.isThere)
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
                link, route, BalancerSettings(.expiring + [.trackConnections]), table,
                RoutedClients(of: vip, realServers: realServers, behind: table),
            ],
            hasStrangers: { false })
    }

    func reconcile() -> PathReport {
        var report = PathReport()
        if isFirst, hasStrangers() { for part in strangers { part.remove(&report) } }
        isFirst = false
        for part in parts { part.restore(&report) }
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
