import Addressing
import Director
import LVSCareModel
import NFTables

/// The table of nf_tables that keeps this node from answering address resolution (ARP) for a VIP in one of its networks.
///
/// A local route makes the kernel answer on every link, so that hosts of that network would take this node for the holder
/// of the VIP. Every node of a cluster has the same VIP, and the network may have a real holder of it.
///
///     table arp lvscare-192.168.0.100 {
///         chain input {
///             type filter hook input priority filter
///             arp operation request arp daddr ip VIP drop
///         }
///     }
///
/// IPv6 answers for addresses of the link alone, so it needs nothing of the kind.
struct ResolutionTable {
    private let vip: IPAddress
    private let kept: KeptTable
    /// Whether this process has put it in place.
    private(set) var isInPlace = false

    /// The table for `vip`.
    init(for vip: IPAddress, isDry: Bool = false) {
        self.vip = vip
        kept = KeptTable(
            Table.Identity(.arp, "lvscare-\(vip.tableName)"), isDry: isDry,
            without: "hosts of the network in which the VIP lies take this node for its holder")
    }

    /// Whether this kernel was found to have no nf_tables.
    var isLacking: Bool { kept.isLacking }

    mutating func ensure() -> PathStepOutcome {
        let outcome = kept.ensure(Self.table(vip))
        // The limitation is the planner's, which knows the link.
        if case .lacking = outcome { return .done(nil) }
        isInPlace = true
        return outcome
    }

    mutating func remove() -> PathStepOutcome {
        isInPlace = false
        return vip.family == .ipv4 ? kept.remove() : .done(nil)
    }

    static func table(_ vip: IPAddress) -> Table {
        Table(
            Table.Identity(.arp, "lvscare-\(vip.tableName)"), comment: Comment("made by lvscare"),
            chains: [
                Chain(
                    "input", hook: Hook(.filter, .input, priority: .filter),
                    rules: [Rule(.linkAddressRequest(for: vip), .verdict(.drop))])
            ])
    }
}
