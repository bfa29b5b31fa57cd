import Addressing
import Foundation
import KernelTestKit
import NFTables
import Testing

extension KernelSuites {
    /// The part of link mode that needs nf_tables: clients whose packets are routed through this node.
    @Suite(.nftables)
    struct LinkModeNFTablesTests {
        let stage: Stage

        init() throws {
            stage = try Stage()
            try Shell.lines("nft flush ruleset")
        }

        private func start(_ vip: Endpoint, _ realServers: [String], _ more: String = "") throws -> Lvscare {
            let daemon = try Lvscare(
                "care --vs \(vip) --rs \(realServers.joined(separator: ",")) --mode link",
                "--health-schem http --health-path /\(more)")
            try eventually(within: .seconds(30), "\(daemon.log)") { daemon.log.contains("virtual service is ready") }
            return daemon
        }

        private func routedClient(_ vip: Endpoint) throws -> String {
            try Shell.lines("ip netns exec c1 curl -sS --max-time 5 http://\(vip)/").joined()
        }

        @Test(arguments: [
            (Stage.vip, ["10.77.0.1:8082", "10.77.0.2:8083"], "10.77.0.1", "10.78.0.2"),
            (Stage.vip6, ["[fd77::1]:8082", "[fd77::2]:8083"], "fd77::1", "fd78::2"),
        ])
        func `clients reach real servers here and elsewhere`(
            vip: Endpoint, realServers: [String], node: String, client: String
        ) throws {
            try stage.addHost()
            try stage.addRoutedClient()
            let servers = try realServers.enumerated().map {
                try EchoServer(endpoint($1), in: $0 == 1 ? "m1" : nil)
            }
            let daemon = try start(vip, realServers)
            defer { withExtendedLifetime(servers) {} }
            #expect(!daemon.log.contains("WARN"), "\(daemon.log)")
            // The one on this node sees the client itself, the other one this node.
            #expect(
                try Set((0..<6).map { _ in try routedClient(vip) })
                    == ["\(realServers[0]) to \(client)", "\(realServers[1]) to \(node)"])
            #expect(
                try HTTPClient.answers(of: vip)
                    == ["\(realServers[0]) to \(node)", "\(realServers[1]) to \(node)"])
            #expect(daemon.terminate() == 0)
            let clean = try Lvscare.run("care --vs \(vip) -C")
            #expect(
                clean.error.contains(
                    "removed element \(vip.address.family == .ipv4 ? "ip" : "ip6") lvscare-bit-0 services"))
            #expect(try Shell.lines("nft list ruleset") == [])
        }

        /// Real servers in two networks, each of which knows this node by its address there and no way to the other.
        @Test(arguments: [
            (Stage.vip, ["10.77.0.2:8083", "10.76.0.2:8083"], ["10.77.0.1", "10.76.0.1"]),
            (Stage.vip6, ["[fd77::2]:8083", "[fd76::2]:8083"], ["fd77::1", "fd76::1"]),
        ])
        func `clients reach real servers that know this node by another address`(
            vip: Endpoint, realServers: [String], sources: [String]
        ) throws {
            try stage.addHost()
            try stage.addHostElsewhere()
            let servers = try zip(realServers, ["m1", "m2"]).map { try EchoServer(endpoint($0), in: $1) }
            let daemon = try start(vip, realServers)
            #expect(
                try HTTPClient.answers(of: vip)
                    == Set(zip(servers, sources).map { "\($0.endpoint) to \($1)" }), "\(daemon.log)")
            #expect(!daemon.log.contains("one source address"), "\(daemon.log)")
            let rules = try Shell.lines("nft list ruleset").joined()
            #expect(rules.contains(". \"v4\"") && !rules.contains(". \"v0\""), "\(rules)")
        }

        /// Every node of a cluster has the VIP; the network in which it lies may have a real holder of it.
        @Test(arguments: ["route", "link"])
        func `hosts of the network in which the VIP lies are not told that this node has it`(mode: String) throws {
            try stage.addHost()
            let vip = endpoint("10.77.0.99:80")
            let server = try EchoServer(endpoint("10.77.0.1:8081"))
            let daemon = try Lvscare(
                "care --vs \(vip) --rs \(server.endpoint) --mode \(mode) --health-schem http --health-path /")
            defer { _ = try? Lvscare.run("care --vs \(vip) -C") }
            try eventually(within: .seconds(30), "\(daemon.log)") { daemon.log.contains("virtual service is ready") }
            #expect(try HTTPClient.get(vip) == "\(server.endpoint) to 10.77.0.1")
            func asked(_ address: IPAddress) throws -> String {
                _ = try Shell.run("ip netns exec m1 curl -sS --max-time 3 http://\(address):8081/")
                return try Shell.run("ip -n m1 neighbour show \(address) dev v1").output
            }
            #expect(try !asked(vip.address).contains("lladdr"), "\(daemon.log)")
            #expect(try asked(server.endpoint.address).contains("lladdr"))
            #expect(daemon.terminate() == 0)
            #expect(
                try Lvscare.run("care --vs \(vip) -C").error.contains("removed element arp lvscare vips { 10.77.0.99 }")
            )
            #expect(try asked(vip.address).contains("lladdr") == false, "nobody has it any more")
        }

        /// As iptables keeps them in nf_tables. They are shown at the start and after the cleanup, and left alone.
        @Test func `rules that the original left are shown`() throws {
            let rules = ["table ip nat { chain VIRTUAL-SERVICES { }; chain KUBE-SERVICES { }; }"]
            try Shell.lines("nft '\(rules[0])'")
            try Shell.lines("nft 'table ip filter { chain VIRTUAL-CANARY { }; }'")
            let before = try Shell.lines("nft list ruleset")
            let daemon = try start(Stage.vip, ["127.0.0.1:8081"])
            let shown = "chains=\"nat VIRTUAL-SERVICES, filter VIRTUAL-CANARY\""
            try eventually("\(daemon.log)") { daemon.log.contains(shown) }
            #expect(!daemon.log.contains("KUBE"))
            #expect(daemon.terminate() == 0)
            let clean = try Lvscare.run("care --vs \(Stage.vip) -C")
            #expect(clean.status == 0)
            #expect(clean.error.contains(shown), "\(clean.error)")
            #expect(try Shell.lines("nft list ruleset") == before)
        }

        @Test func `the rules are those of the text form`() throws {
            let vip = Stage.vip
            _ = try start(vip, ["127.0.0.1:8081"], " --masqueradebit 14")
            let made = try Shell.lines("nft list ruleset").map { $0.trimmingCharacters(in: .whitespaces) }
            let service = "ip daddr . meta l4proto . th dport"
            let original = "ct original ip daddr . meta l4proto . ct original proto-dst"
            for line in [
                "elements = { \(vip.address) . tcp . 80 }", "elements = { \(vip.address) . tcp . 80 . 127.0.0.1 }",
                "\(service) @services meta mark set meta mark | 0x00004000", "\(service) . ip saddr @sources accept",
                "oifname != \"lo\" meta mark & 0x00004000 == 0x00004000 meta l4proto tcp \(original) @services "
                    + "masquerade fully-random",
            ] {
                #expect(made.contains(line), "\(line): \(made)")
            }
            #expect(made.first == "table ip lvscare-bit-14 {")
            #expect(made.count { $0.contains(" hook ") } == 3)
        }

        @Test(arguments: [
            "nft flush ruleset", "nft delete table ip lvscare-bit-0",
            "nft flush chain ip lvscare-bit-0 postrouting",
            "nft insert rule ip lvscare-bit-0 output drop",
            "nft add table ip lvscare-bit-0 '{ flags dormant; }'",
        ])
        func `a change of another program is repaired`(command: String) throws {
            let daemon = try start(Stage.vip, ["127.0.0.1:8081"])
            let right = try Shell.lines("nft list ruleset")
            try Shell.lines(command)
            try eventually(within: .seconds(30), "\(command): \(daemon.log)") {
                try Shell.lines("nft list ruleset") == right
            }
            try eventually("\(daemon.log)") { daemon.log.contains("repaired") }
        }

        /// Nothing but the kernel's notice can make it look: the intervals are hours.
        @Test func `flushed rules are back at once and clients on this node notice nothing`() throws {
            try stage.addHost()
            let server = try EchoServer(endpoint("10.77.0.2:8083"), in: "m1")
            let daemon = try start(Stage.vip, ["\(server.endpoint)"], " --repair-interval 1h --interval 1h")
            let right = try Shell.lines("nft list ruleset")
            let client = try HTTPClient(Stage.vip)
            let answer = try client.get()
            for _ in 0..<3 {
                try Shell.lines("nft flush ruleset")
                #expect(try client.get() == answer)
                try eventually(within: .seconds(30), "\(daemon.log)") { try Shell.lines("nft list ruleset") == right }
                #expect(try client.get() == answer)
            }
        }

        /// Clients that talk all the time meet the moment in which the kernel begins to track connections again.
        @Test(arguments: [
            (Stage.vip, "10.77.0.2:8083", Table.Identity(.ip, "lvscare-bit-0")),
            (Stage.vip6, "[fd77::2]:8083", Table.Identity(.ip6, "lvscare-bit-0")),
        ])
        func `keeps the connections of this node's clients however often rules are deleted`(
            vip: Endpoint, realServer: String, identity: Table.Identity
        ) throws {
            try stage.addHost()
            let server = try EchoServer(endpoint(realServer), in: "m1")
            let daemon = try start(vip, [realServer], " --interval 1h")
            defer { withExtendedLifetime(server) {} }
            let tables = try NFTablesClient()
            let right = try #require(try tables.table(identity))
            var flushed = right
            for index in flushed.chains.indices where flushed.chains[index].hook?.type == .nat {
                flushed.chains[index].rules = []
            }
            let clients = Traffic(to: vip, fresh: 0, keepAlive: 6, timeout: .seconds(30))
            for number in 0..<20 where clients.mishaps.isEmpty {
                if number.isMultiple(of: 2) { try tables.delete(identity) } else { try tables.replace(flushed) }
                try eventually(within: .seconds(30), "\(daemon.log)", pause: 1_000) {
                    try tables.table(identity) == right
                }
                try clients.flow(6)
            }
            #expect(clients.stop().mishaps.isEmpty, "\(clients.mishaps)")
        }

        @Test func `other tables and marks stay`() throws {
            try stage.addHost()
            try stage.addRoutedClient()
            let server = try EchoServer(endpoint("10.77.0.2:8083"), in: "m1")
            // Another program marks every packet with other bits, and looks at them afterwards.
            let foreign = """
                table ip foreign {
                    chain first { type filter hook prerouting priority raw; meta mark set 0xf0f0; }
                    chain last {
                        type filter hook postrouting priority 300;
                        ip daddr 10.77.0.2 tcp dport 8083 meta mark & 0xfffe == 0xf0f0 counter
                    }
                }
                """
            try Shell.lines("nft -f -", input: foreign)
            let before = try Shell.lines("nft -s list table ip foreign")
            let daemon = try start(Stage.vip, ["\(server.endpoint)"])
            #expect(try routedClient(Stage.vip) == "10.77.0.2:8083 to 10.77.0.1", "\(daemon.log)")
            let counter = try Shell.lines("nft list table ip foreign").first { $0.contains("counter") } ?? ""
            #expect(!counter.contains("packets 0 "), "\(counter)")
            #expect(daemon.terminate() == 0)
            #expect(try Lvscare.run("care --vs \(Stage.vip) -C").status == 0)
            #expect(try Shell.lines("nft -s list ruleset") == before)
        }
    }
}
