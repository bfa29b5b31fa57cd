import Foundation
import KernelTestKit
import Testing

extension KernelSuites {
    /// Signals besides those that ask for the end, and a start without standard streams.
    @Suite struct SignalTests {
        let stage: Stage
        let server: EchoServer
        let flags = "care --vs \(Stage.vip) --rs 127.0.0.1:8081 --interval 500ms --health-schem http --health-path /"
        let complete = ["127.0.0.1:8081 1"]

        init() throws {
            stage = try Stage()
            server = try EchoServer(endpoint("127.0.0.1:8081"))
        }

        private func start(prefix: String = "") throws -> Lvscare {
            let daemon = try Lvscare(flags, prefix: prefix)
            try eventually("\(daemon.log)") { try stage.table() == complete }
            // The line that the loop writes first.
            try eventually("\(daemon.log)") { daemon.log.contains("virtual service is ready") }
            return daemon
        }

        @Test(arguments: [(SIGQUIT, "SIGQUIT"), (SIGPWR, "SIGPWR"), (SIGXCPU, "SIGXCPU")])
        func `ends with a line on a signal that asks for the end`(signal: Int32, name: String) throws {
            let daemon = try start()
            #expect(daemon.terminate(with: signal) == 0, "\(daemon.log)")
            #expect(daemon.log.contains("stopping") && daemon.log.contains("signal=\(name)"), "\(daemon.log)")
            #expect(try stage.table() == complete)
        }

        @Test(arguments: [
            (SIGHUP, "SIGHUP"), (SIGUSR1, "SIGUSR1"), (SIGUSR2, "SIGUSR2"), (SIGALRM, "SIGALRM"), (SIGIO, "SIGIO"),
        ])
        func `goes on and names a signal that asks for nothing`(signal: Int32, name: String) throws {
            let daemon = try start(prefix: "setsid")
            daemon.send(signal)
            try eventually("\(daemon.log)") {
                daemon.log.contains("signal ignored") && daemon.log.contains("signal=\(name)")
            }
            try Shell.lines("ipvsadm -C")
            try eventually("\(daemon.log)") { try stage.table() == complete }
            #expect(daemon.terminate() == 0)
        }

        @Test func `goes on when its log may not grow`() throws {
            let daemon = try start()
            daemon.send(SIGXFSZ)
            try Shell.lines("ipvsadm -C")
            try eventually("\(daemon.log)") { try stage.table() == complete }
            #expect(daemon.terminate() == 0)
        }

        /// `script` gives it a terminal, which goes when `script` is killed.
        @Test func `ends with a line when its terminal is closed`() throws {
            let path = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            func log() -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
            let terminal = try Lvscare(
                "\(flags) 2>\(path)' /dev/null", prefix: "script --quiet --command 'exec")
            try eventually("\(log())") { try stage.table() == complete }
            try eventually("\(log())") { log().contains("virtual service is ready") }
            terminal.kill()
            try eventually("\(log())") {
                log().contains("stopping") && log().contains("signal=SIGHUP")
            }
            #expect(try stage.table() == complete)
        }

        @Test func `outlives its terminal when it was told so`() throws {
            let daemon = try start(prefix: "nohup")
            daemon.send(SIGHUP)
            try Shell.lines("ipvsadm -C")
            try eventually("\(daemon.log)") { try stage.table() == complete }
            #expect(!daemon.log.contains("SIGHUP"), "\(daemon.log)")
            #expect(daemon.terminate() == 0)
        }

        @Test func `writes into none of its own descriptors when it was started without standard streams`() throws {
            let daemon = try Lvscare("\(flags) <&- >&- 2>&-", prefix: "setsid")
            try eventually { try stage.table() == complete }
            for number in 0...2 {
                let target = try FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/\(daemon.pid)/fd/\(number)")
                #expect(target == "/dev/null")
            }
            #expect(daemon.terminate() == 0)
        }
    }
}
