package import Addressing
package import LVSCareModel

/// What is wanted of the path to one VIP, which all virtual services with that address share.
package struct WantedPath: Hashable, Sendable {
    /// How packets reach the load balancer.
    package enum Mode: Hashable, Sendable {
        /// A local route with a preferred source, or one through a gateway.
        case route(RouteHint?)
        /// A dummy link that carries the VIP, the route of route mode, and masquerading.
        case link(name: String, masqueradeBit: Int)
    }

    /// The address that is to be reached.
    package let vip: IPAddress
    /// The virtual services for whose clients the path is, each once, in declared order. All have an endpoint with the VIP.
    package let services: [VirtualService]
    /// How packets reach the load balancer.
    package var mode: Mode
    /// The declared real servers of all of them, each once, in declared order; they decide on the source of the route.
    package var realServers: [RealServer]
    /// Name of the link that link mode uses, or may have left.
    package var linkName: String

    /// A wish of its parts; `services` are those at `vip`.
    package init(
        to vip: IPAddress, for services: [VirtualService], mode: Mode, realServers: [RealServer],
        linkName: String = VIPLinkMark.usualName
    ) {
        self.vip = vip
        self.services = services
        self.mode = mode
        self.realServers = realServers
        self.linkName = if case .link(let name, _) = mode { name } else { linkName }
    }

    /// The paths that `specifications` ask for, by VIP: none where somebody else sees to it, and for services without an
    /// address of their own. Of services with the same VIP that want different paths, the first counts. `link` is the name of the
    /// link that link mode has used before.
    package static func all(
        of specifications: [Specification], formerLink link: String = VIPLinkMark.usualName
    ) -> [IPAddress: WantedPath] {
        var groups: [IPAddress: [Specification]] = [:]
        for specification in specifications {
            if let vip = specification.service.endpoint?.address { groups[vip, default: []].append(specification) }
        }
        return groups.compactMapValues { group in
            guard let first = group.first, let vip = first.service.endpoint?.address else { return nil }
            let mode: Mode
            switch first.path {
            case .none: return nil
            case .route(let hint): mode = .route(hint)
            case .link(let name, let bit): mode = .link(name: name, masqueradeBit: bit)
            }
            var seen: Set<RealServer> = []
            let realServers = group.flatMap(\.candidates).filter { seen.insert($0).inserted }
            return WantedPath(
                to: vip, for: group.map(\.service), mode: mode, realServers: realServers, linkName: link)
        }
    }

    /// Most addresses of real servers that are looked up; one pass must not take long.
    package static let mostLookUps = 32

    /// The addresses of the real servers outside the loopback network, each once, in declared order.
    package var remoteAddresses: [IPAddress] {
        var seen: Set<IPAddress> = []
        var addresses: [IPAddress] = []
        for address in realServers.lazy.map(\.endpoint.address) where !address.isLoopback {
            if seen.insert(address).inserted { addresses.append(address) }
            if addresses.count == Self.mostLookUps { break }
        }
        return addresses
    }

    /// The address that somebody named for route mode; `nil` when nobody did.
    package var hint: RouteHint? {
        if case .route(let hint) = mode { hint } else { nil }
    }

    /// The bit of the packet mark; `nil` in route mode.
    package var masqueradeBit: Int? {
        if case .link(_, let bit) = mode { bit } else { nil }
    }
}

/// How links, addresses and routes of this program are told from those of others.
package enum VIPLinkMark {
    /// Name of the link unless another is wanted.
    package static let usualName = "lvscare"
    /// The alias of our links.
    package static let alias = "made by lvscare"
    /// The protocol number of our routes and addresses; `/etc/iproute2/rt_protos` gives it to nobody.
    package static let number: UInt8 = 76
    /// What creates links of this kind.
    package static let kind = "dummy"
}
