package import Addressing
package import LVSCareModel
package import RouteNetlink

/// What a node's network has, as far as the path to one VIP is concerned.
///
/// The parts that cost little are looked at in each pass. A ``survey`` is taken when those are not as wanted, when the
/// kernel told of a change, and once in a while.
package struct ObservedPath: Hashable, Sendable {
    /// What the kernel does with a packet from this node to the VIP; `nil` when it refuses to send one.
    package var effective: Route?
    /// The routes to the addresses of real servers and to the hint, as far as they were looked up; those without a route
    /// are missing.
    package var ways: [IPAddress: Route]
    /// The link of the wanted name with its addresses; `nil` when there is none, or nobody asked.
    package var link: ObservedLink?
    /// The kernel's settings by their names, `net.ipv4.vs.conntrack`, as far as they were looked at.
    package var settings: [String: Result<String, UnreadableSetting>]
    /// All that was looked at besides; `nil` when nobody has yet.
    package var survey: PathSurvey?
    /// Whether ``survey`` belongs to this very moment.
    package var isSurveyed: Bool
    /// Whether this process has silenced address resolution for the VIP.
    package var isSilenced: Bool

    /// An observation of its parts; the default is that of a node about which nothing is known.
    package init(
        effective: Route? = nil, ways: [IPAddress: Route] = [:], link: ObservedLink? = nil,
        settings: [String: Result<String, UnreadableSetting>] = [:], survey: PathSurvey? = nil,
        isSurveyed: Bool = false,
        isSilenced: Bool = false
    ) {
        self.effective = effective
        self.ways = ways
        self.link = link
        self.settings = settings
        self.survey = survey
        self.isSurveyed = isSurveyed
        self.isSilenced = isSilenced
    }
}

/// Why a setting of the kernel could not be read.
package struct UnreadableSetting: Error, Hashable, Sendable {
    /// The system's words.
    package var message: String
    /// Whether this process could not ask, for want of a descriptor or of memory, so that nothing is known of the setting.
    package var isOwnTrouble: Bool

    /// The reason in the system's words.
    package init(message: String, isOwnTrouble: Bool = false) {
        self.message = message
        self.isOwnTrouble = isOwnTrouble
    }
}

/// A link and the addresses that somebody gave to it.
package struct ObservedLink: Hashable, Sendable {
    /// The link.
    package var link: Link
    /// Its addresses, without those that IPv6 makes by itself (`fe80::/10`).
    package var addresses: [InterfaceAddress]

    /// A link of its parts.
    package init(_ link: Link, _ addresses: [InterfaceAddress] = []) {
        self.link = link
        self.addresses = addresses
    }

    /// Whether it carries `vip` with no network around it.
    func carries(_ vip: IPAddress) -> Bool { addresses.contains { $0.local == CIDR(host: vip) } }

    /// Whether this program made it, or the original LVScare did.
    var isOurs: Bool {
        link.alias == VIPLinkMark.alias || (link.alias == nil && link.name == VIPLinkMark.usualName)
    }

    /// Whether it is what the original leaves: with the VIP, but not put there by us, and with nothing but host addresses.
    func isLeftBehind(with vip: IPAddress) -> Bool {
        addresses.contains { $0.local.address == vip && $0.protocol != .lvscare }
            && addresses.allSatisfy { $0.local.prefixLength == $0.local.address.family.bitWidth }
    }
}

/// The closer look at a node's network.
package struct PathSurvey: Hashable, Sendable {
    /// The routes to exactly the VIP, in all tables.
    package var routes: [Route]
    /// All links with their addresses.
    package var links: [ObservedLink]
    /// The other virtual services with the same VIP that a process looks after.
    package var sharing: [VirtualService]
    /// Hosts that have answered for the VIP on a link: link-layer address and name of the link, `52:54:00:12:34:56 on eth0`.
    package var holders: [String]
    /// Whether each link answers requests for addresses that it does not have (`arp_ignore` 0), by its index.
    package var answersForOthers: Set<LinkIndex>

    /// A survey of its parts; the default is that of a node with nothing.
    package init(
        routes: [Route] = [], links: [ObservedLink] = [], sharing: [VirtualService] = [],
        holders: [String] = [], answersForOthers: Set<LinkIndex> = []
    ) {
        self.routes = routes
        self.links = links
        self.sharing = sharing
        self.holders = holders
        self.answersForOthers = answersForOthers
    }

    /// The name of a link, for people.
    func name(of index: LinkIndex) -> String? { links.first { $0.link.index == index }?.link.name }

    /// The links in whose networks `vip` lies, those that carry the VIP itself left out.
    package func attached(to vip: IPAddress) -> [ObservedLink] {
        links.filter { link in
            link.addresses.contains { address in
                address.local.address != vip && address.network.contains(vip)
                    && address.network.prefixLength < vip.family.bitWidth
            }
        }
    }

    /// Whether somebody else has given the VIP to a link, so that this node is meant to be its holder.
    func isHeldByOthers(_ vip: IPAddress) -> Bool {
        links.contains { link in
            !link.isOurs && link.addresses.contains { $0.local.address == vip && $0.protocol != .lvscare }
        }
    }
}

extension AddressProtocol {
    /// Marks the addresses of this program, which kernels before 5.18 do not keep.
    package static let lvscare = AddressProtocol(rawValue: VIPLinkMark.number)
}

extension RouteProtocol {
    /// Marks the routes of this program.
    package static let lvscare = RouteProtocol(rawValue: VIPLinkMark.number)
}
