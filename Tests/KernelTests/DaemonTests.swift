import Addressing
import Glibc
import KernelTestKit
import Testing

extension KernelSuites {
    /// What the daemon does about other programs, its own restarts and its end.
    @Suite struct DaemonTests {
        let stage: Stage
        let servers: [EchoServer]
        let flags =
            "care --vs \(Stage.vip) --rs 127.0.0.1:8081 --rs 127.0.0.1:8082 --interval 500ms"
            + " --health-schem http --health-path /"
        let complete = ["127.0.0.1:8081 1", "127.0.0.1:8082 1"]

        init() throws {
            stage = try Stage()
            servers = try (8081...8082).map { try EchoServer(endpoint("127.0.0.1:\($0)")) }
        }

        private func start() throws -> Lvscare {
            let daemon = try Lvscare(flags)
            try eventually("\(daemon.log)") {
                try stage.table() == complete && stage.routes(to: Stage.vip.address).count == 1
            }
            return daemon
        }

        @Test(arguments: [
            "ipvsadm -C", "ipvsadm -D -t \(Stage.vip)", "ipvsadm -d -t \(Stage.vip) -r 127.0.0.1:8081",
            "ipvsadm -e -t \(Stage.vip) -r 127.0.0.1:8081 -m -w 7", "ipvsadm -E -t \(Stage.vip) -s wlc",
            "ipvsadm -E -t \(Stage.vip) -s rr -p 60", "ip route del table local \(Stage.vip.address)",
            "sysctl -w net.ipv4.vs.expire_nodest_conn=0",
            "ipvsadm -a -t \(Stage.vip) -r 127.0.0.1:9999 -m",
        ])
        func `a change of another program is repaired`(command: String) throws {
            let daemon = try start()
            let healthy = try IPVSOracle.saved() + stage.routes(to: Stage.vip.address)
            try Shell.lines(command)
            func isRepaired() throws -> Bool {
                try IPVSOracle.saved() + stage.routes(to: Stage.vip.address) == healthy
                    && Shell.lines("sysctl -n net.ipv4.vs.expire_nodest_conn") == ["1"]
            }
            try eventually("\(command): \(daemon.log)") { try isRepaired() }
            #expect(try HTTPClient.get(Stage.vip).hasPrefix("127.0.0.1:808"))
        }

        @Test func `a route in the place of ours is outranked and stays`() throws {
            let daemon = try start()
            try Shell.lines("ip route replace local \(Stage.vip.address) dev lo table local src 127.0.0.2")
            func source() throws -> String? {
                let words = try Shell.lines("ip route get \(Stage.vip.address)")[0].split(separator: " ")
                return words.firstIndex(of: "src").map { String(words[$0 + 1]) }
            }
            try eventually("\(daemon.log)") { try source() == "127.0.0.1" }
            #expect(try stage.routes(to: Stage.vip.address).count == 2)
            #expect(daemon.terminate() == 0)
            #expect(try Lvscare.run("care --vs \(Stage.vip) -C").status == 0)
            #expect(
                try stage.routes(to: Stage.vip.address)
                    == ["local 169.254.7.1 dev lo table local scope host src 127.0.0.2"])
        }

        @Test func `a route in the place of ours is outranked in IPv6`() throws {
            let server = try EchoServer(endpoint("[::1]:8081"))
            try stage.addHost()
            let daemon = try Lvscare(
                "care --vs \(Stage.vip6) --rs [::1]:8081 --ip fd77::1 --interval 500ms --health-schem http",
                "--health-path /")
            func answer() -> String? { try? HTTPClient.get(Stage.vip6) }
            try eventually("\(daemon.log)") { answer() == "[::1]:8081 to fd77::1" }
            // IPv6 keeps one route of a metric, so each of these takes the place of ours, which then moves ahead.
            for metric in [1024, 1023] {
                try Shell.lines(
                    "ip -6 route replace local \(Stage.vip6.address) dev lo table local src ::1 metric \(metric)")
                try eventually("\(daemon.log)") { answer() == "[::1]:8081 to fd77::1" }
            }
            #expect(try stage.routes(to: Stage.vip6.address).count == 3)
            #expect(daemon.terminate() == 0)
            #expect(try Lvscare.run("care --vs \(Stage.vip6) -C").status == 0)
            #expect(try stage.routes(to: Stage.vip6.address).count == 2)
            try Shell.lines("ip -6 route flush table local exact \(Stage.vip6.address)")
            withExtendedLifetime(server) {}
        }

        @Test func `services and routes of other programs stay`() throws {
            let foreign = [
                "-A -t 10.200.0.9:80 -s wlc", "-a -t 10.200.0.9:80 -r 127.0.0.1:9090 -m -w 5",
                "-A -t 169.254.7.1:81 -s rr", "-a -t 169.254.7.1:81 -r 127.0.0.1:9091 -m -w 0",
            ]
            try IPVSOracle.restore(foreign)
            let routes = ["local 169.254.7.2 dev lo table local src 127.0.0.1", "blackhole 169.254.7.3"]
            for route in routes { try Shell.lines("ip route add \(route)") }
            defer { IPCommand.cleanUp("route del 169.254.7.2 table local", "route del blackhole 169.254.7.3") }
            let before = try IPVSOracle.saved() + Shell.lines("ip route show table all")

            let daemon = try start()
            servers[0].kill()
            try eventually { try stage.table().contains("127.0.0.1:8081 1") == false }
            #expect(daemon.terminate() == 0)
            #expect(try Lvscare.run("care --vs \(Stage.vip) -C").status == 0)
            #expect(try IPVSOracle.saved() + Shell.lines("ip route show table all") == before)
        }

        @Test func `an undeclared real server is quiesced and then removed`() throws {
            let first = try start()
            first.kill()
            let daemon = try Lvscare(
                "care --vs \(Stage.vip) --rs 127.0.0.1:8082 --interval 1 --health-schem http --health-path /")
            try eventually("quiesced: \(daemon.log)") { try stage.table() == ["127.0.0.1:8081 0", "127.0.0.1:8082 1"] }
            try eventually("removed: \(daemon.log)") { try stage.table() == ["127.0.0.1:8082 1"] }
        }

        @Test(arguments: [SIGTERM, SIGKILL])
        func `a restart goes on where the last process stopped`(signal: Int32) throws {
            let first = try start()
            let client = try HTTPClient(Stage.vip)
            let answer = try client.get()
            let survivor = answer.hasPrefix("127.0.0.1:8081") ? 0 : 1
            servers[1 - survivor].kill()
            try eventually("quiesced") { try stage.table().contains { $0.hasSuffix(" 0") } || stage.table().count == 1 }
            let left: [String]
            if signal == SIGTERM {
                #expect(first.terminate() == 0)
                left = try stage.table()
            } else {
                first.kill()
                left = try stage.table()
            }
            #expect(try stage.routes(to: Stage.vip.address).count == 1)
            #expect(try client.get() == answer)
            // A quiescent real server stays so, and a failing check removes it.
            let second = try Lvscare(flags)
            if left.count == 2 {
                try eventually("\(second.log)") {
                    let table = try stage.table()
                    #expect(table.filter { $0.hasSuffix(" 1") }.count == 1)
                    return table.count == 1
                }
            } else {
                try eventually("\(second.log)") { try stage.table().count == 1 }
            }
            #expect(try client.get() == answer, "no connection was lost")
            #expect(try stage.routes(to: Stage.vip.address).count == 1)
        }

        @Test func `a signal before the first probe ends the daemon`() throws {
            for _ in 0..<5 {
                let daemon = try Lvscare(flags)
                // As early as anybody can tell that it is at work.
                try eventually("\(daemon.log)") { try IPVSOracle.saved() != [] }
                #expect(daemon.terminate() == 0, "\(daemon.log)")
                try Shell.lines("ipvsadm -C")
            }
        }

        @Test(arguments: [SIGTERM, SIGINT])
        func `a signal ends the daemon while probes are in flight`(signal: Int32) throws {
            for server in servers { server.isSilent = true }
            let daemon = try Lvscare(flags + " --health-timeout 60s")
            try eventually("in flight: \(daemon.log)") {
                try Shell.lines("ss -Htn state established '( dport = :8081 or dport = :8082 )'").count == 2
            }
            let began = ContinuousClock.now
            #expect(daemon.terminate(with: signal) == 0, "\(daemon.log)")
            #expect(ContinuousClock.now - began < .seconds(5), "long before the probes would end")
            #expect(try stage.table() == complete)
            #expect(try stage.routes(to: Stage.vip.address).count == 1)
        }

        @Test func `the repair interval is independent of the interval`() throws {
            let daemon = try Lvscare(flags + " --interval 1h --repair-interval 50ms")
            try eventually("\(daemon.log)") { try stage.table() == complete }
            let began = ContinuousClock.now
            for _ in 0..<12 {
                try Shell.lines("ipvsadm -C")
                try eventually("\(daemon.log)") { try stage.table() == complete }
            }
            // Each time from one pass to the next at least, as the table is flushed right after it was repaired.
            #expect(ContinuousClock.now - began < .seconds(10), "a second each by default")
            #expect(daemon.terminate() == 0)
        }

        @Test func `a service is set up once and removed again`() throws {
            let result = try Lvscare.run(flags + " --run-once")
            #expect(result.status == 0)
            #expect(try stage.table() == complete)
            #expect(try HTTPClient.get(Stage.vip).hasPrefix("127.0.0.1:808"))

            let again = try Lvscare.run(flags + " --run-once")
            #expect(again.status == 0)
            #expect(again.error.contains("already"))

            let clean = try Lvscare.run("care --vs \(Stage.vip) -C --run-once")
            #expect(clean.status == 0)
            #expect(clean.error.contains("remove virtual service"))
            #expect(clean.error.contains("removed route local 169.254.7.1/32"))
            #expect(try IPVSOracle.saved() == [])
            #expect(try stage.routes(to: Stage.vip.address) == [])

            let nothing = try Lvscare.run("care --vs \(Stage.vip) -C")
            #expect(nothing.status == 0)
            #expect(nothing.error.contains("nothing to remove"))
        }

        @Test func `a cleanup removes the original's route`() throws {
            try stage.addHost()
            try IPCommand.run("route add \(Stage.vip.address) via 10.77.0.2 metric 50")
            try IPVSOracle.restore(["-A -t \(Stage.vip) -s rr", "-a -t \(Stage.vip) -r 10.77.0.2:80 -m -w 1"])
            #expect(try Lvscare.run("care --vs \(Stage.vip) --clean").status == 0)
            #expect(try IPVSOracle.saved() == [])
            #expect(try stage.routes(to: Stage.vip.address) == [])
        }

        @Test func `the original's table is taken over`() throws {
            try IPVSOracle.restore([
                "-A -t \(Stage.vip) -s rr", "-a -t \(Stage.vip) -r 127.0.0.1:8081 -m -w 1",
                "-a -t \(Stage.vip) -r 127.0.0.1:8082 -m -w 1",
            ])
            let daemon = try start()
            #expect(daemon.log.contains("create virtual service") == false)
            #expect(daemon.log.contains("add 127.0.0.1") == false)
        }

        @Test func `the first failure ends the start and touches nothing`() throws {
            let before = try Shell.lines("ip route show table all")
            let result = try Lvscare.run("care --vs \(Stage.vip) --rs 127.0.0.1:8081 --scheduler nosuch")
            #expect(result.status == 64)
            #expect(result.error.contains("--scheduler \"nosuch\""))
            #expect(result.error.split(separator: "\n").count == 1)
            #expect(try IPVSOracle.saved() == [])
            #expect(try Shell.lines("ip route show table all") == before)
        }

        @Test(arguments: ["care --vs \(Stage.vip) --rs 127.0.0.1:8081 --run-once", "care --vs \(Stage.vip) -C", "list"])
        func `a missing privilege is named`(words: String) throws {
            let result = try Lvscare.run(words, prefix: "setpriv --bounding-set=-net_admin --inh-caps=-net_admin")
            #expect(result.status == 77)
            #expect(result.error.contains("CAP_NET_ADMIN"))
            #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
            #expect(try IPVSOracle.saved() == [])
        }
    }
}
