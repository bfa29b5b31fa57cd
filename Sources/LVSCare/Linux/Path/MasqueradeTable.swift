import Addressing
import Director
import LVSCareModel
import NFTables
import RouteNetlink

/// The table of nf_tables that has connections to a virtual service masqueraded.
///
/// Packets of clients that are routed through this node keep the client's address behind the balancer, so the real server
/// would answer past this node. The table marks what is for the VIP before the balancer rewrites it, and gives what leaves
/// for another node one of this node's addresses:
///
///     table ip lvscare-10.103.97.2-6443 {
///         chain input {
///             type filter hook input priority filter
///             ip daddr VIP tcp dport PORT mark set mark | BIT
///         }
///         chain output {
///             type filter hook output priority mangle
///             ip saddr != SOURCE ip daddr VIP tcp dport PORT mark set mark | BIT
///         }
///         chain postrouting {
///             type nat hook postrouting priority srcnat
///             oifname != "lo" mark & BIT == BIT ct original ip daddr VIP ct original proto-dst PORT masquerade
///             oif LINK ct original ip daddr VIP ct original proto-dst PORT masquerade
///         }
///     }
///
/// Somebody else may set the same bit on other packets, so it alone does not count.
///
/// Clients on this node that have the SOURCE which the route gave to them need none of it, and so lose nothing when
/// somebody flushes the rules; only those that chose another address, such as 127.0.0.1, are masqueraded, and those whose
/// packets leave by a LINK where this node has another address: real servers there may know no way back to SOURCE.
///
/// Each virtual service has a table of its own, so that several processes never touch each other's rules. Packets are
/// marked where they arrive at this node and not when they enter it, so that no policy rule that looks at the same
/// bit sends them elsewhere.
struct MasqueradeTable {
    private let kept: KeptTable

    /// The table for the virtual service at `endpoint`.
    init(for endpoint: Endpoint, _ transport: TransportProtocol = .tcp, isDry: Bool = false) {
        kept = KeptTable(
            Self.identity(of: endpoint, transport), isDry: isDry,
            without: "clients that are routed through this node do not reach remote real servers; those on this node do"
        )
    }

    /// `ip lvscare-10.103.97.2-6443` for TCP, `ip lvscare-udp-10.103.97.2-53`; the `nft` command takes no colons in names.
    static func identity(of endpoint: Endpoint, _ transport: TransportProtocol = .tcp) -> Table.Identity {
        let kind = transport == .tcp ? "" : "\(transport)-"
        return Table.Identity(
            endpoint.address.family == .ipv4 ? .ip : .ip6,
            "lvscare-\(kind)\(endpoint.address.tableName)-\(endpoint.port)")
    }

    /// Whether this kernel was found to have no nf_tables.
    var isLacking: Bool { kept.isLacking }

    func ensure(_ wanted: Masquerading) -> PathStepOutcome { kept.ensure(Self.table(wanted)) }

    func remove() -> PathStepOutcome { kept.remove() }

    static func table(_ wanted: Masquerading) -> Table {
        let endpoint = wanted.endpoint
        let mark: UInt32 = 1 << UInt32(wanted.bit)
        // A service of all ports has port 0.
        let isEveryPort = endpoint.port == 0
        let tag: [Expression] =
            .destination(endpoint.address) + .transportProtocol(wanted.transport)
            + (isEveryPort ? [] : .destinationPort(endpoint.port)) + .setMark(mark, mask: mark)
        let isForService: [Expression] =
            .originalDestination(endpoint.address) + .transportProtocol(wanted.transport)
            + (isEveryPort ? [] : .originalDestinationPort(endpoint.port))
        let ofLinks = wanted.links.map { link in
            Rule(.outputInterface(index: link.rawValue), isForService, .masquerade(.fullyRandom))
        }
        return Table(
            identity(of: endpoint, wanted.transport), comment: Comment("made by lvscare"),
            chains: [
                // Before the balancer, which takes packets at `input` (98) and `output` (-99).
                Chain("input", hook: Hook(.filter, .input, priority: .filter), rules: [Rule(tag)]),
                Chain(
                    "output", hook: Hook(.filter, .output, priority: .mangle),
                    rules: [Rule(wanted.source.map { .source($0, is: .notEqual) } ?? [], tag)]),
                Chain(
                    "postrouting", hook: Hook(.nat, .postrouting, priority: .sourceNAT),
                    rules: [
                        Rule(
                            .outputInterface("lo", is: .notEqual), .mark(mark, mask: mark), isForService,
                            .masquerade(.fullyRandom))
                    ] + ofLinks),
            ])
    }
}

extension IPAddress {
    /// The address in the name of a table, without colons.
    var tableName: String {
        let colon = UInt8(ascii: ":")
        return String(decoding: description.utf8.map { $0 == colon ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    }
}
