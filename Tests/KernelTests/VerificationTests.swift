import Addressing
import Glibc
import KernelTestKit
import Testing

extension KernelSuites {
    /// The daemon as a client of its VIP: two real servers on this node and one on another host, in both modes and families.
    @Suite struct VerificationTests {
        static let scenes: [(vip: Endpoint, mode: String)] = [Stage.vip, Stage.vip6].flatMap { vip in
            ["route", "link"].map { (vip, $0) }
        }

        let stage: Stage

        init() throws {
            stage = try Stage()
            try stage.addHost()
            Self.flushFilters()
        }

        private static func flushFilters() {
            for place in ["", "ip netns exec m1 "] {
                for family in ["iptables", "ip6tables"] { _ = try? Shell.run("\(place)\(family)-legacy -F") }
            }
        }

        private func servers(_ vip: Endpoint) throws -> [EchoServer] {
            let places =
                vip.address.family == .ipv4
                ? ["127.0.0.1:8081", "10.77.0.1:8082", "10.77.0.2:8083"]
                : ["[::1]:8081", "[fd77::1]:8082", "[fd77::2]:8083"]
            return try places.enumerated().map { try EchoServer(endpoint($1), in: $0 == 2 ? "m1" : nil) }
        }

        private func words(_ vip: Endpoint, _ mode: String, _ servers: [EchoServer]) -> String {
            let places = servers.map { "\($0.endpoint)" }.joined(separator: ",")
            return "care --vs \(vip) --rs \(places) --mode \(mode) --interval 500ms --health-timeout 1s"
                + " --health-schem http --health-path / --logger DEBG"
        }

        private func family(_ vip: Endpoint) -> String { vip.address.family == .ipv4 ? "iptables" : "ip6tables" }

        private func lines(_ text: String, in daemon: Lvscare) -> [String] {
            daemon.log.split(separator: "\n").map(String.init).filter { $0.contains(text) }
        }

        @Test(arguments: scenes)
        func `verifies a path on which each real server is reached`(vip: Endpoint, mode: String) throws {
            let servers = try servers(vip)
            let daemon = try Lvscare(words(vip, mode, servers))
            try eventually("\(daemon.log)") { !lines("path verified", in: daemon).isEmpty }
            for server in servers {
                #expect(
                    lines("path verified", in: daemon).first?.contains("\(server.endpoint)") == true, "\(daemon.log)")
            }
            #expect(!daemon.log.contains("not answered"))
        }

        @Test(arguments: scenes)
        func `tells of a stateful packet filter that clients do not get through, and of its end`(
            vip: Endpoint, mode: String
        ) throws {
            let servers = try servers(vip)
            let remote = servers[2].endpoint
            defer { Self.flushFilters() }
            try Shell.lines("\(family(vip))-legacy -A INPUT ! -i lo -m conntrack --ctstate INVALID -j DROP")
            let daemon = try Lvscare(words(vip, mode, servers), prefix: withoutTracking)
            try eventually(within: .seconds(40), "\(daemon.log)") { !lines("not answered", in: daemon).isEmpty }
            let warning = try #require(lines("not answered", in: daemon).first)
            #expect(warning.contains("WARN"))
            #expect(warning.contains("real-servers=\(remote) "), "\(warning)")
            #expect(warning.contains("sysctl -w net.ipv4.vs.conntrack=1"), "\(warning)")
            #expect(!daemon.log.contains("quiesce "))
            #expect(try stage.table() == servers.map { "\($0.endpoint) 1" }.sorted())

            Self.flushFilters()
            try eventually(within: .seconds(40), "\(daemon.log)") { !lines("answered again", in: daemon).isEmpty }
            #expect(lines("not answered", in: daemon).count == 1)
        }

        @Test(arguments: [Stage.vip, Stage.vip6])
        func `tells of a firewall that admits probes and no clients`(vip: Endpoint) throws {
            let servers = try servers(vip)
            defer { Self.flushFilters() }
            try Shell.lines(
                "ip netns exec m1 \(family(vip))-legacy -A INPUT -p tcp --dport 8083 --sport 32768:60999 -j DROP")
            // Rules of other tests have loaded the kernel's module for states.
            try Shell.lines("sysctl -q -w net.ipv4.vs.conntrack=1")
            let daemon = try Lvscare(words(vip, "route", servers))
            try eventually(within: .seconds(40), "\(daemon.log)") { !lines("not answered", in: daemon).isEmpty }
            let warning = try #require(lines("not answered", in: daemon).first)
            #expect(warning.contains("\(servers[2].endpoint)"), "\(warning)")
            #expect(warning.contains("ip_local_port_range"), "\(warning)")
            #expect(try stage.table() == servers.map { "\($0.endpoint) 1" }.sorted())
        }

        @Test(arguments: ["--verify-path=false", "--mode="])
        func `sends nothing where it is off or somebody else sees to the path`(flag: String) throws {
            let servers = try servers(Stage.vip)
            let daemon = try Lvscare(words(Stage.vip, "route", servers) + " " + flag)
            // Long after the first round would have begun.
            try eventually(within: .seconds(20), "\(daemon.log)") { lines("probe succeeded", in: daemon).count >= 18 }
            #expect(!daemon.log.contains("path verified"))
            #expect(try Shell.lines("cat /proc/net/ip_vs_conn").count <= 1)
        }

        @Test func `check tells who answers through the VIP, and fails for one that does not`() throws {
            let servers = try servers(Stage.vip)
            defer { Self.flushFilters() }
            let daemon = try Lvscare(words(Stage.vip, "route", servers))
            try eventually("\(daemon.log)") { daemon.log.contains("path verified") }
            let places = servers.map { "\($0.endpoint)" }.joined(separator: ",")
            let check = "check --vs \(Stage.vip) --rs \(places) --health-schem http --health-path / --health-timeout 1s"
            let good = try Lvscare.run(check)
            #expect(good.status == 0, "\(good.error)")
            #expect(good.output.split(separator: "\n").prefix(4).count { $0.contains("  yes ") } == 3, "\(good.output)")

            try Shell.lines("ip netns exec m1 iptables-legacy -A INPUT -p tcp --dport 8083 --sport 32768:60999 -j DROP")
            let bad = try Lvscare.run(check)
            #expect(bad.status == 1)
            #expect(bad.error == "lvscare: 1 of 3 real servers does not answer through the virtual service\n")
            #expect(bad.output.split(separator: "\n").count { $0.hasSuffix("  no") } == 1, "\(bad.output)")
        }
    }
}

/// What starts a daemon that finds `net.ipv4.vs.conntrack` at 0 and cannot set it, because of a mount that it alone sees.
private let withoutTracking: String = {
    let setting = "/proc/sys/net/ipv4/vs/conntrack"
    return """
        unshare --mount --propagation private sh -c \
        'mount --bind \(setting) \(setting) && mount -o remount,ro,bind \(setting) && exec "$@"' sh
        """
}()

extension KernelSuites {
    /// The likely cause where it is in nf_tables.
    @Suite(.nftables) struct VerificationNFTablesTests {
        let stage: Stage

        init() throws {
            stage = try Stage()
            try stage.addHost()
            try Shell.lines("nft flush ruleset")
        }

        @Test(arguments: [(Stage.vip, "10.77.0.2:8083"), (Stage.vip6, "[fd77::2]:8083")])
        func `names the stateful rules that keep clients from an answer`(vip: Endpoint, remote: String) throws {
            let server = try EchoServer(endpoint(remote), in: "m1")
            defer { _ = try? Shell.run("nft flush ruleset") }
            let rules = """
                table inet firewall {
                    chain input {
                        type filter hook input priority 0; policy drop;
                        iif lo accept
                        ct state established,related accept
                        meta l4proto ipv6-icmp accept
                    }
                }
                """
            try Shell.lines("nft -f -", input: rules)
            let daemon = try Lvscare(
                "care --vs \(vip) --rs \(server.endpoint) --interval 1s --health-timeout 5s --health-schem http",
                "--health-path / --logger DEBG", prefix: withoutTracking)
            try eventually(within: .seconds(120), "\(daemon.log)") { daemon.log.contains("not answered") }
            #expect(daemon.log.contains("sysctl -w net.ipv4.vs.conntrack=1"), "\(daemon.log)")
            try Shell.lines("nft flush ruleset")
            try eventually(within: .seconds(120), "\(daemon.log)") { daemon.log.contains("answered again") }
        }
    }
}
