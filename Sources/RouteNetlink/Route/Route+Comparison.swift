public import Addressing

extension Route {
    /// The identity of a route: a second one cannot be added, whatever else is different.
    ///
    /// (IPv4 routes that were made with `ip route append`, and the next hops of an IPv6 route that were added one by
    /// one, share it.)
    public struct Identity: Hashable, Sendable {
        /// The addresses that the route is for.
        public var destination: CIDR
        /// The senders that it is for.
        public var source: CIDR?
        /// The table that it is in.
        public var table: RouteTable
        /// The type of service that it is for.
        public var typeOfService: UInt8
        /// Its precedence.
        public var metric: UInt32
    }

    /// The identity: routes with the same one are the same entry.
    public var identity: Identity {
        let route = normalized
        return Identity(
            destination: route.destination, source: route.source, table: route.table,
            typeOfService: route.typeOfService, metric: route.metric ?? route.usualMetric)
    }

    /// Whether this route, which was read from the kernel, is what adding `wanted` results in.
    ///
    /// State is ignored, and a link that `wanted` leaves to the kernel may be any. `==` is stricter.
    public func fulfills(_ wanted: Route) -> Bool {
        let found = normalized
        var wanted = wanted.normalized
        if wanted.outputInterface == nil { wanted.outputInterface = found.outputInterface }
        if wanted.nextHops.count == found.nextHops.count {
            for index in wanted.nextHops.indices where wanted.nextHops[index].outputInterface == nil {
                wanted.nextHops[index].outputInterface = found.nextHops[index].outputInterface
            }
        }
        return found == wanted
    }

    /// The route as the kernel stores it, with everything that was left to it, and without state.
    public var normalized: Route {
        var route = self
        route.scope = family == .ipv6 ? .universe : scope ?? usualScope
        route.metric = storedMetric
        route.flags.formIntersection(.configurable)
        if table.rawValue == 0 { route.table = .main }
        if preferredSource?.isUnspecified == true { route.preferredSource = nil }
        if gateway?.isUnspecified == true { route.gateway = nil }
        if source?.prefixLength == 0 { route.source = nil }
        // Without a prefix no address is sent.
        if destination.prefixLength == 0 { route.destination = CIDR(all: family) }
        if family == .ipv6 {
            if `protocol` == .unspecified { route.protocol = .boot }
            // IPv4 refuses bits behind the prefix, IPv6 drops them.
            route.destination = destination.withoutHostBits
            route.source = route.source?.withoutHostBits
        }
        for index in route.nextHops.indices { route.nextHops[index].flags.formIntersection(.configurable) }
        if nextHops.count == 1, let only = route.nextHops.first {
            route.outputInterface = only.outputInterface
            route.gateway = only.gateway
            route.flags.formUnion(only.flags)
            route.nextHops = []
        }
        if type.isRefusal || nextHopID != nil {
            // IPv6 shows its refusals on `lo`; a next-hop object is shown together with what it holds.
            route.outputInterface = nil
            route.gateway = nil
            route.nextHops = []
        }
        return route
    }

    /// The scope that an IPv4 route gets from its type and gateway, as the `ip` command does it.
    var usualScope: Scope {
        guard family == .ipv4 else { return .universe }
        switch type {
        case .local: return .host
        case .broadcast, .multicast, .anycast: return .link
        case .unicast: return gateway == nil && nextHops.isEmpty && nextHopID == nil ? .link : .universe
        default: return .universe
        }
    }

    /// The metric that a route gets when it has none.
    var usualMetric: UInt32 { family == .ipv4 ? 0 : 1024 }

    private var storedMetric: UInt32 {
        switch metric {
        case nil: usualMetric
        // Only the kernel's own IPv6 routes can have 0.
        case 0? where `protocol` != .kernel: usualMetric
        case let metric?: metric
        }
    }
}

extension CIDR {
    /// The block with all bits behind the prefix cleared.
    var withoutHostBits: CIDR {
        var remaining = prefixLength
        let octets = address.octets.map { octet -> UInt8 in
            defer { remaining -= 8 }
            return remaining >= 8 ? octet : remaining <= 0 ? 0 : octet & ~(UInt8(0xff) >> UInt8(remaining))
        }
        return IPAddress(octets: octets).flatMap { CIDR(address: $0, prefixLength: prefixLength) } ?? self
    }
}
