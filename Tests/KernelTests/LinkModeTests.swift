import Addressing
import Foundation
import KernelTestKit
import Testing

extension KernelSuites {
    /// Link mode as far as it does not depend on nf_tables: the link, the VIP on it, clients on this node.
    @Suite struct LinkModeTests {
        let stage: Stage
        let flags =
            "care --vs \(Stage.vip) --rs 127.0.0.1:8081 --mode link --interval 500ms --health-schem http"
            + " --health-path /"

        init() throws { stage = try Stage() }

        static let settings = Stage.settings.map { "net.ipv4.vs.\($0)=1" }

        @Test(arguments: [
            (Stage.vip, ["127.0.0.1:8081", "10.77.0.1:8082", "10.77.0.2:8083"], "10.77.0.1"),
            (Stage.vip6, ["[::1]:8081", "[fd77::1]:8082", "[fd77::2]:8083"], "fd77::1"),
        ])
        func `clients on this node reach every real server`(vip: Endpoint, realServers: [String], source: String) throws
        {
            try stage.addHost()
            let servers = try realServers.enumerated().map {
                try EchoServer(endpoint($1), in: $0 == 2 ? "m1" : nil)
            }
            let daemon = try Lvscare(
                "care --vs \(vip) --rs \(realServers.joined(separator: ",")) --mode link --interval 500ms",
                "--health-schem http --health-path /")
            try eventually("\(daemon.log)") { daemon.log.contains("virtual service is ready") }
            let link = try Shell.lines("ip -d link show lvscare").joined()
            #expect(link.contains(" dummy "))
            #expect(link.contains("alias made by lvscare"))
            #expect(link.contains(",UP"))
            #expect(try stage.addresses(on: "lvscare") == ["\(CIDR(host: vip.address))"])
            #expect(
                try Shell.lines("sysctl " + Stage.settings.map { "net.ipv4.vs.\($0)" }.joined(separator: " "))
                    .map { $0.replacingOccurrences(of: " ", with: "") } == Self.settings)
            #expect(
                try HTTPClient.answers(of: vip)
                    == Set(servers.map { "\($0.endpoint) to \(source)" }), "\(daemon.log)")
            #expect(daemon.terminate() == 0)

            let clean = try Lvscare.run("care --vs \(vip) -C")
            #expect(clean.status == 0)
            for part in ["link lvscare type dummy", "address \(CIDR(host: vip.address)) dev lvscare", "route local"] {
                #expect(clean.error.contains("removed \(part)"), "\(clean.error)")
            }
            #expect(clean.error.contains("kernel settings left unchanged"))
            #expect(try Shell.run("ip link show lvscare").status != 0)
            #expect(try stage.routes(to: vip.address) == [])
            #expect(try Lvscare.run("care --vs \(vip) -C").error.contains("nothing to remove"))
        }

        @Test(arguments: [
            "ip link del lvscare", "ip link set lvscare down", "ip addr del 169.254.7.1/32 dev lvscare",
            "ip addr flush dev lvscare",
            "ip route del table local 169.254.7.1 proto 76", "ip route flush table local exact 169.254.7.1",
            "sysctl -w net.ipv4.vs.conntrack=0 net.ipv4.vs.expire_quiescent_template=0",
        ])
        func `a change of another program is repaired`(command: String) throws {
            let server = try EchoServer(endpoint("127.0.0.1:8081"))
            let daemon = try Lvscare(flags)
            try eventually("\(daemon.log)") { daemon.log.contains("virtual service is ready") }
            func state() throws -> [String] {
                try stage.addresses(on: "lvscare")
                    + stage.routes(to: Stage.vip.address).filter { $0.contains("proto 76") }
                    + Stage.settings.map { try Shell.lines("sysctl -n net.ipv4.vs.\($0)").joined() }
                    + Shell.run("ip -o link show lvscare up").lines.map { $0.contains("dummy") ? "?" : "link is up" }
            }
            let right = try state()
            #expect(right.last == "link is up")
            try Shell.lines(command)
            try eventually("\(command): \(daemon.log)") { try state() == right }
            #expect(try HTTPClient.get(Stage.vip) == "\(server.endpoint) to 127.0.0.1")
            try eventually("\(daemon.log)") { daemon.log.contains("repaired") }
        }

        /// Packets that find no local route must not vanish in the dummy link: clients would wait in vain, and the kernel
        /// forgets a masqueraded connection whose packets leave by another link.
        @Test func `the address brings no route into the link`() throws {
            #expect(
                try Lvscare.run("care --vs \(Stage.vip6) --rs [::1]:8081 --mode link --run-once").status == 0)
            #expect(try stage.addresses(on: "lvscare") == ["fd99::7/128"])
            #expect(try Shell.lines("ip -6 route show table all \(Stage.vip6.address)").count == 1)
            #expect(try Shell.lines("ip -6 route show table main \(Stage.vip6.address)") == [])
        }

        @Test func `an IPv6 address that vanished with the link is repaired`() throws {
            try stage.addHost()
            let server = try EchoServer(endpoint("[fd77::2]:8083"), in: "m1")
            let daemon = try Lvscare(
                "care --vs \(Stage.vip6) --rs \(server.endpoint) --mode link --interval 500ms",
                "--health-schem http --health-path /")
            try eventually("\(daemon.log)") { daemon.log.contains("virtual service is ready") }
            for command in ["down", "up"] {
                try Shell.lines("ip link set lvscare \(command)")
                try eventually("\(command): \(daemon.log)") {
                    try stage.addresses(on: "lvscare") == ["fd99::7/128"]
                        && (try? HTTPClient.get(Stage.vip6)) == "\(server.endpoint) to fd77::1"
                }
            }
        }

        @Test func `two services share a link`() throws {
            let other = endpoint("169.254.7.2:80")
            defer { _ = try? Lvscare.run("care --vs \(other) -C") }
            for vip in [Stage.vip, other] {
                #expect(try Lvscare.run("care --vs \(vip) --rs 127.0.0.1:8081 --mode link --run-once").status == 0)
            }
            #expect(try stage.addresses(on: "lvscare") == ["169.254.7.1/32", "169.254.7.2/32"])
            let clean = try Lvscare.run("care --vs \(Stage.vip) -C")
            #expect(!clean.error.contains("removed link"))
            #expect(try stage.addresses(on: "lvscare") == ["169.254.7.2/32"])
            #expect(try Lvscare.run("care --vs \(other) -C").error.contains("removed link"))
        }

        @Test func `the link has the name that is asked for, and is found without it`() throws {
            #expect(
                try Lvscare.run("care --vs \(Stage.vip) --rs 127.0.0.1:8081 --mode link -i other --run-once").status
                    == 0)
            #expect(try stage.addresses(on: "other") == ["169.254.7.1/32"])
            #expect(try Lvscare.run("care --vs \(Stage.vip) -C").error.contains("removed link other type dummy"))
            #expect(try Shell.run("ip link show other").status != 0)
        }

        @Test func `the original's link is taken over`() throws {
            try IPCommand.run(["link add lvscare type dummy", "addr add 169.254.7.1/32 dev lvscare"])
            let index = try Shell.lines("cat /sys/class/net/lvscare/ifindex")
            #expect(try Lvscare.run("care --vs \(Stage.vip) --rs 127.0.0.1:8081 --mode link --run-once").status == 0)
            #expect(try Shell.lines("cat /sys/class/net/lvscare/ifindex") == index)
            #expect(try Shell.lines("cat /sys/class/net/lvscare/ifalias") == ["made by lvscare"])
            #expect(try stage.addresses(on: "lvscare") == ["169.254.7.1/32"])
            #expect(try Lvscare.run("care --vs \(Stage.vip) -C").status == 0)
            #expect(try Shell.run("ip link show lvscare").status != 0)
        }

        @Test func `the link of another program is used and stays`() throws {
            try IPCommand.run(["link add other type dummy", "addr add 10.79.0.1/24 dev other"])
            let words = "care --vs \(Stage.vip) --mode link -i other"
            #expect(try Lvscare.run("\(words) --rs 127.0.0.1:8081 --run-once").status == 0)
            #expect(try stage.addresses(on: "other") == ["10.79.0.1/24", "169.254.7.1/32"])
            #expect(try Lvscare.run("\(words) -C").status == 0)
            #expect(try stage.addresses(on: "other") == ["10.79.0.1/24"])
            #expect(try Shell.run("cat /sys/class/net/other/ifalias").lines == [])
        }

        @Test func `a link that is no dummy is refused and everything rolled back`() throws {
            try stage.addHost()
            let before = try Shell.lines("ip route show table all; ip addr")
            let result = try Lvscare.run(
                "care --vs \(Stage.vip) --rs 127.0.0.1:8081 --mode link -i v0 --run-once")
            #expect(result.status == 1)
            #expect(result.error.contains("not a dummy link"))
            #expect(result.error.contains("--iface"))
            #expect(try IPVSOracle.saved() == [])
            #expect(try Shell.lines("ip route show table all; ip addr") == before)
        }

        @Test func `the other mode takes over`() throws {
            let server = try EchoServer(endpoint("127.0.0.1:8081"))
            for mode in ["route", "link", "route"] {
                #expect(
                    try Lvscare.run("care --vs \(Stage.vip) --rs \(server.endpoint) --mode \(mode) --run-once").status
                        == 0)
                #expect(try (Shell.run("ip link show lvscare").status == 0) == (mode == "link"))
                #expect(try HTTPClient.get(Stage.vip) == "127.0.0.1:8081 to 127.0.0.1")
            }
        }
    }

    /// What a kernel without nf_tables, such as user-mode Linux, makes of link mode.
    @Suite(.enabled(if: !hasNFTables, "this kernel has nf_tables")) struct WithoutPacketFilterTests {
        let stage: Stage

        init() throws { stage = try Stage() }

        @Test func `one warning names what is missing and its consequence`() throws {
            let server = try EchoServer(endpoint("127.0.0.1:8081"))
            let daemon = try Lvscare(
                "care --vs \(Stage.vip) --rs \(server.endpoint) --mode link --interval 200ms --health-schem http",
                "--health-path / --logger DEBG")
            // Several passes, as the probes show.
            try eventually("\(daemon.log)") { daemon.log.components(separatedBy: "probe succeeded").count > 10 }
            let warnings = daemon.log.split(separator: "\n").filter { $0.contains("WARN") && $0.contains("nf_tables") }
            #expect(warnings.count == 1, "\(daemon.log)")
            #expect(warnings.first?.contains("clients that are routed through this node do not reach remote") == true)
            #expect(!daemon.log.contains("ERROR"))
            #expect(try HTTPClient.get(Stage.vip) == "127.0.0.1:8081 to 127.0.0.1")
        }
    }
}

/// Whether this kernel has nf_tables in the families that link mode needs.
let hasNFTables = (try? Shell.run("unshare --net nft add table ip probe").status) == 0
