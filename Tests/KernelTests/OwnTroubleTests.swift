import Addressing
import Glibc
import KernelTestKit
import SystemPackage
import Testing

extension KernelSuites {
    /// What is wrong with this node or this process is held against no real server.
    @Suite struct OwnTroubleTests {
        let stage: Stage
        let servers: [EchoServer]
        let flags = "care --vs \(Stage.vip) --rs 127.0.0.1:8081,127.0.0.1:8082 --health-schem http --health-path /"
        let complete = ["127.0.0.1:8081 1", "127.0.0.1:8082 1"]

        init() throws {
            stage = try Stage()
            servers = try (8081...8082).map { try EchoServer(endpoint("127.0.0.1:\($0)")) }
        }

        private func start(_ more: String) throws -> Lvscare {
            let daemon = try Lvscare("\(flags) --logger DEBG \(more)")
            try eventually("\(daemon.log)") {
                try stage.table() == complete && count("real server is healthy", in: daemon) == 2
            }
            return daemon
        }

        private func count(_ text: String, in daemon: Lvscare) -> Int {
            daemon.log.split(separator: "\n").count { $0.contains(text) }
        }

        @Test(arguments: ["--watch=false", "--watch=true"])
        func `keeps its verdicts when no descriptor can be had`(watch: String) throws {
            let daemon = try start("--interval 300ms --unhealthy-interval 100ms \(watch)")
            // What is open stays open, and nothing can be added.
            try Shell.lines("prlimit --pid \(daemon.pid) --nofile=5:65536")
            try eventually(within: .seconds(30), "\(daemon.log)") { count("probe not made", in: daemon) >= 10 }
            #expect(try stage.table() == complete)
            #expect(count("real server is unhealthy", in: daemon) == 0, "\(daemon.log)")
            // Loudly, and not each time.
            #expect(count("real server not probed", in: daemon) == 1, "\(daemon.log)")
            #expect(daemon.log.contains("too many open files"))
            try Shell.lines("prlimit --pid \(daemon.pid) --nofile=4096:65536")
            servers[1].kill()
            try eventually(within: .seconds(15), "\(daemon.log)") { try stage.table() == ["127.0.0.1:8081 1"] }
        }

        @Test func `is refused with a typo in a file's name and leaves the table of the one before`() throws {
            let daemon = try start("--interval 300ms")
            #expect(daemon.terminate() == 0)
            let before = try Snapshot()
            let result = try Lvscare.run(
                "care --vs \(Stage.vip) --rs 127.0.0.1:8081,127.0.0.1:8082 --health-ca /etc/kubernetes/pki/ca.crtt")
            #expect(result.status == 64, "\(result.error)")
            #expect(result.error.contains("--health-ca"))
            try before.expectAgain()
        }

        @Test func `keeps the table while a file has not come yet`() throws {
            let daemon = try Lvscare(
                "care --vs \(Stage.vip) --rs 127.0.0.1:8081,127.0.0.1:8082 --health-schem http --health-path /",
                "--health-token-file /nowhere/token --health-insecure-skip-verify --health-files-later --interval 200ms --logger DEBG"
            )
            try eventually(within: .seconds(30), "\(daemon.log)") { count("probe not made", in: daemon) >= 10 }
            #expect(try stage.table() == complete)
            #expect(count("real server not probed", in: daemon) == 1, "\(daemon.log)")
        }

        @Test func `makes no failure of answers that came while it was stopped`() throws {
            let daemon = try start("--interval 50ms --health-timeout 300ms --watch=false")
            for _ in 0..<10 {
                daemon.send(SIGSTOP)
                usleep(500_000)
                daemon.send(SIGCONT)
                let before = count("probe succeeded", in: daemon)
                try eventually("\(daemon.log)") { count("probe succeeded", in: daemon) >= before + 2 }
            }
            #expect(count("probe failed", in: daemon) == 0, "\(daemon.log)")
            // And who is dead is dead.
            servers[1].isSilent = true
            try eventually("\(daemon.log)") { try stage.table().contains("127.0.0.1:8082 1") == false }
        }

        /// A packet filter for Linux clients drops what comes from beyond 60999.
        @Test func `keeps a real server that only the ports of probes cannot reach`() throws {
            try stage.addHost()
            let remote = try EchoServer(endpoint("10.77.0.2:8083"), in: "m1")
            // The answers to those ports find no way, which is as silent as a filter.
            try IPCommand.run("-n m1 rule add pref 10 ipproto tcp dport 61000-65534 blackhole")
            let daemon = try Lvscare(
                "care --vs \(Stage.vip) --rs \(remote.endpoint) --health-schem http --health-path /",
                "--health-timeout 1s --interval 1s --logger DEBG")
            try eventually("\(daemon.log)") { count("probes dropped by a packet filter", in: daemon) == 1 }
            #expect(daemon.log.contains("(from ports 61000-65535)"), "\(daemon.log)")
            try eventually("\(daemon.log)") {
                try count("probe succeeded", in: daemon) >= 3 && stage.table() == ["10.77.0.2:8083 1"]
            }
            #expect(count("DEBUG probe failed", in: daemon) == 1, "\(daemon.log)")
            #expect(count("change=\"remove", in: daemon) == 0, "\(daemon.log)")
            #expect(count("probes dropped by a packet filter", in: daemon) == 1, "\(daemon.log)")
        }
    }
}
