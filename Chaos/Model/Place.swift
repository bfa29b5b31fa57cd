/// One of the two virtual services of the scene; each has a daemon of its own.
public enum VIP: String, CaseIterable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The one in IPv4.
    case ipv4 = "IPv4"
    /// The one in IPv6.
    case ipv6 = "IPv6"

    /// IPv4 first.
    public static func < (left: VIP, right: VIP) -> Bool { left == .ipv4 && right == .ipv6 }

    /// The name of its family.
    public var description: String { rawValue }
}

/// Where one of the three real servers of a virtual service is.
public enum Site: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// On an address of the node that only the node itself has, on its loopback link.
    case loopback
    /// On the node's own address.
    case node
    /// On another host.
    case remote

    /// Its name.
    public var description: String { rawValue }
}

/// What the kernel must hold besides the table of the load balancer; each is compared as text.
public enum Fact: Hashable, Sendable, CustomStringConvertible {
    /// What the kernel does with a packet to the VIP.
    case route(VIP)
    /// The routes to the VIP that carry the program's mark.
    case ownRoutes(VIP)
    /// A setting below `/proc/sys`.
    case setting(String)
    /// The link with the VIPs.
    case link
    /// The VIP, wherever it is.
    case address(VIP)
    /// The table of nf_tables.
    case rules(VIP)

    /// What a message calls it.
    public var description: String {
        switch self {
        case .route(let vip): "\(vip) route in effect"
        case .ownRoutes(let vip): "\(vip) routes of ours"
        case .setting(let name): name
        case .link: "link"
        case .address(let vip): "\(vip) address"
        case .rules(let vip): "\(vip) rules"
        }
    }

    /// The service whose daemon repairs it; `nil` when each does.
    var vip: VIP? {
        switch self {
        case .route(let vip), .ownRoutes(let vip), .address(let vip), .rules(let vip): vip
        case .setting, .link: nil
        }
    }

    /// What has to be repaired first, and whose repair may change this once more: a link is made without addresses, and
    /// with an address the kernel makes a route, which in IPv6 leads until it is taken away.
    var foundations: [Fact] {
        switch self {
        case .route(let vip), .ownRoutes(let vip): [.link, .address(vip)]
        case .address: [.link]
        case .setting, .link, .rules: []
        }
    }
}

/// A part of the kernel's state that is judged by itself.
public enum Element: Hashable, Sendable, CustomStringConvertible {
    /// The virtual service with scheduler and flags.
    case service(VIP)
    /// A declared real server in its service.
    case realServer(VIP, Site)
    /// What else is in the service.
    case undeclared(VIP)
    /// Anything besides the table.
    case fact(Fact)

    /// What a message calls it.
    public var description: String {
        switch self {
        case .service(let vip): "\(vip) service"
        case .realServer(let vip, let site): "\(vip) real server (\(site))"
        case .undeclared(let vip): "\(vip) undeclared real servers"
        case .fact(let fact): "\(fact)"
        }
    }

    var vip: VIP? {
        switch self {
        case .service(let vip), .realServer(let vip, _), .undeclared(let vip): vip
        case .fact(let fact): fact.vip
        }
    }

    static func table(of vip: VIP) -> [Element] {
        [.service(vip), .undeclared(vip)] + Site.allCases.map { .realServer(vip, $0) }
    }
}
