import Addressing
import Glibc
import KernelTestKit
import Testing

extension KernelSuites {
    /// What a service manager is told (`sd_notify(3)`).
    @Suite struct NotifyTests {
        let stage: Stage
        let servers: [EchoServer]
        let manager: NotifyListener
        let flags =
            "care --vs \(Stage.vip) --rs 127.0.0.1:8081 --rs 127.0.0.1:8082 --interval 500ms"
            + " --health-schem http --health-path /"
        let complete = ["127.0.0.1:8081 1", "127.0.0.1:8082 1"]

        init() throws {
            stage = try Stage()
            servers = try (8081...8082).map { try EchoServer(endpoint("127.0.0.1:\($0)")) }
            manager = try NotifyListener("@lvscare-test-manager")
        }

        private func start(_ more: String = "", variables: [String] = []) throws -> Lvscare {
            try Lvscare(flags + more, variables: ["NOTIFY_SOCKET=\(manager.name)"] + variables)
        }

        @Test func `readiness means that table and path are complete`() throws {
            let daemon = try start()
            let messages = manager.messages(upTo: "READY=1")
            #expect(messages == [["READY=1", "STATUS=2 of 2 real servers in service"]], "\(daemon.log)")
            #expect(try stage.table() == complete)
            #expect(try stage.routes(to: Stage.vip.address).count == 1)
            #expect(try HTTPClient.get(Stage.vip).hasPrefix("127.0.0.1:808"))

            servers[0].kill()
            #expect(manager.messages(upTo: "STATUS=1 of 2 real servers in service") != nil, "\(daemon.log)")
            #expect(try stage.table().contains("127.0.0.1:8081 1") == false)
            servers[1].kill()
            #expect(manager.messages(upTo: "STATUS=0 of 2 real servers in service") != nil, "\(daemon.log)")
            #expect(daemon.terminate() == 0)
            #expect(manager.messages(upTo: "STOPPING=1") != nil, "\(daemon.log)")
            #expect(manager.next() == nil)
        }

        @Test func `a service without its path is not ready`() throws {
            // A gateway that nothing leads to yet.
            let daemon = try start(" --ip 10.77.0.2")
            try eventually("\(daemon.log)") { try stage.table() == complete }
            let first = try #require(manager.next(within: .seconds(10)), "\(daemon.log)")
            #expect(first.count == 1)
            #expect(first[0].hasPrefix("STATUS=2 of 2 real servers in service; cannot add route"), "\(first)")
            #expect(try stage.routes(to: Stage.vip.address) == [])
            #expect(manager.next(within: .milliseconds(1_500)) == nil, "passes repeat, the message does not")

            try stage.addHost()
            let messages = manager.messages(upTo: "READY=1")
            #expect(messages == [["READY=1", "STATUS=2 of 2 real servers in service"]], "\(daemon.log)")
            #expect(try stage.routes(to: Stage.vip.address).count == 1)
            #expect(daemon.terminate() == 0)
        }

        @Test func `the daemon gives signs of life only while it lives`() throws {
            let daemon = try start(variables: ["WATCHDOG_USEC=400000"])
            for _ in 0..<5 {
                #expect(manager.messages(upTo: "WATCHDOG=1", within: .seconds(2)) != nil, "\(daemon.log)")
            }
            daemon.send(SIGSTOP)
            while manager.next(within: .milliseconds(800)) != nil {}
            daemon.send(SIGCONT)
            #expect(manager.messages(upTo: "WATCHDOG=1", within: .seconds(2)) != nil, "\(daemon.log)")
            #expect(daemon.terminate() == 0)
        }

        @Test func `a manager that does not listen changes nothing`() throws {
            let daemon = try Lvscare(flags, variables: ["NOTIFY_SOCKET=/nowhere/notify", "WATCHDOG_USEC=100000"])
            try eventually("\(daemon.log)") { try stage.table() == complete }
            try Shell.lines("ipvsadm -C")
            try eventually("\(daemon.log)") { try stage.table() == complete }
            #expect(!daemon.log.contains("service manager"), "\(daemon.log)")
            #expect(daemon.terminate() == 0)
        }
    }
}
