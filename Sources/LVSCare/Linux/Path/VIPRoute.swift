import Addressing
import Director
import RouteNetlink

/// The host route that makes the VIP reachable from this node: all of route mode, and a part of link mode.
///
/// Usually it is a route of the type `local` with a preferred source:
///
///     ip route add local VIP/32 dev lo table local proto 76 src SOURCE
///
/// Packets for the VIP are then delivered on this node, where IPVS redirects them; real servers on this node work, and
/// because clients take SOURCE as theirs, the answers of remote real servers find their way back without masquerading.
/// With a hint that is not an address of this node, it is a route through that gateway:
///
///     ip route add VIP/32 via GATEWAY proto 76 metric 50
///
/// What counts is what the kernel does with a packet for the VIP, so a pass asks for just that and reads tables only
/// when the answer is not the wanted one.
final class VIPRoute: PathPart {
    /// Marks the routes of this program among all others; `/etc/iproute2/rt_protos` gives the number to nobody.
    static let routeProtocol = RouteProtocol(rawValue: 76)
    /// Metric of the route through a gateway, the original's.
    static let gatewayMetric: UInt32 = 50

    private let vip: IPAddress
    private let hint: IPAddress?
    private let source: SourceSelection
    private let routes: RouteNetlinkClient
    /// The link that carries the VIP in link mode.
    private let link: VIPLink?
    /// The other virtual services with the same VIP.
    private let neighbours: () -> [VirtualService]
    private var created: Route?
    /// Routes of ours that the latest pass took away in favour of another.
    private var displaced: [Route] = []
    /// The source that the route gives to clients on this node, `nil` before the first pass and with a gateway.
    private(set) var givenSource: IPAddress?

    /// The route to `vip`; `realServers` decide on the source when there is no `hint`.
    ///
    /// `link` is our own link with the VIP on it. The kernel's entry for that address must not lead: it gives clients
    /// the VIP as their source.
    init(
        to vip: IPAddress, hint: IPAddress?, realServers: [RealServer], through routes: RouteNetlinkClient,
        beside link: VIPLink? = nil, neighbours: @escaping () -> [VirtualService]
    ) {
        self.vip = vip
        self.hint = hint
        source = SourceSelection(realServers: realServers)
        self.routes = routes
        self.link = link
        self.neighbours = neighbours
    }

    func restore(_ report: inout PathReport) {
        (created, displaced) = (nil, [])
        report.collect(restoreRoute)
    }

    func rollBack(_ report: inout PathReport) {
        report.collect { () throws(KernelFailure) in
            var changes = try created.map { created throws(KernelFailure) in try delete([created]) } ?? []
            for route in displaced {
                try attempt { () throws(RouteNetlinkError) in try routes.prepend(route) }
                changes.append(PathChange(.added, "route \(route)"))
            }
            return changes
        }
    }

    func remove(_ report: inout PathReport) {
        report.collect { () throws(KernelFailure) in
            try delete(try list().filter { $0.protocol == Self.routeProtocol || Self.isOriginals($0) })
        }
    }

    // MARK: Route

    private func restoreRoute() throws(KernelFailure) -> [PathChange] {
        let wanted = try wantedRoute()
        givenSource = wanted.preferredSource
        let before = effectiveRoute()
        if let before, Self.leads(before, as: wanted) { return [] }

        let found = try list()
        if let before, let source = agreeableSource(of: before, among: found, insteadOf: wanted) {
            givenSource = source
            return []
        }
        let placed = Self.place(wanted, aheadOf: found.filter { $0.protocol != Self.routeProtocol })
        var stale = found.filter { $0.protocol == Self.routeProtocol && !$0.fulfills(placed) }
        var changes: [PathChange] = []
        if !found.contains(where: { $0.fulfills(placed) }) {
            // The kernel's entry for the VIP on our own link is nobody's.
            let other = before.flatMap { $0.type == .local && link?.isThere() == true ? nil : $0 }
            changes.append(PathChange(.added, "route \(placed)", found: other.map(routes.text) ?? ""))
            try put(placed, inPlaceOf: &stale)
        }
        // Not earlier, so that there is a route all the time.
        changes += try delete(stale)
        displaced += stale
        try attempt { () throws(RouteNetlinkError) in _ = try link?.yieldToRoute() }
        if let after = effectiveRoute(), !Self.leads(after, as: wanted) {
            throw KernelFailure(
                operation: "make effective", object: "route \(wanted)", code: 0,
                message: "packets for \(vip) take \(routes.text(of: after)) instead",
                remedy: "remove that route, or the address that it belongs to, if nothing else needs it")
        }
        return changes
    }

    /// The source of `effective`, if it is the choice of another virtual service of ours with the same VIP and serves
    /// this one, too.
    ///
    /// The first of them decides, because each would undo what the other does; except that nobody has to put up with a
    /// loopback address, from which clients reach no real server beyond this node.
    private func agreeableSource(
        of effective: Route, among found: [Route], insteadOf wanted: Route
    ) -> IPAddress? {
        guard hint == nil, wanted.type == .local, effective.type == .local,
            let source = effective.preferredSource, !source.isLoopback, source != vip,
            found.contains(where: { $0.protocol == Self.routeProtocol && $0.preferredSource == source }),
            isLocal(source), !neighbours().isEmpty
        else { return nil }
        return source
    }

    /// Adds `wanted` ahead of whatever else leads to the VIP, because that belongs to somebody.
    ///
    /// IPv6 takes no second route with the same metric and link, so one of `stale` gives its place to it.
    private func put(_ wanted: Route, inPlaceOf stale: inout [Route]) throws(KernelFailure) {
        if vip.family == .ipv6, let index = stale.firstIndex(where: { $0.identity == wanted.identity }) {
            try attempt { () throws(RouteNetlinkError) in try routes.replace(wanted) }
            displaced.append(stale.remove(at: index))
        } else {
            try attempt { () throws(RouteNetlinkError) in try routes.prepend(wanted) }
        }
        created = wanted
    }

    private func wantedRoute() throws(KernelFailure) -> Route {
        let host = CIDR(host: vip)
        if let hint, !isLocal(hint) {
            return Route(destination: host, protocol: Self.routeProtocol, metric: Self.gatewayMetric, gateway: hint)
        }
        let preferred = if let hint { hint } else { try source.select { try? routes.route(to: $0) } }
        return Route(
            destination: host, table: .local, type: .local, protocol: Self.routeProtocol, outputInterface: .loopback,
            preferredSource: preferred)
    }

    /// `wanted` in front of `others` that lead to the VIP, too, and stay because they belong to somebody.
    ///
    /// IPv4 keeps several routes of one metric and takes the one that was put first. IPv6 refuses a second one (`EEXIST`),
    /// so ours goes first by a smaller metric there.
    private static func place(_ wanted: Route, aheadOf others: [Route]) -> Route {
        let metrics = others.filter { $0.table == wanted.table }.map(\.identity.metric).filter { $0 > 0 }
        guard wanted.family == .ipv6, wanted.type == .local, let smallest = metrics.min(), smallest > 1 else {
            return wanted
        }
        var placed = wanted
        placed.metric = min(wanted.identity.metric, smallest - 1)
        return placed
    }

    /// What the kernel does with a packet from this node to the VIP; `nil` when it refuses to send one.
    private func effectiveRoute() -> Route? { try? routes.route(to: vip) }

    private func isLocal(_ address: IPAddress) -> Bool { (try? routes.route(to: address))?.type == .local }

    /// Whether packets that take `effective` fare as `wanted` says, whoever made it and in whatever table it is.
    private static func leads(_ effective: Route, as wanted: Route) -> Bool {
        wanted.type == .local
            ? effective.type == .local && effective.preferredSource == wanted.preferredSource
            : effective.type == .unicast && effective.gateway == wanted.gateway
    }

    /// Whether the original LVScare made this route: it uses no mark of its own, but a metric that nobody else does.
    private static func isOriginals(_ route: Route) -> Bool {
        route.table == .main && route.protocol == .boot && route.metric == gatewayMetric && route.gateway != nil
    }

    // MARK: Kernel

    private func list() throws(KernelFailure) -> [Route] {
        try attempt { () throws(RouteNetlinkError) in
            try routes.routes(RouteFilter(destination: CIDR(host: vip)))
        }
    }

    private func delete(_ stale: [Route]) throws(KernelFailure) -> [PathChange] {
        var changes: [PathChange] = []
        for route in stale {
            do throws(RouteNetlinkError) {
                try routes.delete(route)
                changes.append(PathChange(.removed, "route \(routes.text(of: route))"))
            } catch {
                // Gone in the meantime is as good as deleted.
                guard error.notFound else { throw KernelFailure(error) }
            }
        }
        return changes
    }

    private func attempt<Value>(
        _ body: () throws(RouteNetlinkError) -> Value
    ) throws(KernelFailure) -> Value {
        do throws(RouteNetlinkError) { return try body() } catch { throw KernelFailure(error) }
    }
}
