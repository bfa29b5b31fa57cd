import Addressing
import ChaosModel
import KernelTestKit
import NFTables

/// The tables of nf_tables that the daemons make, and what others do to them.
enum Rules {
    /// `ip lvscare-bit-0`, which all services of a family share.
    static func identity(of vip: VIP) -> Table.Identity {
        Table.Identity(vip == .ipv4 ? .ip : .ip6, "lvscare-bit-0")
    }

    /// The table as far as it is about the service at `vip` itself: without the elements of others, which come and go.
    static func own(_ table: Table, of vip: VIP) -> Table {
        let endpoint = Scene.endpoint(of: vip)
        let key = NamedSet.Element(.address(endpoint.address), .transportProtocol(.tcp), .port(endpoint.port)).octets
        var table = table
        for index in table.sets.indices {
            table.sets[index].elements = table.sets[index].elements.filter { $0.octets.starts(with: key) }
        }
        return table
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
        guard let generation = try? client.generation(), var table = try? client.table(identity(of: vip)) else {
            return
        }
        for index in table.chains.indices { body(&table.chains[index]) }
        // Whoever was faster has changed something else, which stays.
        try? client.commit([.replace(table)], at: generation)
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

    /// The rules as `nft` shows them, without handles and counters, and the elements of the services at the VIPs themselves.
    static func shown() throws -> [String] {
        try VIP.allCases.flatMap { vip in
            let table = identity(of: vip)
            let endpoint = Scene.endpoint(of: vip)
            let key = "\(endpoint.address) . tcp . \(endpoint.port)"
            let lines = try Shell.lines("nft --stateless list table \(table)")
            return lines.drop { !$0.contains("chain ") }
                + (try Shell.lines("nft get element \(table) services '{ \(key) }'")).filter { $0.contains("elements") }
        }
    }
}
