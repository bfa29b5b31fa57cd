import Glibc
import KernelTestKit
import SystemPackage
import Testing

extension KernelSuites {
    /// A daemon whose standard error is a pipe that is full.
    @Suite struct UnreadLogTests {
        let stage: Stage
        let servers: [EchoServer]
        let pipe: (readEnd: FileDescriptor, writeEnd: FileDescriptor)
        let complete = ["127.0.0.1:8081 1", "127.0.0.1:8082 1"]

        init() throws {
            stage = try Stage()
            servers = try (8081...8082).map { try EchoServer(endpoint("127.0.0.1:\($0)")) }
            pipe = try FileDescriptor.pipe()
            for end in [pipe.readEnd, pipe.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
            _ = fcntl(pipe.writeEnd.rawValue, F_SETFL, O_NONBLOCK)
            let octets = [UInt8](repeating: UInt8(ascii: "#"), count: 4096)
            while write(pipe.writeEnd.rawValue, octets, octets.count) > 0 {}
            _ = fcntl(pipe.writeEnd.rawValue, F_SETFL, 0)
        }

        private func start() throws -> Lvscare {
            let daemon = try Lvscare(
                """
                care --vs \(Stage.vip) --rs 127.0.0.1:8081,127.0.0.1:8082 --health-schem http --health-path / \
                --interval 300ms --logger DEBG
                """, error: pipe.writeEnd.rawValue)
            try eventually { try stage.table() == complete }
            return daemon
        }

        @Test func `a log that nobody reads stops neither probes nor repairs nor the end`() throws {
            defer {
                try? pipe.readEnd.close()
                try? pipe.writeEnd.close()
            }
            let daemon = try start()
            servers[1].kill()
            try eventually("probes go on") { try stage.table() == ["127.0.0.1:8081 1"] }
            try Shell.lines("ipvsadm -C")
            try eventually("repairs go on") { try stage.table() == ["127.0.0.1:8081 1"] }
            #expect(fcntl(pipe.writeEnd.rawValue, F_GETFL) & O_NONBLOCK == 0, "the flags are others', too")
            daemon.send(SIGTERM)
            try eventually("it ends") { !daemon.isRunning }
            #expect(daemon.terminate() == 0)
            #expect(try stage.table() == ["127.0.0.1:8081 1"])
        }

        @Test func `what was held back is there when somebody reads again`() throws {
            defer {
                try? pipe.readEnd.close()
                try? pipe.writeEnd.close()
            }
            let daemon = try start()
            servers[1].kill()
            try eventually { try stage.table() == ["127.0.0.1:8081 1"] }
            _ = fcntl(pipe.readEnd.rawValue, F_SETFL, O_NONBLOCK)
            var log = ""
            try eventually("\(log)") {
                var octets = [UInt8](repeating: 0, count: 65_536)
                let count = read(pipe.readEnd.rawValue, &octets, octets.count)
                if count > 0 { log += String(decoding: octets[..<count], as: UTF8.self).drop { $0 == "#" } }
                return log.contains("change=\"remove 127.0.0.1:8082\"")
            }
            let messages = ["create virtual service", "quiesce 127.0.0.1:8082", "remove 127.0.0.1:8082"]
            let places = messages.map { log.firstRange(of: $0)?.lowerBound }
            #expect(!places.contains(nil) && places.compactMap(\.self) == places.compactMap(\.self).sorted(), "\(log)")
            #expect(daemon.terminate() == 0)
        }
    }
}
