import Addressing
import NFTables

/// A set of a table that several processes share, by its name.
enum SharedSet: String, Hashable, Sendable {
    /// The services: VIP . protocol . port.
    case services
    /// The same . SOURCE of this node's clients that need no masquerading.
    case sources
    /// The same . link by which even those are masqueraded.
    case links
    /// The services of all ports: VIP . protocol; and the same of them.
    case allPorts = "all-ports"
    case allPortsSources = "all-ports-sources"
    case allPortsLinks = "all-ports-links"
    /// The VIPs for which address resolution is silenced.
    case vips

    /// Whether it is about services of all ports.
    var isOfAllPorts: Bool {
        switch self {
        case .allPorts, .allPortsSources, .allPortsLinks: true
        case .services, .sources, .links, .vips: false
        }
    }

    /// The set without elements, for a table about addresses of `family`.
    func empty(for family: IPAddress.Family) -> NamedSet {
        let address: SetField = family == .ipv4 ? .ipv4Address : .ipv6Address
        let owner: [SetField] =
            self == .vips ? [address] : [address, .transportProtocol] + (isOfAllPorts ? [] : [.port])
        let rest: [SetField] =
            switch self {
            case .services, .allPorts, .vips: []
            case .sources, .allPortsSources: [address]
            case .links, .allPortsLinks: [.interfaceIndex]
            }
        return NamedSet(rawValue, of: owner + rest)
    }
}

/// The tables of nf_tables that all processes of this program on a node share, one of each family and name.
///
/// All but the elements of its sets follows from the name of such a table, so whichever process comes first makes it, and
/// whichever is the last to leave removes it. Each process adds and removes the elements of what it looks after itself.
enum SharedTableKind: Hashable, Sendable {
    /// Masquerades connections to services of this family, one table for each bit of the packet mark. ``MasqueradeTable``
    case masquerade(IPAddress.Family)
    /// Silences address resolution. ``ResolutionTable``
    case resolution

    /// What the names of all tables of this program begin with, those of earlier versions included.
    static let prefix = "lvscare-"

    /// All there are.
    static let all: [SharedTableKind] = [.masquerade(.ipv4), .masquerade(.ipv6), .resolution]

    /// The family of nf_tables.
    var family: Family {
        switch self {
        case .masquerade(.ipv4): .ip
        case .masquerade(.ipv6): .ip6
        case .resolution: .arp
        }
    }

    /// The sets of each of its tables, in their order.
    var sets: [SharedSet] {
        switch self {
        case .masquerade: [.services, .sources, .links, .allPorts, .allPortsSources, .allPortsLinks]
        case .resolution: [.vips]
        }
    }

    /// The table of this identity without elements; `nil` when that is none of these tables.
    func base(_ identity: Table.Identity) -> Table? {
        guard identity.family == family else { return nil }
        switch self {
        case .masquerade(let family): return MasqueradeTable.base(identity, for: family)
        case .resolution: return identity == ResolutionTable.identity ? ResolutionTable.base : nil
        }
    }

    /// Whether a table of this identity and remark is one that this program made, in this version or an earlier one.
    ///
    /// Kernels before 5.10 keep no remarks; there the name has to do.
    func isOwn(_ identity: Table.Identity, _ comment: Comment?) -> Bool {
        let isNamed = identity.name.hasPrefix(Self.prefix) || base(identity) != nil
        return identity.family == family && isNamed && (comment == nil || comment == .ofThisProgram)
    }

    /// What clients lack where there is no nf_tables.
    var consequence: String {
        switch self {
        case .masquerade:
            "clients that are routed through this node do not reach remote real servers; those on this node do"
        case .resolution: "hosts of the network in which the VIP lies take this node for its holder"
        }
    }
}

extension Comment {
    /// The remark on all tables of this program.
    static let ofThisProgram = Comment("made by lvscare")
}
