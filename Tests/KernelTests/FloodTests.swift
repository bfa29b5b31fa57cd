import Addressing
import Foundation
import KernelTestKit
import Testing

extension KernelSuites {
    /// Real servers that send without an end hold up nothing: no probe of others, no repair, no end.
    @Suite struct FloodTests {
        /// The servers of `scripts/bench.d/flood`, which has the figures.
        private static let servers =
            "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/scripts/bench.d/floods.py"

        /// Those of each scheme, from port 8441 on; the first one is healthy.
        private static let kinds = [
            "https": ["answer", "tickets", "records", "heads", "fields", "octets"],
            "grpcs": ["answer-grpc", "tickets", "pings", "settings", "continuations", "messages"],
        ]

        @Test(arguments: ["https", "grpcs"])
        func `others have their turn`(scheme: String) throws {
            let stage = try Stage()
            let folder = try Shell.lines("mktemp -d").joined()
            defer { _ = try? Shell.run("rm -rf \(folder)") }
            try Shell.lines(
                "openssl req -x509 -newkey ed25519 -noenc -days 2 -subj /CN=x -config /dev/null"
                    + " -keyout \(folder)/k.pem -out \(folder)/c.pem")
            let places = try #require(Self.kinds[scheme]).enumerated().map { (kind: $1, port: 8441 + $0) }
            let words = places.map { "\($0.kind):\($0.port)" }.joined(separator: " ")
            let servers = try ChildProcess(
                ["/bin/sh", "-c", "exec python3 -S \(Self.servers) \(folder) \(words) >/dev/null"], input: 0, output: 1,
                error: 2)
            defer {
                servers.send(SIGKILL)
                servers.wait()
            }
            try eventually { try Shell.lines("ss -ltnH").count { $0.contains("127.0.0.1:844") } == places.count }
            let daemon = try Lvscare(
                "care --vs \(Stage.vip) --health-schem \(scheme) --rs "
                    + places.map { "127.0.0.1:\($0.port)" }.joined(separator: ",")
                    + " --interval 200ms --unhealthy-interval 200ms --jitter 0 --watch=false --verify-path=false")
            let healthy = ["127.0.0.1:8441 1"]
            try eventually(within: .seconds(60), "\(daemon.log)") { try stage.table() == healthy }
            // What another program breaks is mended among the floods, which are asked for again and again.
            for _ in 0..<5 {
                try Shell.lines("ipvsadm -C")
                try eventually(within: .seconds(30), "\(daemon.log)") { try stage.table() == healthy }
            }
            #expect(!daemon.log.contains("real server is unhealthy before=healthy"), "\(daemon.log)")
            // No line of them is long, and there are not many.
            let lines = daemon.log.split(separator: "\n")
            #expect(lines.allSatisfy { $0.utf8.count < 2000 })
            #expect(daemon.terminate() == 0)
        }
    }
}
