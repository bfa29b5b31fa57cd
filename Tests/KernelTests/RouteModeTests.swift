import Addressing
import KernelTestKit
import SystemPackage
import Testing

extension KernelSuites {
    /// The daemon in route mode, with clients that go through the VIP.
    @Suite struct RouteModeTests {
        let stage: Stage

        init() throws { stage = try Stage() }

        @Test func `real servers on the loopback link answer in turn`() throws {
            let servers = try (8081...8083).map { try EchoServer(endpoint("127.0.0.1:\($0)")) }
            let daemon = try Lvscare(
                "care --vs \(Stage.vip) --rs 127.0.0.1:8081,127.0.0.1:8082 --rs 127.0.0.1:8083 --interval 500ms",
                "--health-schem http --health-path /")
            try eventually("the table is complete: \(daemon.log)") {
                try stage.table() == ["127.0.0.1:8081 1", "127.0.0.1:8082 1", "127.0.0.1:8083 1"]
            }
            try eventually { try stage.routes(to: Stage.vip.address).count == 1 }
            #expect(
                try stage.routes(to: Stage.vip.address)
                    == ["local 169.254.7.1 dev lo table local proto 76 scope host src 127.0.0.1"])
            #expect(try HTTPClient.answers(of: Stage.vip).count == 3)
            #expect(try Shell.lines("sysctl -n net.ipv4.vs.expire_nodest_conn") == ["1"])

            servers[1].kill()
            try eventually("quiesced") { try stage.table().contains("127.0.0.1:8082 0") }
            try eventually("removed") { try stage.table() == ["127.0.0.1:8081 1", "127.0.0.1:8083 1"] }
            #expect(try HTTPClient.answers(of: Stage.vip).count == 2)

            let restarted = try EchoServer(endpoint("127.0.0.1:8082"))
            try eventually("restored") { try stage.table().contains("127.0.0.1:8082 1") }
            #expect(try HTTPClient.answers(of: Stage.vip).contains("\(restarted.endpoint) to 127.0.0.1"))
            #expect(daemon.terminate() == 0)
            #expect(try stage.table().count == 3, "the table stays")
        }

        @Test func `real servers on the loopback link answer in IPv6`() throws {
            let servers = try (8081...8082).map { try EchoServer(endpoint("[::1]:\($0)")) }
            let daemon = try Lvscare(
                "care --vs \(Stage.vip6) --rs [::1]:8081 --rs [::1]:8082 --interval 500ms",
                "--health-schem http --health-path /")
            try eventually { try stage.routes(to: Stage.vip6.address).count == 1 }
            #expect(try HTTPClient.answers(of: Stage.vip6) == Set(servers.map { "\($0.endpoint) to ::1" }))
            servers[0].kill()
            try eventually("removed: \(daemon.log)") { try stage.table() == ["[::1]:8082 1"] }
            #expect(try HTTPClient.answers(of: Stage.vip6) == ["[::1]:8082 to ::1"])
        }

        @Test(arguments: [
            (Stage.vip, ["127.0.0.1:8081", "10.77.0.1:8082", "10.77.0.2:8083"], "10.77.0.1"),
            (Stage.vip6, ["[::1]:8081", "[fd77::1]:8082", "[fd77::2]:8083"], "fd77::1"),
        ])
        func `real servers here and elsewhere answer`(vip: Endpoint, realServers: [String], source: String) throws {
            try stage.addHost()
            let servers = try realServers.enumerated().map {
                try EchoServer(endpoint($1), in: $0 == 2 ? "m1" : nil)
            }
            let daemon = try Lvscare(
                "care --vs \(vip) --rs \(realServers.joined(separator: ",")) --interval 500ms",
                "--health-schem http --health-path /")
            try eventually { try stage.routes(to: vip.address).count == 1 }
            #expect(try (stage.routes(to: vip.address)[0] + " ").contains(" src \(source) "))
            try eventually("complete: \(daemon.log)") { try stage.table().count == 3 }
            #expect(try HTTPClient.answers(of: vip) == Set(servers.map { "\($0.endpoint) to \(source)" }))
        }

        @Test func `an own address is the source and another is a gateway`() throws {
            try stage.addHost()
            try IPCommand.run("addr add 10.77.0.9/24 dev v0")
            let source = try Lvscare.run(
                "care --vs \(Stage.vip) --rs 10.77.0.2:8081 --ip 10.77.0.9 --run-once")
            #expect(source.status == 0)
            #expect(
                try stage.routes(to: Stage.vip.address)
                    == ["local 169.254.7.1 dev lo table local proto 76 scope host src 10.77.0.9"])

            let gateway = try Lvscare.run(
                "care --vs \(Stage.vip) --rs 10.77.0.2:8081 --ip 10.77.0.2 --run-once")
            #expect(gateway.status == 0)
            #expect(
                try stage.routes(to: Stage.vip.address) == ["169.254.7.1 via 10.77.0.2 dev v0 proto 76 metric 50"],
                "our other route is gone")

            let unreachable = try Lvscare.run(
                "care --vs \(Stage.vip) --rs 10.77.0.2:8081 --ip 203.0.113.1 --run-once")
            #expect(unreachable.status == 1)
            #expect(unreachable.error.contains("203.0.113.1"))
        }

        @Test func `the source follows the node`() throws {
            try stage.addHost()
            let server = try EchoServer(endpoint("10.77.0.2:8083"), in: "m1")
            let daemon = try Lvscare(
                "care --vs \(Stage.vip) --rs \(server.endpoint) --interval 500ms --health-schem http --health-path /")
            try eventually { try stage.routes(to: Stage.vip.address).first?.contains("src 10.77.0.1") == true }
            try IPCommand.run(["addr add 10.77.0.5/24 dev v0", "addr del 10.77.0.1/24 dev v0"])
            _ = try? Shell.run("ip addr add 10.77.0.5/24 dev v0")
            try eventually("\(daemon.log)") {
                try stage.routes(to: Stage.vip.address).first?.contains("src 10.77.0.5") == true
            }
            #expect(try HTTPClient.get(Stage.vip) == "10.77.0.2:8083 to 10.77.0.5")
        }

        @Test func `a service without a mode has no route`() throws {
            let result = try Lvscare.run("care --vs \(Stage.vip) --rs 127.0.0.1:8081 --mode= --run-once")
            #expect(result.status == 0)
            #expect(try stage.table() == ["127.0.0.1:8081 1"])
            #expect(try stage.routes(to: Stage.vip.address) == [])
        }

        @Test func `clients of a removed real server are reset at their next packet`() throws {
            let servers = try (8081...8082).map { try EchoServer(endpoint("127.0.0.1:\($0)")) }
            let daemon = try Lvscare(
                "care --vs \(Stage.vip) --rs 127.0.0.1:8081 --rs 127.0.0.1:8082 --interval 500ms",
                "--health-schem http --health-path /")
            try eventually("\(daemon.log)") { try stage.routes(to: Stage.vip.address).count == 1 }
            let clients = try HTTPClient.ofDifferentServers(2, behind: Stage.vip)
            let first = try clients.map { try $0.get() }
            let victim = try #require(first.firstIndex { $0.hasPrefix("127.0.0.1:8081") })

            // It answers nobody new but lets connections stand, like a host that hangs.
            servers[0].stopListening()
            try eventually("quiesced") { try stage.table().contains("127.0.0.1:8081 0") }
            #expect(try clients[victim].get() == first[victim], "existing connections go on while it is quiescent")
            try eventually("removed") { try stage.table() == ["127.0.0.1:8082 1"] }
            #expect(throws: Errno.connectionReset) { try clients[victim].get() }
            #expect(try clients[1 - victim].get() == first[1 - victim])
        }

        @Test func `a silent real server delays no client`() throws {
            let servers = try (8081...8083).map { try EchoServer(endpoint("127.0.0.1:\($0)")) }
            servers[0].isSilent = true
            let daemon = try Lvscare(
                "care --vs \(Stage.vip) --rs 127.0.0.1:8081,127.0.0.1:8082,127.0.0.1:8083 --interval 300ms",
                "--health-schem http --health-path / --health-timeout 60s")
            try eventually { try stage.table().count == 3 }
            servers[1].kill()
            // Long before the silent one's timeout.
            try eventually("\(daemon.log)") { try stage.table() == ["127.0.0.1:8081 1", "127.0.0.1:8083 1"] }
            let began = ContinuousClock.now
            #expect(daemon.terminate() == 0)
            #expect(ContinuousClock.now - began < .seconds(30), "nor the end of the process")
        }
    }
}
