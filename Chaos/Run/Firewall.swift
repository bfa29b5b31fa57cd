import Addressing
import ChaosModel
import KernelTestKit

/// The node's firewall, stateful as firewalld and ufw set it up: what is for the node is dropped unless it belongs to a
/// connection that the kernel knows, or is for a port that is open.
struct Firewall {
    /// Whether it is of nf_tables; where the kernel has none it is of iptables, as older distributions have it.
    let usesNFTables: Bool

    /// The VIPs', that of real servers on the node, and those of undeclared ones.
    private static let openPorts = "80,81,8081,8082,8089,8090"

    /// Makes it where it is of iptables; the rules of nf_tables are part of ``ruleset``.
    func set() throws {
        guard !usesNFTables else { return }
        for (command, icmp) in [("iptables-legacy", "icmp"), ("ip6tables-legacy", "ipv6-icmp")] {
            for rule in [
                "-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
                "-A INPUT -i lo -j ACCEPT", "-A INPUT -p \(icmp) -j ACCEPT",
                "-A INPUT -m conntrack --ctstate INVALID -j DROP",
                "-A INPUT -p tcp -m multiport --dports \(Self.openPorts) -j ACCEPT", "-P INPUT DROP",
            ] { try Shell.lines("\(command) -w \(rule)") }
        }
    }

    /// The same for `nft`; nothing where it is of iptables.
    var ruleset: String {
        guard usesNFTables else { return "" }
        return """
            table inet firewall {
                chain input {
                    type filter hook input priority 10; policy drop;
                    ct state established,related accept
                    iifname "lo" accept
                    meta l4proto { icmp, ipv6-icmp } accept
                    ct state invalid drop
                    tcp dport { \(Self.openPorts) } accept
                }
            }

            """
    }

    /// How other programs show it, without counters.
    func shown() throws -> [String] {
        usesNFTables
            ? try Shell.lines("nft --stateless list table inet firewall")
            : try Shell.lines("iptables-legacy -S; ip6tables-legacy -S")
    }

    /// Keeps what comes from the remote real server of IPv4 from clients, and lets it pass to probes, whose ports are others.
    func cutOffClients(of server: Endpoint) throws {
        try Shell.lines(
            usesNFTables
                ? "nft insert rule inet firewall input ip saddr \(server.address) tcp sport \(server.port)"
                    + " tcp dport \(Clients.ports.lowerBound)-\(Clients.ports.upperBound) drop"
                : "iptables-legacy -w -I INPUT -s \(server.address) -p tcp --sport \(server.port)"
                    + " --dport \(Clients.ports.lowerBound):\(Clients.ports.upperBound) -j DROP")
    }
}
