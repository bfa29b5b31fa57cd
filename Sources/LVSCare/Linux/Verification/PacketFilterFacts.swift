import Addressing
import LVSCareSystem
import NFTables

/// What the packet filters of this network namespace do that may keep clients of a VIP from its answers.
struct PacketFilterFacts: Hashable, Sendable {
    /// Whether there are rules about the state of connections to this node.
    var isStateful = false
    /// Whether what comes to loopback addresses from others is dropped.
    var guardsLoopback = false

    /// The chain in which the kubelet drops it.
    private static let kubeletChain = "KUBE-FIREWALL"

    /// Looks for them. Takes as long as the packet filter is large, and needs `CAP_NET_ADMIN`.
    ///
    /// Rules of iptables' legacy form are not read; which of its tables and matches are in use tells enough.
    static func find(for family: IPAddress.Family) -> PacketFilterFacts {
        var facts = PacketFilterFacts()
        let number = family == .ipv4 ? "ip" : "ip6"
        if !lines(of: "\(number)_tables_names").isEmpty {
            facts.isStateful = !Set(lines(of: "\(number)_tables_matches")).isDisjoint(with: ["conntrack", "state"])
            // The chain itself does not show, so a cluster's node is taken to have it.
            facts.guardsLoopback = facts.isStateful
        }
        guard let client = try? NFTablesClient() else { return facts }
        let families: [NFTables.Family] = [family == .ipv4 ? .ip : .ip6, .inet]
        for family in families {
            guard let tables = try? client.inputTables(of: family) else { continue }
            for table in tables where !facts.isStateful { facts.isStateful = (try? client.isStateful(table)) == true }
            if tables.contains(where: { ((try? client.chainNames(of: $0)) ?? []).contains(kubeletChain) }) {
                facts.guardsLoopback = true
            }
        }
        return facts
    }

    private static func lines(of file: String) -> [String] {
        let text = try? FileReader.kernelText("/proc/thread-self/net/\(file)")
        return (text ?? "").split(separator: "\n").map(String.init)
    }
}
