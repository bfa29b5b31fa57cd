import Addressing
import KernelTestKit
import SystemPackage
import Testing

extension KernelSuites {
    /// How soon and how patiently the daemon answers failures, with an interval of a minute where it must not matter.
    @Suite struct ReactionTests {
        let stage: Stage
        let servers: [EchoServer]
        let flags = "care --vs \(Stage.vip) --rs 127.0.0.1:8081,127.0.0.1:8082 --health-schem http --health-path /"
        let complete = ["127.0.0.1:8081 1", "127.0.0.1:8082 1"]
        /// Far below the interval, and far above what it takes.
        let soon = Duration.seconds(15)

        init() throws {
            stage = try Stage()
            servers = try (8081...8082).map { try EchoServer(endpoint("127.0.0.1:\($0)")) }
        }

        /// The daemon, when every real server is healthy and monitored.
        private func start(_ more: String, and others: [String] = []) throws -> Lvscare {
            let daemon = try Lvscare(flags + " --logger DEBG " + more)
            try eventually("\(daemon.log)") {
                try stage.table() == (others + complete).sorted() && count("is healthy", in: daemon) >= 2 + others.count
                    && !stage.routes(to: Stage.vip.address).isEmpty
            }
            return daemon
        }

        private func count(_ text: String, in daemon: Lvscare) -> Int {
            daemon.log.split(separator: "\n").count { $0.contains(text) }
        }

        /// Waits until so many more probes have failed.
        private func moreFailures(_ number: Int, of daemon: Lvscare) throws {
            let before = count("probe failed", in: daemon)
            try eventually(within: soon, "\(daemon.log)") { count("probe failed", in: daemon) >= before + number }
        }

        @Test func `a killed real server is withdrawn at once, whatever the interval`() throws {
            let daemon = try start("--interval 1m")
            servers[1].kill()
            try eventually(within: soon, "quiesced: \(daemon.log)", pause: 1000) {
                try !stage.table().contains("127.0.0.1:8082 1")
            }
            try eventually(within: soon, "removed: \(daemon.log)") { try stage.table() == ["127.0.0.1:8081 1"] }
            let back = try EchoServer(endpoint("127.0.0.1:8082"))
            try eventually(within: soon, "back: \(daemon.log)") { try stage.table() == complete }
            withExtendedLifetime(back) {}
        }

        @Test func `a host that is gone is withdrawn soon, whatever the interval`() throws {
            try stage.addHost()
            let remote = try EchoServer(endpoint("10.77.0.2:8083"), in: "m1")
            let daemon = try start("--interval 1m --rs \(remote.endpoint)", and: ["10.77.0.2:8083 1"])
            // Packets get there, and nothing comes back.
            try IPCommand.run("-n m1 route add blackhole 10.77.0.1")
            try eventually(within: soon, "quiesced: \(daemon.log)") {
                try !stage.table().contains("10.77.0.2:8083 1")
            }
            try IPCommand.run("-n m1 route del blackhole 10.77.0.1")
            try eventually(within: .seconds(30), "back: \(daemon.log)") {
                try stage.table() == ["10.77.0.2:8083 1"] + complete
            }
        }

        @Test func `a real server that hangs is quiesced long before its timeout, and back when it answers`() throws {
            let daemon = try start("--interval 1m --health-timeout 1m --heartbeat 500ms")
            servers[1].isSilent = true
            try eventually(within: soon, "quiesced: \(daemon.log)", pause: 1000) {
                try stage.table() == ["127.0.0.1:8081 1", "127.0.0.1:8082 0"]
            }
            servers[1].isSilent = false
            try eventually(within: soon, "back: \(daemon.log)") { try stage.table() == complete }
            #expect(count("real server is suspect", in: daemon) == 1)
            #expect(count("suspect real server has answered", in: daemon) == 1)
            #expect(count("is unhealthy", in: daemon) == 0)
        }

        @Test func `one that goes on to hang is removed when its timeout is over`() throws {
            let daemon = try start("--interval 1m --health-timeout 4s --heartbeat 500ms")
            servers[1].isSilent = true
            try eventually(within: soon, "\(daemon.log)") { try stage.table() == ["127.0.0.1:8081 1"] }
            #expect(count("real server is suspect", in: daemon) == 1)
            #expect(count("real server is unhealthy", in: daemon) == 1)
            #expect(count("suspicion confirmed", in: daemon) == 1)
        }

        @Test func `heartbeats can be turned off`() throws {
            let daemon = try start("--interval 1m --health-timeout 4s --heartbeat off")
            servers[1].isSilent = true
            servers[0].kill()
            try eventually(within: soon, "\(daemon.log)") { try stage.table() == ["127.0.0.1:8082 1"] }
            #expect(count("suspect", in: daemon) == 0)
        }

        @Test func `a real server that answers 503 stays quiesced until the next regular check`() throws {
            servers[1].status = 503
            let daemon = try Lvscare(flags + " --logger DEBG --interval 1m")
            let quiesced = ["127.0.0.1:8081 1", "127.0.0.1:8082 0"]
            try eventually("\(daemon.log)") { try stage.table() == quiesced }
            try moreFailures(3, of: daemon)
            #expect(try stage.table() == quiesced)
            servers[1].kill()
            try eventually(within: soon, "\(daemon.log)") { try stage.table() == ["127.0.0.1:8081 1"] }
        }

        @Test func `the last real servers are kept where all fail`() throws {
            let daemon = try start("--interval 300ms --all-down keep")
            for server in servers { server.status = 500 }
            try eventually(within: soon, "\(daemon.log)") { count("every real server is unhealthy", in: daemon) == 1 }
            try moreFailures(6, of: daemon)
            #expect(try stage.table().contains { $0.hasSuffix(" 1") }, "\(daemon.log)")
            #expect(try HTTPClient.get(Stage.vip).hasPrefix("127.0.0.1:808"), "wrongly accused, they answer")
            // What another program takes away meanwhile is back, too.
            try Shell.lines("ipvsadm -C")
            try eventually("\(daemon.log)") { try stage.table() == complete }
            for server in servers { server.status = 200 }
            try eventually(within: soon, "\(daemon.log)") { count("outage ended", in: daemon) == 1 }
            try eventually { try stage.table() == complete }
        }

        @Test func `whoever was healthy shortly before all failed gets connections again`() throws {
            let third = try EchoServer(endpoint("127.0.0.1:8083"))
            let daemon = try start("--interval 2s --all-down keep --rs \(third.endpoint)", and: ["127.0.0.1:8083 1"])
            third.kill()
            // Even after it was removed.
            try eventually(within: soon, "\(daemon.log)") { try stage.table() == complete }
            servers[0].kill()
            try eventually(within: soon, "\(daemon.log)") { try !stage.table().contains("127.0.0.1:8081 1") }
            servers[1].kill()
            let all = complete + ["127.0.0.1:8083 1"]
            try eventually(within: soon, "\(daemon.log)") { try stage.table().sorted() == all }
            try moreFailures(9, of: daemon)
            #expect(try stage.table().sorted() == all, "\(daemon.log)")
            let back = try EchoServer(endpoint("127.0.0.1:8082"))
            try eventually(within: soon, "\(daemon.log)") { try stage.table() == ["127.0.0.1:8082 1"] }
            withExtendedLifetime(back) {}
        }

        @Test func `all real servers are removed where all fail`() throws {
            let daemon = try start("--interval 300ms")
            for server in servers { server.status = 500 }
            try eventually(within: soon, "\(daemon.log)") { try stage.table() == [] }
            try eventually("\(daemon.log)") { count("clients are refused", in: daemon) == 1 }
            #expect(throws: Errno.connectionRefused) { try HTTPClient.get(Stage.vip) }
        }

        /// A client of a server that takes no new connections, with the index of that server.
        private func clientOfLeavingServer() throws -> HTTPClient {
            let clients = try HTTPClient.ofDifferentServers(2, behind: Stage.vip)
            let leaving = try #require(try clients.firstIndex { try $0.get().hasPrefix("127.0.0.1:8082") })
            servers[1].stopListening()
            return clients[leaving]
        }

        @Test func `a drain lasts as long as its connections`() throws {
            let daemon = try start("--interval 300ms --drain-timeout 10m")
            var client: HTTPClient? = try clientOfLeavingServer()
            try eventually(within: soon, "\(daemon.log)") { try stage.table().contains("127.0.0.1:8082 0") }
            try moreFailures(5, of: daemon)
            #expect(try stage.table().contains("127.0.0.1:8082 0"), "\(daemon.log)")
            #expect(try client?.get().hasPrefix("127.0.0.1:8082") == true)
            client = nil
            try eventually(within: soon, "\(daemon.log)") { try stage.table() == ["127.0.0.1:8081 1"] }
            try eventually("\(daemon.log)") { count("cause=drained", in: daemon) == 1 }
        }

        @Test func `a drain ends at its timeout`() throws {
            let daemon = try start("--interval 300ms --drain-timeout 2s")
            let client = try clientOfLeavingServer()
            try eventually(within: soon, "\(daemon.log)") { try stage.table() == ["127.0.0.1:8081 1"] }
            try eventually("\(daemon.log)") { count("drain timeout, 1 active connection left", in: daemon) == 1 }
            #expect(throws: Errno.connectionReset) { try client.get() }
        }

        @Test(arguments: ["route", "link"])
        func `an idle client of a removed real server is reset at its next packet`(mode: String) throws {
            let daemon = try start("--interval 300ms --mode \(mode)")
            let client = try clientOfLeavingServer()
            try eventually(within: soon, "\(daemon.log)") { try stage.table() == ["127.0.0.1:8081 1"] }
            #expect(throws: Errno.connectionReset) { try client.get() }
        }
    }
}
