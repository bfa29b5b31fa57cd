import Addressing
import NFTables

/// The table of nf_tables that keeps this node from answering address resolution (ARP) for VIPs in its networks.
///
/// A local route makes the kernel answer on every link, so that hosts of that network would take this node for the holder
/// of the VIP. Every node of a cluster has the same VIP, and the network may have a real holder of it.
///
///     table arp lvscare {
///         set vips { type ipv4_addr }
///         chain input {
///             type filter hook input priority filter
///             arp operation request arp daddr ip @vips drop
///         }
///     }
///
/// IPv6 answers for addresses of the link alone, so it needs nothing of the kind.
enum ResolutionTable {
    static let identity = Table.Identity(.arp, "lvscare")

    /// The part of the table that is there for `vip`, which is one of IPv4.
    static func share(_ vip: IPAddress) -> TableShare {
        let owner = TableOwner.vip(vip)
        return TableShare(of: owner, in: identity, elements: [.vips: [NamedSet.Element(owner.key)]])
    }

    /// The table without elements.
    static let base = Table(
        identity, comment: .ofThisProgram, sets: [SharedSet.vips.empty(for: .ipv4)],
        chains: [
            Chain(
                "input", hook: Hook(.filter, .input, priority: .filter),
                rules: [Rule(.arpRequest, .lookUp(.arpTarget, in: SharedSet.vips.rawValue), .verdict(.drop))])
        ])
}
