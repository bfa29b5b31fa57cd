package import Addressing
package import LVSCareModel
package import RouteNetlink

/// One thing to do about the path to a VIP.
///
/// Steps about links, addresses and routes are changes, because those have owners side by side. Settings and tables of
/// nf_tables are targets, which are written where they differ.
package enum PathStep: Hashable, Sendable {
    /// Add a route ahead of all others to the VIP, which stay; `found` is what led there before.
    /// `ip route prepend …`
    case addRoute(Route, found: Route?)
    /// Put a route in the place of one of ours. `ip route replace …`
    case replaceRoute(Route, with: Route)
    /// Delete a route of ours, or of the original's. `ip route delete …`
    case deleteRoute(Route)
    /// Delete the kernel's own entry for the VIP on our link, which IPv6 puts ahead of all routes.
    case yieldRoute(Route)
    /// Create a dummy link with our mark and switch it on. `ip link add NAME type dummy`
    case addLink(String)
    /// Mark a link as ours that was left behind, or take the mark away. `ip link set NAME alias …`
    case markLink(String, isOurs: Bool)
    /// Switch a link on or off. `ip link set NAME up`
    case setLink(String, isUp: Bool)
    /// Remove a link of ours. `ip link delete NAME`
    case deleteLink(String)
    /// Give the VIP to a link. `ip address add VIP/32 dev NAME noprefixroute`
    case addAddress(IPAddress, link: String)
    /// Take the VIP from a link. `ip address delete VIP/32 dev NAME`
    case deleteAddress(IPAddress, link: String)
    /// Set a setting of the kernel; `found` is its value now. `sysctl -w NAME=VALUE`
    case set(BalancerSetting, found: String)
    /// Have these connections masqueraded. `nft -f -`
    case masquerade(Masquerading)
    /// Remove the table that masquerades connections to a virtual service. `nft delete table …`
    case stopMasquerading(VirtualService)
    /// Keep this node from answering address resolution for the VIP. `nft -f -`
    case silenceResolution(IPAddress)
    /// Remove the table that does so. `nft delete table …`
    case answerResolution(IPAddress)

    /// The parts of a path: a failure in one keeps nothing else from being put right.
    package enum Part: Hashable, Sendable {
        case route, link, settings, masquerading, resolution
    }

    /// What it belongs to.
    package var part: Part {
        switch self {
        case .addRoute, .replaceRoute, .deleteRoute, .yieldRoute: .route
        case .addLink, .markLink, .setLink, .deleteLink, .addAddress, .deleteAddress: .link
        case .set: .settings
        case .masquerade, .stopMasquerading: .masquerading
        case .silenceResolution, .answerResolution: .resolution
        }
    }
}

extension PathStep {
    /// What takes back what this step has done, of which `change` tells; `nil` for what stays: the node's settings, and what
    /// was only replaced.
    package func reversal(of change: PathChange?) -> PathStep? {
        switch self {
        case .addRoute(let route, _): .deleteRoute(route)
        case .replaceRoute(let before, let after): .replaceRoute(after, with: before)
        case .deleteRoute(let route): .addRoute(route, found: nil)
        case .addLink(let name): .deleteLink(name)
        case .markLink(let name, let isOurs): .markLink(name, isOurs: !isOurs)
        case .setLink(let name, let isUp): .setLink(name, isUp: !isUp)
        case .addAddress(let address, let link): .deleteAddress(address, link: link)
        case .masquerade(let wanted): change?.verb == .added ? .stopMasquerading(wanted.service) : nil
        case .silenceResolution(let vip): change?.verb == .added ? .answerResolution(vip) : nil
        case .yieldRoute, .deleteLink, .deleteAddress, .set, .stopMasquerading, .answerResolution: nil
        }
    }
}

/// Which connections to a virtual service are masqueraded, so that answers of real servers come back to this node.
package struct Masquerading: Hashable, Sendable {
    /// Their protocol.
    package var transport: TransportProtocol
    /// The VIP and the port that they are made to.
    package var endpoint: Endpoint
    /// The bit (0–31) of the packet mark that marks them.
    package var bit: Int
    /// The source with which clients on this node need no masquerading; `nil` when there is none.
    package var source: IPAddress?
    /// The links by which even those have to be masqueraded, because this node has another address there.
    package var links: [LinkIndex]

    /// The virtual service.
    package var service: VirtualService { .endpoint(transport, endpoint) }

    /// Masquerading of its parts.
    package init(
        of endpoint: Endpoint, _ transport: TransportProtocol = .tcp, bit: Int, source: IPAddress?,
        links: [LinkIndex] = []
    ) {
        self.transport = transport
        self.endpoint = endpoint
        self.bit = bit
        self.source = source
        self.links = links
    }
}
