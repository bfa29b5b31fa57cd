import KernelTestKit
import Testing

@testable import NFTables

/// What other programs have in the packet filter, made by their commands in a network namespace of each test.
@Suite(.nftables) struct KernelRulesetInspectionTests {
    private let namespace: NetworkNamespace
    private let client: NFTablesClient

    init() throws {
        namespace = try NetworkNamespace()
        client = try namespace.client()
    }

    @Test func `finds the tables that see packets to this host, each once`() throws {
        let text = """
            table inet host {
                chain first { type filter hook input priority 0; }
                chain second { type filter hook input priority 5; }
            }
            table inet router {
                chain c { type filter hook forward priority 0; }
            }
            table ip host {
                chain c { type filter hook output priority 0; }
                chain d { }
            }
            """
        try namespace.nft("-f -", input: text)
        #expect(try client.inputTables(of: .inet) == [Table.Identity(.inet, "host")])
        #expect(try client.inputTables(of: .ip) == [])
        #expect(try client.inputTables(of: .ip6) == [])
    }

    @Test(arguments: [
        ("ct state established,related accept", true), ("ct state invalid drop", true),
        ("ct state vmap { established : accept, invalid : drop }", true), ("ct status dnat accept", true),
        ("ct original ip daddr 10.0.0.1 accept", false), ("tcp dport 80 accept", false), ("ct mark 1 accept", false),
    ])
    func `tells rules that go by the state of connections`(rule: String, isStateful: Bool) throws {
        try namespace.nft(
            "-f -", input: "table ip t { chain c { type filter hook input priority 0; tcp dport 1 drop; \(rule); }; }")
        #expect(try client.isStateful(Table.Identity(.ip, "t")) == isStateful)
        #expect(try client.isStateful(Table.Identity(.ip, "other")) == false)
    }

    @Test(
        .enabled(if: canUseIPTables, "this kernel has no nft_compat"),
        arguments: [
            ("-A INPUT -m conntrack --ctstate INVALID -j DROP", true), ("-A INPUT -m state --state ESTABLISHED", true),
            ("-A INPUT -p tcp -m tcp --dport 80 -j DROP", false),
        ])
    func `tells them in what iptables makes, too`(rule: String, isStateful: Bool) throws {
        try Shell.lines("ip netns exec \(namespace.name) iptables-nft \(rule)")
        let table = Table.Identity(.ip, "filter")
        #expect(try client.inputTables(of: .ip) == [table])
        #expect(try client.isStateful(table) == isStateful)
    }
}

/// Whether iptables can put its matches into nf_tables here.
private let canUseIPTables =
    (try? Shell.run("unshare --net iptables-nft -A INPUT -m conntrack --ctstate INVALID -j DROP").status) == 0
