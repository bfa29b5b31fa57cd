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
/// Whatever the mode, `remove` removes the parts of both, and a path of one mode takes down what the other left. Route
/// and link lead to the VIP and not to one of its ports, so they stay while another virtual service with it is looked
/// after.
final class NodePath: VIPPath {
    /// What this mode consists of, in the order in which it is put in place.
    private let parts: [any PathPart]
    /// What only the other mode has.
    private let strangers: [any PathPart]
    /// The part that belongs to this virtual service alone.
    private let table: MasqueradeTable
    /// The other virtual services with the same VIP.
    private let neighbours: () -> [VirtualService]
    /// Whether a part of the other mode is there, which is looked at in the first pass and not before, because clients
    /// wait for the table.
    private let looksForStrangers: () -> Bool
    /// The same, as long as it has not been taken down; `nil` before the first pass.
    private var hasStrangers: Bool?

    private init(
        _ parts: [any PathPart], strangers: [any PathPart] = [], looksForStrangers: @escaping () -> Bool = { false },
        table: MasqueradeTable,
        neighbours: @escaping () -> [VirtualService]
    ) {
        self.parts = parts
        self.strangers = strangers
        self.table = table
        self.neighbours = neighbours
        self.looksForStrangers = looksForStrangers
    }

    /// Route mode: see `VIPRoute`. `link` is the name of the link that link mode may have left; `neighbours` tells the other
    /// virtual services with the same VIP.
    static func route(
        to service: VirtualService, hint: IPAddress?, realServers: [RealServer], through routes: RouteNetlinkClient,
        insteadOf link: String = VIPLink.usualName, neighbours: @escaping () -> [VirtualService] = { [] }
    ) -> NodePath {
        let vip = service.endpoint.address
        let link = VIPLink(vip, named: link, through: routes)
        let table = MasqueradeTable(for: service, bit: 0, sparing: { nil })
        return NodePath(
            [
                VIPRoute(
                    to: vip, hint: hint, realServers: realServers, through: routes, beside: link,
                    neighbours: neighbours),
                BalancerSettings(.expiring),
            ],
            strangers: [table, link], looksForStrangers: link.isThere, table: table, neighbours: neighbours)
    }

    /// Link mode: see `VIPLink` and `MasqueradeTable`.
    ///
    /// The route is that of route mode. It gives clients on this node a source address with which they need no
    /// masquerading, so they are served on kernels that cannot masquerade, too.
    static func link(
        _ name: String, masqueradeBit: Int, to service: VirtualService, realServers: [RealServer],
        through routes: RouteNetlinkClient, neighbours: @escaping () -> [VirtualService] = { [] }
    ) -> NodePath {
        let vip = service.endpoint.address
        let link = VIPLink(vip, named: name, through: routes)
        let route = VIPRoute(
            to: vip, hint: nil, realServers: realServers, through: routes, beside: link, neighbours: neighbours)
        let table = MasqueradeTable(for: service, bit: masqueradeBit, sparing: { route.givenSource })
        return NodePath(
            [
                // The route first: as long as the kernel's entry for the address leads, clients get the VIP as their
                // source, and no answer of a remote real server finds its way back to them.
                route, link, BalancerSettings(.expiring + [.trackConnections]), table,
                RoutedClients(of: vip, realServers: realServers, behind: table),
            ], table: table, neighbours: neighbours)
    }

    func reconcile() -> PathReport {
        var report = PathReport()
        let hasStrangers = hasStrangers ?? looksForStrangers()
        self.hasStrangers = hasStrangers
        for part in parts { part.restore(&report) }
        // Not before ours is in place: until then, clients depend on it.
        if hasStrangers, report.failures.isEmpty, neighbours().isEmpty {
            for part in strangers { part.remove(&report) }
            self.hasStrangers = false
        }
        return report
    }

    func rollBack() -> PathReport {
        var report = PathReport()
        for part in parts.reversed() { part.rollBack(&report) }
        return report
    }

    func remove() -> PathReport {
        var report = PathReport(neededBy: neighbours())
        let removed = report.neededBy.isEmpty ? strangers + parts.reversed() : [table]
        for part in removed { part.remove(&report) }
        return report
    }
}
