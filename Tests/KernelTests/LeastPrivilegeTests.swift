import Addressing
import Foundation
import KernelTestKit
import Testing

extension KernelSuites {
    /// What a container of the strictest kind leaves to the daemon.
    @Suite struct LeastPrivilegeTests {
        /// Root without any capability but one, nor a way to get another.
        static let asRoot = "setpriv --no-new-privs --bounding-set=-all,+net_admin --inh-caps=-all,+net_admin"
        /// Another user who has that capability.
        static let asNobody =
            "\(asRoot) --reuid=65534 --regid=65534 --clear-groups --ambient-caps=-all,+net_admin"

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

        /// Commands that make a mount read-only, in a mount namespace of their own, before they become the next.
        private static func readOnly(_ mount: String) -> String {
            "unshare --mount sh -c 'mount --bind \(mount) \(mount) && mount -o remount,bind,ro \(mount) && exec \"$@\"' sh"
        }

        private func start(_ prefix: String, mode: String = "route") throws -> Lvscare {
            let daemon = try Lvscare(flags + " --mode \(mode)", prefix: prefix)
            try eventually("\(daemon.log)") {
                try stage.table() == complete && ourRoutes() == 1
            }
            return daemon
        }

        private func ourRoutes() throws -> Int {
            try stage.routes(to: Stage.vip.address).count { $0.contains("proto 76") }
        }

        /// A line of `/proc/PID/status`.
        private func status(_ name: String, of daemon: Lvscare) throws -> String {
            let text = try String(contentsOfFile: "/proc/\(daemon.pid)/status", encoding: .utf8)
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(name):") })
            return line.split(whereSeparator: \.isWhitespace).dropFirst().joined(separator: " ")
        }

        @Test(arguments: [
            (Self.asRoot, "0 0 0 0", "route"), (Self.asNobody, "65534 65534 65534 65534", "route"),
            (Self.asRoot, "0 0 0 0", "link"),
        ])
        func `one capability and a read-only root are enough`(prefix: String, user: String, mode: String) throws {
            let root = "unshare --mount sh -c 'mount -o remount,bind,ro / && exec \"$@\"' sh"
            let daemon = try start("\(root) \(prefix)", mode: mode)
            // CAP_NET_ADMIN is number 12 (linux/capability.h).
            for set in ["CapEff", "CapPrm", "CapBnd"] {
                #expect(try status(set, of: daemon) == "0000000000001000", "\(set)")
            }
            #expect(try status("NoNewPrivs", of: daemon) == "1")
            #expect(try status("Uid", of: daemon) == user)
            #expect(try Shell.lines("findmnt --task \(daemon.pid) -no OPTIONS /")[0].hasPrefix("ro"))
            #expect(try Shell.lines("sysctl -n net.ipv4.vs.expire_nodest_conn") == ["1"])
            #expect(try HTTPClient.get(Stage.vip).hasPrefix("127.0.0.1:808"))

            try Shell.lines("ipvsadm -C; ip route del table local \(Stage.vip.address) proto 76")
            try eventually("repaired: \(daemon.log)") {
                try stage.table() == complete && ourRoutes() == 1
            }
            servers[0].kill()
            try eventually("quiesced: \(daemon.log)") { try !stage.table().contains("127.0.0.1:8081 1") }
            #expect(try HTTPClient.get(Stage.vip).hasPrefix("127.0.0.1:8082"))
            #expect(daemon.terminate() == 0, "\(daemon.log)")
            #expect(!daemon.log.contains("kernel refused"), "\(daemon.log)")

            let clean = try Lvscare.run("care --vs \(Stage.vip) -C", prefix: prefix)
            #expect(clean.status == 0, "\(clean.error)")
            #expect(try IPVSOracle.saved() == [])
            #expect(try stage.routes(to: Stage.vip.address) == [])
        }

        /// As container runtimes give it to containers that are not privileged.
        @Test(arguments: [Self.asRoot, Self.asNobody])
        func `a daemon without the kernel settings works and names what is missing`(prefix: String) throws {
            let daemon = try start("\(Self.readOnly("/proc/sys")) \(prefix)")
            try eventually("\(daemon.log)") {
                ["net.ipv4.vs.expire_nodest_conn", "sysctl -w net.ipv4.vs.expire_nodest_conn=1", "Read-only"]
                    .allSatisfy(daemon.log.contains)
            }
            #expect(try Shell.lines("sysctl -n net.ipv4.vs.expire_nodest_conn") == ["0"])
            #expect(try HTTPClient.get(Stage.vip).hasPrefix("127.0.0.1:808"))

            try Shell.lines("ipvsadm -C")
            try eventually("repaired: \(daemon.log)") { try stage.table() == complete }
            servers[1].kill()
            try eventually("quiesced: \(daemon.log)") { try !stage.table().contains("127.0.0.1:8082 1") }
            #expect(daemon.terminate() == 0, "\(daemon.log)")
        }
    }
}
