import Addressing
import Foundation
import Glibc
import KernelTestKit
import Testing

extension KernelSuites {
    /// The daemon with a configuration file, as an administrator uses it: started, changed, broken, taken down.
    @Suite(.timeLimit(.minutes(5))) struct ConfigurationTests {
        let stage: Stage
        let servers: [EchoServer]
        let folder: URL

        init() throws {
            stage = try Stage()
            servers = try (8081...8082).map { try EchoServer(endpoint("127.0.0.1:\($0)")) }
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("lvscare-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            // The file system that the emulated kernel shares with its host makes another inode of a folder for each look
            // at it, so that nobody hears of changes.
            try Shell.lines("mount -t tmpfs none \(folder.path)")
        }

        private var file: String { folder.appendingPathComponent("lvscare.yaml").path }

        /// Puts another file in the place of what is there, as editors do.
        private func write(_ text: String, to name: String = "lvscare.yaml") throws {
            try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }

        private static let head = """
            apiVersion: lvscare/v1
            kind: Configuration
            defaults: {interval: 300ms, timeout: 2s}
            checks:
              page: {http: {path: /}}

            """

        private static func service(
            _ name: String, _ virtual: String, _ realServers: String, _ more: String = ""
        )
            -> String
        {
            "- {name: \(name), virtual: \"\(virtual)\", checks: [page], realServers: [\(realServers)]\(more)}\n"
        }

        private static let web = service("web", "169.254.7.1:80", "\"127.0.0.1:8081\", \"127.0.0.1:8082\"")
        private static let api = service("api", "169.254.7.1:81", "{address: \"127.0.0.1:8081\", weight: 3}")
        private static let dns =
            "- {virtual: \"169.254.7.1:53\", protocol: udp, checks: [], realServers: [\"127.0.0.1:53\"]}\n"

        private func start(_ services: String...) throws -> Lvscare {
            try write(Self.head + "services:\n" + services.joined())
            return try Lvscare("care --config \(file)")
        }

        private func table() throws -> [String] { try IPVSOracle.saved().sorted() }

        private static let webTable = [
            "-A -t 169.254.7.1:80 -s rr", "-a -t 169.254.7.1:80 -r 127.0.0.1:8081 -m -w 1",
            "-a -t 169.254.7.1:80 -r 127.0.0.1:8082 -m -w 1",
        ]
        private static let apiTable = [
            "-A -t 169.254.7.1:81 -s rr", "-a -t 169.254.7.1:81 -r 127.0.0.1:8081 -m -w 3",
        ]
        private static let dnsTable = [
            "-A -u 169.254.7.1:53 -s rr", "-a -u 169.254.7.1:53 -r 127.0.0.1:53 -m -w 1",
        ]

        @Test func `a file is kept, changed by its editor, and cleaned up`() throws {
            let before = try Snapshot()
            let daemon = try start(Self.web, Self.api)
            try eventually("\(daemon.log)") { try table() == (Self.webTable + Self.apiTable).sorted() }
            try eventually("\(daemon.log)") { daemon.log.contains("service=web") && daemon.log.contains("service=api") }
            #expect(try HTTPClient.get(endpoint("169.254.7.1:81")).hasPrefix("127.0.0.1:8081"))
            // One goes, one comes, and what stays is not touched.
            try write(Self.head + "services:\n" + Self.web + Self.dns)
            try eventually("\(daemon.log)") { try table() == (Self.webTable + Self.dnsTable).sorted() }
            #expect(daemon.log.contains("configuration applied"))
            #expect(daemon.log.contains("added=\"169.254.7.1:53\"") || daemon.log.contains("removed=api"))
            #expect(try stage.routes(to: Stage.vip.address).count == 1)
            #expect(daemon.terminate() == 0)
            #expect(try table() == (Self.webTable + Self.dnsTable).sorted())
            let cleaned = try Lvscare.run("care --config \(file) -C")
            #expect(cleaned.status == 0, "\(cleaned)")
            try before.expectAgain()
        }

        @Test func `a broken or missing file changes nothing and is told with its place`() throws {
            let daemon = try start(Self.web)
            try eventually("\(daemon.log)") { try table() == Self.webTable }
            try write(Self.head + "services:\n" + Self.api + "- {virtual: nonsense, realServer: []}\n")
            try eventually("\(daemon.log)") { daemon.log.contains("configuration rejected") }
            #expect(daemon.log.contains("\(file):8:"), "\(daemon.log)")
            #expect(try table() == Self.webTable)
            try write("")
            daemon.send(SIGHUP)
            try eventually("\(daemon.log)") { daemon.log.contains("empty") }
            try FileManager.default.removeItem(atPath: file)
            daemon.send(SIGHUP)
            try eventually("\(daemon.log)") { daemon.log.contains("No such file or directory") }
            #expect(try table() == Self.webTable)
            try write(Self.head + "services:\n" + Self.web + Self.api)
            try eventually("\(daemon.log)") { try table() == (Self.webTable + Self.apiTable).sorted() }
            #expect(daemon.isRunning)
            #expect(daemon.terminate() == 0)
        }

        @Test func `a signal takes over at once and says so where nothing differs`() throws {
            let daemon = try start(Self.web)
            try eventually("\(daemon.log)") { daemon.log.contains("is ready") }
            func changes() -> Int { daemon.log.components(separatedBy: "table changed").count }
            let before = changes()
            daemon.send(SIGHUP)
            try eventually("\(daemon.log)") { daemon.log.contains("configuration unchanged") }
            #expect(changes() == before)
            #expect(daemon.terminate() == 0)
        }

        @Test func `no request fails while services come and go`() throws {
            let daemon = try start(Self.web)
            // The path comes after the table.
            try eventually("\(daemon.log)") { daemon.log.contains("is ready") }
            let traffic = Traffic(to: Stage.vip)
            for round in 0..<10 {
                let more = round % 2 == 0 ? Self.api + Self.dns : ""
                try write(Self.head + "services:\n" + more + Self.web)
                daemon.send(SIGHUP)
                let count = round % 2 == 0 ? 7 : 3
                try eventually("\(daemon.log)") { try table().count == count }
                try traffic.flow()
            }
            #expect(traffic.stop().mishaps.isEmpty)
            #expect(daemon.terminate() == 0)
        }

        @Test func `real servers that wait for a check are told where nobody checks`() throws {
            let api = Self.service("api", "169.254.7.1:81", "\"127.0.0.1:8081\"", ", start: out-of-service")
            try write(Self.head + "services:\n" + api)
            let result = try Lvscare.run("care --config \(file) --run-once")
            #expect(result.status == 0, "\(result.error)")
            #expect(result.error.contains("virtual service gets no real servers"), "\(result.error)")
            #expect(try table().count == 1)
        }

        @Test func `what is included is watched as well`() throws {
            let include = "include: [\"conf.d/*.yaml\"]\n"
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent("conf.d"), withIntermediateDirectories: true)
            try write(Self.head + include + "services:\n" + Self.web)
            let daemon = try Lvscare("care --config \(file)")
            try eventually("\(daemon.log)") { try table() == Self.webTable }
            try write("apiVersion: lvscare/v1\nkind: Configuration\nservices:\n" + Self.api, to: "conf.d/api.yaml")
            try eventually("\(daemon.log)") { try table() == (Self.webTable + Self.apiTable).sorted() }
            try FileManager.default.removeItem(at: folder.appendingPathComponent("conf.d/api.yaml"))
            try eventually("\(daemon.log)") { try table() == Self.webTable }
            #expect(daemon.terminate() == 0)
        }

        @Test func `a plan says what the daemon then does, and changes nothing`() throws {
            try write(Self.head + "services:\n" + Self.web + Self.api)
            let first = try Lvscare.run("plan --config \(file)")
            #expect(first.status == 2, "\(first)")
            #expect(first.lines.filter { $0.hasPrefix("  + real server") }.count == 3, "\(first.output)")
            #expect(first.lines.contains { $0.hasPrefix("  + route local 169.254.7.1/32") }, "\(first.output)")
            #expect(try table().isEmpty)
            #expect(try stage.routes(to: Stage.vip.address).isEmpty)
            let daemon = try Lvscare("care --config \(file)")
            try eventually("\(daemon.log)") { try table() == (Self.webTable + Self.apiTable).sorted() }
            try eventually("\(daemon.log)") { daemon.log.components(separatedBy: "is ready").count == 3 }
            let quiet = try Lvscare.run("plan --config \(file)")
            #expect(quiet.status == 0, "\(quiet)")
            #expect(quiet.output == "2 virtual services: nothing to change\n")
            try write(Self.head + "services:\n" + Self.api + Self.dns, to: "next.yaml")
            let next = try Lvscare.run("plan --config \(folder.appendingPathComponent("next.yaml").path)")
            #expect(next.status == 2)
            // What the daemon keeps and the file does not name.
            #expect(next.lines.contains("169.254.7.1:80, not declared any more"), "\(next.output)")
            #expect(next.lines.last == "2 virtual services: 2 to add, 0 to change, 2 to remove", "\(next.output)")
            #expect(try table() == (Self.webTable + Self.apiTable).sorted())
            #expect(daemon.terminate() == 0)
        }

        @Test(arguments: [
            ("care --config FILE --vs 10.0.0.1:80", 64, "--vs"), ("care --config /nonexistent", 64, "/nonexistent"),
            ("care --config FILE --interval 2s", 64, "--interval"),
        ])
        func `what cannot be together, or be read, is refused at the start`(
            words: String, status: Int32, text: String
        )
            throws
        {
            try write(Self.head + "services:\n" + Self.web)
            let result = try Lvscare.run(words.replacingOccurrences(of: "FILE", with: file))
            #expect(result.status == status)
            #expect(result.error.contains(text), "\(result)")
            #expect(try table().isEmpty)
        }
    }
}
