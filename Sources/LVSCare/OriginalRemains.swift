import NFTables

/// The remains of the original LVScare's link mode in this network namespace: chains of iptables, with rules that mark
/// and masquerade connections to the VIP.
///
/// They belong to a program that is gone, are not needed by this one, and are not removed by it. `docs/upgrading.md` says
/// how to.
public struct OriginalRemains: Hashable, Sendable {
    /// Names of chains, with those of their tables: `nat VIRTUAL-SERVICES`.
    public var chains: [String]

    /// The beginning of the names of all of its chains.
    private static let prefix = "VIRTUAL-"

    /// Looks for them; `nil` when there are none.
    ///
    /// Sees what iptables keeps in nf_tables, as it does on present systems; rules of its legacy form are not seen, and
    /// nothing is without the capability `CAP_NET_ADMIN`. `iptables-nft-save | grep VIRTUAL-`
    public static func find() -> OriginalRemains? {
        guard let tables = try? NFTablesClient() else { return nil }
        let chains = ["nat", "filter"].flatMap { table in
            ((try? tables.chainNames(of: Table.Identity(.ip, table))) ?? [])
                .filter { $0.hasPrefix(prefix) }.map { "\(table) \($0)" }
        }
        return chains.isEmpty ? nil : OriginalRemains(chains: chains)
    }
}
