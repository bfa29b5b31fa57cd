import Addressing
import ChaosModel
import KernelTestKit
import NFTables

/// The tables of nf_tables that the daemons make, and what others do to them.
enum Rules {
    /// `ip lvscare-169.254.7.1-80`
    static func identity(of vip: VIP) -> Table.Identity {
        let endpoint = Scene.endpoint(of: vip)
        let address = String("\(endpoint.address)".map { $0 == ":" ? "_" : $0 })
        return Table.Identity(vip == .ipv4 ? .ip : .ip6, "lvscare-\(address)-\(endpoint.port)")
    }

    /// Deletes, adds to or takes from a table. That there is none, because another disturbance came first, is no failure.
    static func disturb(_ disturbance: Disturbance, through client: NFTablesClient) {
        switch disturbance {
        case .rulesDeleted(let vip): _ = try? client.delete(identity(of: vip))
        case .ruleAdded(let vip):
            change(vip, client) { $0.name == "output" ? $0.rules.append(Rule(.counter)) : () }
        case .ruleRemoved(let vip):
            change(vip, client) { $0.name == "postrouting" ? $0.rules = [] : () }
        default: break
        }
    }

    private static func change(_ vip: VIP, _ client: NFTablesClient, _ body: (inout Chain) -> Void) {
        guard var table = try? client.table(identity(of: vip)) else { return }
        for index in table.chains.indices { body(&table.chains[index]) }
        try? client.replace(table)
    }

    /// The same as an operator would type it.
    static func command(for disturbance: Disturbance) -> String? {
        switch disturbance {
        case .rulesDeleted(let vip): "nft delete table \(identity(of: vip))"
        case .ruleAdded(let vip): "nft insert rule \(identity(of: vip)) input counter"
        case .ruleRemoved(let vip): "nft flush chain \(identity(of: vip)) postrouting"
        default: nil
        }
    }

    /// The tables as `nft` shows them, without handles and counters.
    static func shown() throws -> [String] {
        try VIP.allCases.flatMap { try Shell.lines("nft --stateless list table \(identity(of: $0))") }
    }
}
