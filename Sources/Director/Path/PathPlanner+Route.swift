import Addressing
import LVSCareModel
import RouteNetlink

/// The host route that makes the VIP reachable from this node: all of route mode, and a part of link mode.
///
/// Usually it is a route of the type `local` with a preferred source:
///
///     ip route add local VIP/32 dev lo table local proto 76 src SOURCE
///
/// Packets for the VIP are then delivered on this node, where IPVS redirects them; real servers on this node work, and
/// because clients take SOURCE as theirs, the answers of remote real servers find their way back without masquerading.
/// With a hint of the operator's that is not an address of this node, it is a route through that gateway:
///
///     ip route add VIP/32 via GATEWAY proto 76 metric 50
extension PathPlanner {
    /// Metric of the route through a gateway, the original's.
    package static let gatewayMetric: UInt32 = 50

    func planRoute(_ plan: inout PathPlan, _ observed: ObservedPath, _ inService: Set<RealServer>) {
        let wantedRoute: Route
        do throws(KernelFailure) {
            wantedRoute = try route(observed, inService)
        } catch {
            plan.failures.append(error)
            return
        }
        plan.source = wantedRoute.preferredSource
        if let effective = observed.effective, Self.leads(effective, as: wantedRoute) { return }
        guard let survey = observed.survey, observed.isSurveyed else {
            plan.needsSurvey = true
            return
        }
        if let source = agreeableSource(of: observed.effective, survey, insteadOf: wantedRoute) {
            plan.source = source
            return
        }
        let steps = routeSteps(to: wantedRoute, insteadOf: observed.effective, survey)
        if steps.isEmpty { plan.failures.append(notEffective(wantedRoute, observed.effective, survey)) }
        plan.steps += steps
    }

    /// Whether packets that take `effective` fare as `wanted` says, whoever made it and in whatever table it is.
    static func leads(_ effective: Route, as wanted: Route) -> Bool {
        wanted.type == .local
            ? effective.type == .local && effective.preferredSource == wanted.preferredSource
            : effective.type == .unicast && effective.gateway == wanted.gateway
    }

    // MARK: Which route

    private func route(_ observed: ObservedPath, _ inService: Set<RealServer>) throws(KernelFailure) -> Route {
        let host = CIDR(host: wanted.vip)
        if let hint = wanted.hint, hint.note == nil, !isOwn(hint.address, observed) {
            return Route(destination: host, protocol: .lvscare, metric: Self.gatewayMetric, gateway: hint.address)
        }
        return Route(
            destination: host, table: .local, type: .local, protocol: .lvscare, outputInterface: .loopback,
            preferredSource: try source(observed, inService))
    }

    private func source(_ observed: ObservedPath, _ inService: Set<RealServer>) throws(KernelFailure) -> IPAddress {
        if let hint = wanted.hint, isOwn(hint.address, observed) { return hint.address }
        return try selectSource(observed, inService)
    }

    func isOwn(_ address: IPAddress, _ observed: ObservedPath) -> Bool { observed.ways[address]?.type == .local }

    /// The address of this node from which clients should talk to the VIP when nobody named one.
    ///
    /// It is the one that the kernel would use to reach most of the real servers in service on other nodes, so that their
    /// answers come back; of equals the one that clients have now, else that of the real server declared first. Where none
    /// of these is in service, all that are declared decide: those on this node answer any source, and the others come
    /// back. With real servers on this node alone, the address that reaches the first of these.
    private func selectSource(
        _ observed: ObservedPath, _ inService: Set<RealServer>
    ) throws(KernelFailure) -> IPAddress {
        let serving = wanted.realServers.filter(inService.contains)
        if let source = remoteSource(for: serving, observed) ?? remoteSource(for: wanted.realServers, observed) {
            return source
        }
        if let source = localSource(serving, observed) ?? localSource(wanted.realServers, observed) { return source }
        if wanted.realServers.isEmpty || wanted.realServers.contains(where: { $0.endpoint.address.isLoopback }) {
            return .loopback(wanted.vip.family)
        }
        throw KernelFailure(
            operation: "find", object: "the source address for the VIP", code: 0,
            message: "no real server can be reached from this node: "
                + wanted.remoteAddresses.prefix(3).map { "no route to \($0)" }.joined(separator: ", "),
            hint: .needsSource)
    }

    private func remoteSource(for realServers: [RealServer], _ observed: ObservedPath) -> IPAddress? {
        var votes: [(source: IPAddress, count: Int)] = []
        for realServer in realServers {
            guard let way = observed.ways[realServer.endpoint.address], way.type != .local,
                let source = way.preferredSource
            else { continue }
            if let index = votes.firstIndex(where: { $0.source == source }) {
                votes[index].count += 1
            } else {
                votes.append((source, 1))
            }
        }
        let most = votes.map(\.count).max() ?? 0
        let best = votes.filter { $0.count == most }.map(\.source)
        if let present = observed.effective?.preferredSource, best.contains(present) { return present }
        return best.first
    }

    /// The address that reaches the first of `realServers` on this node; the present source where that is one of them.
    private func localSource(_ realServers: [RealServer], _ observed: ObservedPath) -> IPAddress? {
        let sources = realServers.compactMap { realServer -> IPAddress? in
            guard !realServer.endpoint.address.isLoopback, let way = observed.ways[realServer.endpoint.address],
                way.type == .local
            else { return nil }
            return way.preferredSource
        }
        if let present = observed.effective?.preferredSource, sources.contains(present) { return present }
        return sources.first
    }

    // MARK: How to get there

    /// The source of `effective`, if it is the choice of another virtual service of ours with the same VIP and serves
    /// this one, too.
    ///
    /// The first of them decides, because each would undo what the other does; except that nobody has to put up with a
    /// loopback address, from which clients reach no real server beyond this node.
    private func agreeableSource(
        of effective: Route?, _ survey: PathSurvey, insteadOf wantedRoute: Route
    ) -> IPAddress? {
        guard wanted.hint == nil, wantedRoute.type == .local, let effective, effective.type == .local,
            let source = effective.preferredSource, !source.isLoopback, source != wanted.vip,
            survey.routes.contains(where: { $0.protocol == .lvscare && $0.preferredSource == source }),
            survey.links.contains(where: { $0.addresses.contains { $0.local.address == source } }),
            !survey.sharing.isEmpty
        else { return nil }
        return source
    }

    private func routeSteps(
        to wantedRoute: Route, insteadOf effective: Route?, _ survey: PathSurvey
    ) -> [PathStep] {
        let found = survey.routes
        let placed = place(wantedRoute, aheadOf: found.filter { $0.protocol != .lvscare })
        var stale = found.filter { $0.protocol == .lvscare && !$0.fulfills(placed) }
        let ownLink = survey.links.first { $0.link.name == wanted.linkName && $0.carries(wanted.vip) }
        var steps: [PathStep] = []
        if !found.contains(where: { $0.fulfills(placed) }) {
            // IPv6 takes no second route with the same metric and link, so a stale one gives its place to it.
            if wanted.vip.family == .ipv6, let index = stale.firstIndex(where: { $0.identity == placed.identity }) {
                steps.append(.replaceRoute(stale.remove(at: index), with: placed))
            } else {
                // The kernel's entry for the VIP on our own link is nobody's.
                let other = effective.flatMap { $0.type == .local && ownLink != nil ? nil : $0 }
                steps.append(.addRoute(placed, found: other))
            }
        }
        // Not earlier, so that there is a route all the time.
        steps += stale.map { .deleteRoute($0) }
        if wanted.vip.family == .ipv6, let index = ownLink?.link.index {
            steps += found.filter { $0.type == .local && $0.protocol == .kernel && $0.outputInterface == index }
                .map { .yieldRoute($0) }
        }
        return steps
    }

    /// `wantedRoute` in front of `others` that lead to the VIP, too, and stay because they belong to somebody.
    ///
    /// IPv4 keeps several routes of one metric and takes the one that was put first. IPv6 refuses a second one (`EEXIST`),
    /// so ours goes first by a smaller metric there.
    private func place(_ wantedRoute: Route, aheadOf others: [Route]) -> Route {
        let metrics = others.filter { $0.table == wantedRoute.table }.map(\.identity.metric).filter { $0 > 0 }
        guard wantedRoute.family == .ipv6, wantedRoute.type == .local, let smallest = metrics.min(), smallest > 1
        else { return wantedRoute }
        var placed = wantedRoute
        placed.metric = min(wantedRoute.identity.metric, smallest - 1)
        return placed
    }

    private func notEffective(
        _ wantedRoute: Route, _ effective: Route?, _ survey: PathSurvey
    ) -> KernelFailure {
        KernelFailure(
            operation: "make effective", object: "route \(wantedRoute)", code: 0,
            message: effective.map { "packets for \(wanted.vip) take \($0.description(naming: survey.name)) instead" }
                ?? "the kernel refuses packets for \(wanted.vip)",
            remedy: "remove that route, or the address that it belongs to, if nothing else needs it")
    }

    /// Whether the original LVScare made this route: it uses no mark of its own, but a metric that nobody else does.
    static func isOriginals(_ route: Route) -> Bool {
        route.table == .main && route.protocol == .boot && route.metric == gatewayMetric && route.gateway != nil
    }
}
