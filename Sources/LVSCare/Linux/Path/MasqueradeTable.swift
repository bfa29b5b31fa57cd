import Addressing
import Director
import NFTables
import RouteNetlink

/// The table of nf_tables that has connections to virtual services masqueraded.
///
/// Packets of clients that are routed through this node keep the client's address behind the balancer, so the real server
/// would answer past this node. The table marks what is for a service before the balancer rewrites it, and gives what leaves
/// for another node one of this node's addresses:
///
///     table ip lvscare-bit-N {
///         set services { type ipv4_addr . inet_proto . inet_service }
///         set sources { type ipv4_addr . inet_proto . inet_service . ipv4_addr }
///         set links { type ipv4_addr . inet_proto . inet_service . iface_index }
///         chain input {
///             type filter hook input priority filter
///             ip daddr . meta l4proto . th dport @services meta mark set meta mark | BIT
///         }
///         chain output {
///             type filter hook output priority mangle
///             ip daddr . meta l4proto . th dport . ip saddr @sources accept
///             ip daddr . meta l4proto . th dport @services meta mark set meta mark | BIT
///         }
///         chain postrouting {
///             type nat hook postrouting priority srcnat
///             oifname != "lo" meta mark & BIT == BIT meta l4proto tcp
///                 ct original ip daddr . meta l4proto . ct original proto-dst @services masquerade fully-random
///             meta l4proto tcp
///                 ct original ip daddr . meta l4proto . ct original proto-dst . oif @links masquerade fully-random
///         }
///     }
///
/// The rules at `postrouting` are there for UDP and SCTP, too, because `ct original proto-dst` has a meaning with a protocol
/// alone; and sets and rules once more, without the port, for services of all ports (`all-ports`, …).
///
/// Somebody else may set the same bit on other packets, so it alone does not count.
///
/// Clients on this node that have the SOURCE which the route gave to them need none of it, and so lose nothing when
/// somebody flushes the rules; only those that chose another address, such as 127.0.0.1, are masqueraded, and those whose
/// packets leave by a link where this node has another address: real servers there may know no way back to SOURCE.
///
/// Packets are marked where they arrive at this node and not when they enter it, so that no policy rule that looks at the
/// same bit sends them elsewhere. However many services there are, each packet passes three chains of a few rules.
enum MasqueradeTable {
    /// What the name of such a table begins with; the number of the bit is behind it.
    private static let prefix = SharedTableKind.prefix + "bit-"

    /// The protocols that the kernel balances.
    private static let transports: [TransportProtocol] = [.tcp, .udp, .sctp]

    /// `ip lvscare-bit-14`
    static func identity(_ family: IPAddress.Family, bit: Int) -> Table.Identity {
        Table.Identity(SharedTableKind.masquerade(family).family, "\(prefix)\(bit)")
    }

    /// The part of a table that is there for one service.
    static func share(_ wanted: Masquerading) -> TableShare {
        let owner = TableOwner.service(wanted.transport, wanted.endpoint)
        let isOfAllPorts = wanted.endpoint.port == 0
        let sources = wanted.source.map { [NamedSet.Element(owner.key + [.address($0)])] } ?? []
        let links = wanted.links.map { NamedSet.Element(owner.key + [.interfaceIndex($0.rawValue)]) }
        return TableShare(
            of: owner, in: identity(wanted.endpoint.address.family, bit: wanted.bit),
            elements: [
                isOfAllPorts ? .allPorts : .services: [NamedSet.Element(owner.key)],
                isOfAllPorts ? .allPortsSources : .sources: Set(sources),
                isOfAllPorts ? .allPortsLinks : .links: Set(links),
            ])
    }

    /// The table of this identity without elements; `nil` when its name is not that of one.
    static func base(_ identity: Table.Identity, for family: IPAddress.Family) -> Table? {
        guard identity.name.hasPrefix(prefix), let bit = Int(identity.name.dropFirst(prefix.count)), 0..<32 ~= bit,
            identity == Self.identity(family, bit: bit)
        else { return nil }
        let mark: UInt32 = 1 << UInt32(bit)
        let tags = [
            Rule(service(family, in: .services), .setMark(mark, mask: mark)),
            Rule(
                .lookUp(.destination(family), .transportProtocol, in: SharedSet.allPorts.rawValue),
                .setMark(mark, mask: mark)),
        ]
        let spared = [
            Rule(
                .lookUp(
                    .destination(family), .transportProtocol, .destinationPort, .source(family),
                    in: SharedSet.sources.rawValue), .verdict(.accept)),
            Rule(
                .lookUp(
                    .destination(family), .transportProtocol, .source(family), in: SharedSet.allPortsSources.rawValue),
                .verdict(.accept)),
        ]
        return Table(
            identity, comment: .ofThisProgram,
            sets: SharedTableKind.masquerade(family).sets.map { $0.empty(for: family) },
            chains: [
                // Before the balancer, which takes packets at `input` (98) and `output` (-99).
                Chain("input", hook: Hook(.filter, .input, priority: .filter), rules: tags),
                Chain("output", hook: Hook(.filter, .output, priority: .mangle), rules: spared + tags),
                Chain(
                    "postrouting", hook: Hook(.nat, .postrouting, priority: .sourceNAT),
                    rules: marked(mark, family) + byLink(family)),
            ])
    }

    private static func service(_ family: IPAddress.Family, in set: SharedSet) -> [Expression] {
        .lookUp(.destination(family), .transportProtocol, .destinationPort, in: set.rawValue)
    }

    /// What was marked, and leaves this node.
    private static func marked(_ mark: UInt32, _ family: IPAddress.Family) -> [Rule] {
        let isMarked: [Expression] = .outputInterface("lo", is: .notEqual) + .mark(mark, mask: mark)
        return transports.map { transport in
            Rule(
                isMarked, .transportProtocol(transport),
                .lookUp(
                    .originalDestination(family), .transportProtocol, .originalDestinationPort,
                    in: SharedSet.services.rawValue),
                .masquerade(.fullyRandom))
        } + [
            Rule(
                isMarked,
                .lookUp(.originalDestination(family), .transportProtocol, in: SharedSet.allPorts.rawValue),
                .masquerade(.fullyRandom))
        ]
    }

    /// What leaves by a link where this node has another address.
    private static func byLink(_ family: IPAddress.Family) -> [Rule] {
        transports.map { transport in
            Rule(
                .transportProtocol(transport),
                .lookUp(
                    .originalDestination(family), .transportProtocol, .originalDestinationPort, .outputInterface,
                    in: SharedSet.links.rawValue),
                .masquerade(.fullyRandom))
        } + [
            Rule(
                .lookUp(
                    .originalDestination(family), .transportProtocol, .outputInterface,
                    in: SharedSet.allPortsLinks.rawValue),
                .masquerade(.fullyRandom))
        ]
    }
}
