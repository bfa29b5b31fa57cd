public import Addressing
import Netlink
import SystemPackage

extension RouteNetlinkClient {
    /// The routes that `filter` admits. `ip route show table TABLE exact DESTINATION`
    ///
    /// None for a table that does not exist: tables come and go with their routes.
    public func routes(_ filter: RouteFilter = RouteFilter()) throws(RouteNetlinkError) -> [Route] {
        do throws(RouteNetlinkError) {
            return try list(.getRoutes(filter), "routes \(filter)") { (header, payload) throws(NetlinkDecodingError) in
                // The kernel knows no filter by destination, and before 4.20 none at all.
                guard let route = try Route(header: header, payload: payload), filter.admits(route) else { return nil }
                return route
            }
        } catch {
            if filter.table != nil, error.errno == .noSuchFileOrDirectory { return [] }
            throw error
        }
    }

    /// The route that a packet from this node would take. `ip route get DESTINATION [from SOURCE]`
    ///
    /// Its ``Route/preferredSource`` is the address that such a packet would come from, also where the table names
    /// none; with `source` the kernel leaves it out. IPv4 tells ``RouteTable/main`` for routes of the table `local`
    /// as long as no policy rules were ever made.
    ///
    /// Throws `ENETUNREACH` when there is no route, `EHOSTUNREACH`, `EACCES` or `EINVAL` when the route is an
    /// ``RouteType/unreachable``, ``RouteType/prohibit`` or ``RouteType/blackhole`` one.
    public func route(
        to destination: IPAddress, from source: IPAddress? = nil
    ) throws(RouteNetlinkError) -> Route {
        try lookUp(
            .getRoute(to: destination, from: source),
            "route to \(destination)" + (source.map { " from \($0)" } ?? ""), decode: Route.init(header:payload:))
    }

    /// The routes that packets from this node to each of `destinations` would take, in their order; `nil` where no
    /// route leads. `ip route get DESTINATION`, many times
    ///
    /// What ``route(to:from:)`` says about one goes for each. All requests (`RTM_GETROUTE`) travel in one datagram and
    /// 32 answers are received at once: three destinations cost two system calls, a hundred cost five.
    ///
    /// `nil` stands for the refusals that ``RouteNetlinkError/leadsNowhere`` lists; any other is thrown.
    public func routes(to destinations: [IPAddress]) throws(RouteNetlinkError) -> [Route?] {
        let answers = lookUp(
            all: destinations.map { .getRoute(to: $0, from: nil) }, decode: Route.init(header:payload:))
        var routes: [Route?] = []
        routes.reserveCapacity(answers.count)
        for (destination, answer) in zip(destinations, answers) {
            switch answer {
            case .success(let route): routes.append(route)
            case .failure(let underlying):
                let error = RouteNetlinkError(.lookUp, "route to \(destination)", underlying: underlying)
                guard error.leadsNowhere else { throw error }
                routes.append(nil)
            }
        }
        return routes
    }

    /// Adds a route where there is none of the same ``Route/identity``. `ip route add …`
    ///
    /// Throws `EEXIST` when there is one; `EINVAL` when ``Route/preferredSource`` is no address of this node;
    /// `ENETUNREACH` (IPv4) or `EHOSTUNREACH` (IPv6) when the gateway is on no link; `ENODEV` when the link is gone.
    public func add(_ route: Route) throws(RouteNetlinkError) {
        try execute(.newRoute(route, flags: [.create, .exclusive]), .add, "route \(text(of: route))")
    }

    /// Adds a route ahead of those with the same ``Route/identity`` where there are some. `ip route prepend …`
    ///
    /// With IPv4 the others stay, and take over when the new one is deleted. With IPv6 a route with a gateway becomes
    /// one more next hop of the route that is there, and any other route comes behind those that are there.
    ///
    /// Throws `EEXIST` when there is this route already; IPv6 looks only at link and gateway for that.
    public func prepend(_ route: Route) throws(RouteNetlinkError) {
        try execute(.newRoute(route, flags: .create), .add, "route \(text(of: route))")
    }

    /// Adds a route, in the place of the one with the same ``Route/identity`` where there is one. `ip route replace …`
    ///
    /// Of several IPv4 routes with this identity (`ip route append`) the first is replaced, whatever its type, gateway
    /// or maker; that includes the kernel's own entry for an address of this node. IPv6 replaces all next hops at once,
    /// and leaves the kernel's own entries alone, because their metric 0 cannot be asked for.
    public func replace(_ route: Route) throws(RouteNetlinkError) {
        try execute(.newRoute(route, flags: [.create, .replace]), .replace, "route \(text(of: route))")
    }

    /// Deletes the route that ``Route/fulfills(_:)`` `route`, and no other. `ip route delete …`
    ///
    /// The kernel alone would not be so exact: to it, what a request leaves out is a wildcard, IPv6 ignores type and
    /// preferred source, and a metric of 0 is any metric. So the table is read first. (What remains: of two IPv4 routes
    /// that differ only in that one has a preferred source, the one without cannot be deleted while the other is first.)
    ///
    /// Throws `ESRCH` when there is no such route, also when there is one with the same identity that differs in
    /// another respect.
    public func delete(_ route: Route) throws(RouteNetlinkError) {
        let filter = RouteFilter(table: route.normalized.table, destination: route.normalized.destination)
        guard let found = try routes(filter).first(where: { $0.fulfills(route) }) else {
            throw RouteNetlinkError(
                .delete, "route \(text(of: route))", underlying: .refused(.noSuchProcess, ExtendedAcknowledgement()))
        }
        try execute(.deleteRoute(found.normalized), .delete, "route \(text(of: route))")
    }
}

extension NetlinkRequest {
    static func getRoutes(_ filter: RouteFilter) -> NetlinkRequest {
        NetlinkRequest(.getRoute) { writer in
            writer.header(RouteHeader(family: filter.family?.rawValue ?? 0).octets)
            if let table = filter.table { writer.integer(RouteAttribute.table.rawValue, table.rawValue) }
        }
    }

    static func getRoute(to destination: IPAddress, from source: IPAddress?) -> NetlinkRequest {
        NetlinkRequest(.getRoute) { writer in
            var header = RouteHeader(family: destination.family.rawValue)
            header.destinationLength = UInt8(destination.family.bitWidth)
            header.sourceLength = UInt8(source?.family.bitWidth ?? 0)
            // IPv6 always tells the table, and refuses to be asked for it.
            if destination.family == .ipv4 { header.flags = .lookUpTable }
            writer.header(header.octets)
            writer.refuse(source, unlessOf: destination.family)
            writer.octets(RouteAttribute.destination.rawValue, destination.octets)
            if let source { writer.octets(RouteAttribute.source.rawValue, source.octets) }
        }
    }

    static func newRoute(_ route: Route, flags: NetlinkFlags) -> NetlinkRequest {
        NetlinkRequest(.newRoute, flags: flags) { route.encode(into: &$0) }
    }

    static func deleteRoute(_ route: Route) -> NetlinkRequest {
        NetlinkRequest(.deleteRoute) { route.encode(into: &$0) }
    }
}
