import Addressing
import Foundation
import KernelTestKit
import Testing

extension KernelSuites {
    /// One process at a time looks after a virtual service.
    @Suite struct ClaimTests {
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

        private func start(prefix: String = "") throws -> Lvscare {
            let daemon = try Lvscare(flags, prefix: prefix)
            try eventually("\(daemon.log)") {
                try stage.table() == complete && stage.routes(to: Stage.vip.address).count == 1
            }
            return daemon
        }

        @Test(arguments: [
            ("care --vs \(Stage.vip) --rs 127.0.0.1:8083", "undo"),
            ("care --vs \(Stage.vip) --rs 127.0.0.1:8083 --run-once --scheduler wlc", "undo"),
            ("care --vs \(Stage.vip) -C", "put everything back"),
        ])
        func `a second process is refused and touches nothing`(words: String, reason: String) throws {
            let daemon = try start()
            let before = try IPVSOracle.saved() + stage.routes(to: Stage.vip.address)
            let second = try Lvscare.run(words)
            #expect(second.status == 75)
            #expect(second.error.split(separator: "\n").count == 1, "\(second.error)")
            for mention in ["\(Stage.vip)", "process \(daemon.pid) ", "stop it first", reason] {
                #expect(second.error.contains(mention), "\(second.error)")
            }
            #expect(try IPVSOracle.saved() + stage.routes(to: Stage.vip.address) == before)

            try Shell.lines("ipvsadm -C")
            try eventually("the first goes on: \(daemon.log)") { try stage.table() == complete }
            #expect(daemon.terminate() == 0)
        }

        @Test(arguments: [SIGTERM, SIGKILL])
        func `a next process can start at once however the first ended`(signal: Int32) throws {
            let first = try start()
            if signal == SIGTERM { #expect(first.terminate() == 0) } else { first.kill() }
            let next = try Lvscare.run(flags + " --run-once")
            #expect(next.status == 0, "\(next.error)")
            #expect(try Lvscare.run("care --vs \(Stage.vip) -C").status == 0)
        }

        @Test(arguments: ["169.254.7.1:81", "169.254.7.2:80", "\(Stage.vip6)"])
        func `other services are other claims`(vip: String) throws {
            let daemon = try start()
            defer { _ = daemon.terminate() }
            let realServer = vip.hasPrefix("[") ? "[::1]:8081" : "127.0.0.1:8081"
            let other = try Lvscare.run("care --vs \(vip) --rs \(realServer) --run-once")
            #expect(other.status == 0, "\(other.error)")
            #expect(try IPVSOracle.saved().filter { $0.hasPrefix("-A") }.count == 2)
            #expect(try Lvscare.run("care --vs \(vip) -C").status == 0)
        }

        @Test func `other network namespaces are other nodes`() throws {
            try stage.addHost()
            let daemon = try start()
            defer { _ = daemon.terminate() }
            for words in [flags + " --run-once", "care --vs \(Stage.vip) -C"] {
                let other = try Lvscare.run(words, prefix: "ip netns exec m1")
                #expect(other.status == 0, "\(other.error)")
            }
            #expect(try stage.table() == complete)
        }

        @Test func `a process of another container has no number here`() throws {
            let daemon = try start()
            defer { _ = daemon.terminate() }
            // In a namespace of processes that does not show the first one.
            let second = try Lvscare.run(
                "care --vs \(Stage.vip) -C", prefix: "unshare --pid --fork --kill-child --mount-proc")
            #expect(second.status == 75)
            #expect(second.error.contains("another container"), "\(second.error)")
        }

        /// As a service manager may run it.
        @Test func `a daemon of another user holds its claim`() throws {
            let daemon = try start(prefix: LeastPrivilegeTests.asNobody)
            let second = try Lvscare.run("care --vs \(Stage.vip) -C")
            #expect(second.status == 75)
            #expect(second.error.contains("process \(daemon.pid) "), "\(second.error)")
            #expect(try stage.table() == complete)
            #expect(daemon.terminate() == 0)
        }

        /// Nobody without the right to change the network can hold a service, nor keep anybody from holding it: not by opening
        /// sockets of the family without end, nor with the socket of a process that had the right.
        @Test func `unrelated processes are not in the way`() throws {
            let flooding = """
                import socket, time
                s = [socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 10) for _ in range(200)]
                for n, x in enumerate(s): x.bind((4000000000 + n, 0))
                try:
                    s[0].bind((0, 1 << 31)); print("joined")
                except PermissionError: print("refused")
                time.sleep(60)
                """
            let other = try ChildProcess(
                ["setpriv", "--reuid=65534", "--clear-groups", "/usr/bin/python3", "-S", "-c", flooding],
                input: 0, output: 1, error: 2)
            defer {
                other.send(SIGKILL)
                other.wait()
            }
            try eventually {
                try Shell.lines("cat /proc/net/netlink").filter { $0.contains(" 40000000") }.count >= 99
            }
            let daemon = try start()
            #expect(!daemon.log.contains("lock virtual service"), "\(daemon.log)")
            let second = try Lvscare.run(flags + " --run-once")
            #expect(second.status == 75, "\(second.error)")
            #expect(second.error.contains("process \(daemon.pid) "), "\(second.error)")
            #expect(daemon.terminate() == 0)
        }
    }
}
