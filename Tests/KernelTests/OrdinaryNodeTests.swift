import Addressing
import KernelTestKit
import SystemPackage
import Testing

extension KernelSuites {
    /// Nodes as they are in the field: packet filters, several networks, notes that are out of date. Clients say whether
    /// they are served; a green probe does not.
    @Suite struct OrdinaryNodeTests {
        let stage: Stage

        init() throws {
            stage = try Stage()
            try stage.addHost()
        }

        static let modes = ["route", "link"]

        private func start(
            _ vip: Endpoint, _ realServers: [String], mode: String, _ more: String = "", variables: [String] = []
        ) throws -> Lvscare {
            try Lvscare(
                "care --vs \(vip) --rs \(realServers.joined(separator: ",")) --mode \(mode) --interval 500ms",
                "--health-schem http --health-path /\(more)", variables: variables)
        }

        private func awaitReady(_ daemon: Lvscare) throws {
            try eventually("\(daemon.log)") { daemon.log.contains("virtual service is ready") }
        }

        // MARK: Packet filters

        /// A host firewall as firewalld and ufw set it up: what is not asked for and belongs to no connection is dropped.
        private static let stateful = [
            "-P INPUT DROP", "-A INPUT -i lo -j ACCEPT", "-A INPUT -m conntrack --ctstate INVALID -j DROP",
            "-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
        ]
        /// One rule is enough.
        private static let invalid = ["-A INPUT -m conntrack --ctstate INVALID -j DROP"]
        /// A kubelet's, against packets from elsewhere to loopback addresses.
        private static let kubelet = ["INPUT", "OUTPUT"].map { chain in
            "-A \(chain) ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP"
        }

        private func filter(_ rules: [String], _ family: IPAddress.Family) throws {
            let (command, icmp) =
                family == .ipv4
                ? ("iptables-legacy", "icmp") : ("ip6tables-legacy", "ipv6-icmp")
            try Shell.lines("\(command) -P INPUT ACCEPT; \(command) -F; \(command) -I INPUT -p \(icmp) -j ACCEPT")
            for rule in rules { try Shell.lines("\(command) \(rule)") }
        }

        private func unfilter() {
            for command in ["iptables-legacy", "ip6tables-legacy"] {
                _ = try? Shell.run("\(command) -P INPUT ACCEPT; \(command) -F")
            }
        }

        @Test(arguments: [(Stage.vip, "10.77.0.2:8083"), (Stage.vip6, "[fd77::2]:8083")], modes)
        func `clients are served behind a stateful packet filter, and reset when their real server is removed`(
            place: (vip: Endpoint, realServer: String), mode: String
        ) throws {
            defer { unfilter() }
            for rules in [Self.stateful, Self.invalid] {
                try filter(rules, place.vip.address.family)
                let server = try EchoServer(endpoint(place.realServer), in: "m1")
                let daemon = try start(place.vip, [place.realServer], mode: mode)
                try awaitReady(daemon)
                #expect(throws: Never.self, "\(daemon.log)") { try HTTPClient.get(place.vip) }
                let client = try HTTPClient(place.vip)
                _ = try client.get()
                server.stopListening()
                try eventually("removed: \(daemon.log)") { try stage.table() == [] }
                #expect(throws: Errno.connectionReset) { try client.get() }
                server.kill()
            }
        }

        @Test(arguments: modes)
        func `loopback real servers are served behind a kubelet's packet filter`(mode: String) throws {
            defer { unfilter() }
            try filter(Self.kubelet, .ipv4)
            let servers = try (8081...8082).map { try EchoServer(endpoint("127.0.0.1:\($0)")) }
            let daemon = try start(Stage.vip, servers.map { "\($0.endpoint)" }, mode: mode)
            try awaitReady(daemon)
            #expect(
                try HTTPClient.answers(of: Stage.vip)
                    == Set(servers.map { "\($0.endpoint) to 127.0.0.1" }), "\(daemon.log)")
        }

        /// The kernel cannot; who is out of reach for whom is said.
        @Test func `a loopback real server beside a remote one is named in a warning`() throws {
            let daemon = try start(Stage.vip, ["127.0.0.1:8081", "10.77.0.2:8083"], mode: "route")
            try awaitReady(daemon)
            let warnings = daemon.log.split(separator: "\n").filter {
                $0.contains("WARN") && $0.contains("KUBE-FIREWALL")
            }
            #expect(warnings.count == 1, "\(daemon.log)")
            for word in ["127.0.0.1:8081", "10.77.0.1", "address of this node"] {
                #expect(warnings.first?.contains(word) == true, "\(daemon.log)")
            }
        }

        // MARK: Several networks

        @Test(arguments: [
            (Stage.vip, "10.76.0.9:8082", "10.77.0.2:8083"), (Stage.vip6, "[fd76::9]:8082", "[fd77::2]:8083"),
        ])
        func `a dead real server behind another link does not decide on the source`(
            vip: Endpoint, dead: String, alive: String
        ) throws {
            try stage.addHostElsewhere()
            let server = try EchoServer(endpoint(alive), in: "m1")
            let daemon = try start(vip, [dead, alive], mode: "route", " --health-timeout 300ms")
            try eventually("served: \(daemon.log)") {
                (try? HTTPClient.get(vip))?.hasPrefix("\(server.endpoint) ") == true
            }
        }

        @Test func `route mode warns of a real server that knows this node by another address`() throws {
            try stage.addHostElsewhere()
            let servers = try [("10.77.0.2:8083", "m1"), ("10.76.0.2:8083", "m2")].map {
                try EchoServer(endpoint($0.0), in: $0.1)
            }
            let daemon = try start(Stage.vip, servers.map { "\($0.endpoint)" }, mode: "route")
            try awaitReady(daemon)
            for word in ["10.76.0.2 with the source 10.77.0.1", "10.76.0.1 on v4", "mode link"] {
                #expect(daemon.log.contains(word), "\(daemon.log)")
            }
        }

        // MARK: Notes and VIPs

        @Test func `a note of an address that the node no longer has is named in a warning and not used`() throws {
            let server = try EchoServer(endpoint("10.77.0.2:8083"), in: "m1")
            let daemon = try start(
                Stage.vip, ["\(server.endpoint)"], mode: "route", variables: ["LVSCARE_NODE_IP=10.77.0.99"])
            try awaitReady(daemon)
            #expect(try HTTPClient.get(Stage.vip) == "10.77.0.2:8083 to 10.77.0.1")
            #expect(daemon.log.contains("10.77.0.99, which LVSCARE_NODE_IP names"), "\(daemon.log)")
            #expect(try stage.routes(to: Stage.vip.address).first?.hasPrefix("local ") == true)
        }

        @Test(arguments: ["", " --run-once"])
        func `a VIP that is the default gateway is refused before anything is touched`(more: String) throws {
            try IPCommand.run("route add default via 10.77.0.2")
            let before = try Snapshot()
            let result = try Lvscare.run("care --vs 10.77.0.2:6443 --rs 10.77.0.3:6443\(more)")
            #expect(result.status == 64)
            #expect(result.error.contains("--vs \"10.77.0.2:6443\""), "\(result.error)")
            #expect(result.error.contains("default gateway"), "\(result.error)")
            try before.expectAgain("\(result.error)")
        }

        @Test func `a neighbour in use that has the VIP is named in a warning`() throws {
            // Known because this node has spoken to it.
            let server = try EchoServer(endpoint("10.77.0.2:8083"), in: "m1")
            _ = try HTTPClient.get(server.endpoint)
            let vip = endpoint("10.77.0.2:80")
            defer { _ = try? Lvscare.run("care --vs \(vip) -C") }
            let daemon = try start(vip, ["10.77.0.1:8081"], mode: "route")
            try awaitReady(daemon)
            #expect(daemon.log.contains("on v0 answers for 10.77.0.2"), "\(daemon.log)")
        }

        // MARK: IPv6 switched off

        @Test(arguments: modes)
        func `the service is ready only when the path is, and the sentence says what to do`(mode: String) throws {
            let server = try EchoServer(endpoint("[fd77::2]:8083"), in: "m1")
            try Shell.lines("sysctl -q -w net.ipv6.conf.lo.disable_ipv6=1")
            defer { _ = try? Shell.run("sysctl -q -w net.ipv6.conf.lo.disable_ipv6=0; ip -6 addr add ::1/128 dev lo") }
            let daemon = try start(Stage.vip6, ["\(server.endpoint)"], mode: mode)
            try eventually("\(daemon.log)") { daemon.log.contains("path to it is incomplete") }
            #expect(daemon.log.contains("net.ipv6.conf.lo.disable_ipv6=0"), "\(daemon.log)")
            #expect(!daemon.log.contains("virtual service is ready"), "\(daemon.log)")
            try Shell.lines("sysctl -q -w net.ipv6.conf.lo.disable_ipv6=0")
            try awaitReady(daemon)
            #expect(try HTTPClient.get(Stage.vip6) == "[fd77::2]:8083 to fd77::1")
        }
    }
}
