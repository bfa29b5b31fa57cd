import Addressing
import Foundation
import KernelTestKit
import Testing

extension KernelSuites {
    /// `--run-once` where a part of the set-up is impossible: it says so, and leaves the node as it found it.
    @Suite struct RunOnceTests {
        let stage: Stage
        /// What the original made for the VIP, with a real server that is not declared any more.
        static let originals = ["-A -t \(Stage.vip) -s rr", "-a -t \(Stage.vip) -r 127.0.0.1:9090 -m -w 1"]

        init() throws {
            stage = try Stage()
            try IPCommand.run([
                "link add d7 type dummy", "link set d7 addrgenmode none up", "addr add 10.79.0.1/24 dev d7",
            ])
        }

        private func expectRefusal(
            _ words: String, status: Int32 = 1, _ mentions: [String], sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let before = try Snapshot()
            let result = try Lvscare.run("care \(words) --run-once")
            #expect(result.status == status, "\(result.error)", sourceLocation: sourceLocation)
            let lines = result.error.split(separator: "\n")
            // The failure comes last, once, as the one line that is not of the log.
            #expect(lines.filter { $0.hasPrefix("lvscare: ") }.count == 1, "\(result.error)")
            let last = try #require(lines.last)
            #expect(last.hasPrefix("lvscare: "), "\(result.error)", sourceLocation: sourceLocation)
            for mention in mentions {
                #expect(last.contains(mention), "\(result.error)", sourceLocation: sourceLocation)
            }
            try before.expectAgain("\(result.error)", sourceLocation: sourceLocation)
        }

        static let cases: [(flags: String, mentions: [String])] = [
            (
                "--rs 127.0.0.1:8081 --ip 203.0.113.1",
                ["203.0.113.1", "unreachable", "without one named, none is needed"]
            ),
            ("--rs 203.0.113.9:8081", ["no route to 203.0.113.9", "name one of its addresses (--ip"]),
            ("--rs 127.0.0.1:8081 --mode link -i lo", ["link lo", "not a dummy link", "--iface"]),
            ("--rs 203.0.113.9:8081 --mode link", ["no route to 203.0.113.9"]),
        ]

        @Test(arguments: cases)
        func `a failed set-up leaves nothing behind`(flags: String, mentions: [String]) throws {
            try expectRefusal("--vs \(Stage.vip) \(flags)", mentions)
        }

        @Test(arguments: cases)
        func `a failed set-up leaves everything that was there before`(flags: String, mentions: [String]) throws {
            try IPVSOracle.restore(Self.originals)
            try IPCommand.run("route add 169.254.7.1 via 10.79.0.2 metric 50")
            try expectRefusal("--vs \(Stage.vip) \(flags)", mentions)
            try Shell.lines("ipvsadm -e -t \(Stage.vip) -r 127.0.0.1:9090 -m -w 0")
            try expectRefusal("--vs \(Stage.vip) \(flags)", mentions)
        }

        @Test(arguments: cases)
        func `a failed set-up leaves everything that an earlier one made`(flags: String, mentions: [String]) throws {
            for mode in ["route", "link"] {
                #expect(
                    try Lvscare.run(
                        "care --vs \(Stage.vip) --rs 127.0.0.1:8082 --scheduler wrr --mode \(mode) --run-once"
                    ).status
                        == 0)
                try expectRefusal("--vs \(Stage.vip) \(flags)", mentions)
            }
        }

        @Test(arguments: [[], originals])
        func `an unknown scheduler rolls everything back`(table: [String]) throws {
            try IPVSOracle.restore(table)
            try expectRefusal(
                "--vs \(Stage.vip) --rs 127.0.0.1:8081 --scheduler nosuch", status: 64,
                ["--scheduler \"nosuch\"", "usually rr"])
        }

        @Test func `an address of another link rolls everything back`() throws {
            try IPCommand.run("addr add fd99::7/128 dev d7 nodad")
            try expectRefusal(
                "--vs \(Stage.vip6) --rs [::1]:8081", ["packets for fd99::7 take", "remove that route, or the address"])
        }

        @Test func `another link is taken over only on success`() throws {
            try IPCommand.run([
                "link add other type dummy", "addr add 169.254.7.1/32 dev other", "link set other up",
                "link set other down",
            ])
            try expectRefusal(
                "--vs \(Stage.vip) --rs 203.0.113.9:8081 --mode link -i other", ["no route to 203.0.113.9"])
        }

        @Test func `a kernel without dummy links rolls everything back`() throws {
            try IPCommand.run("link del d7")
            let program = try Shell.lines("cat /proc/sys/kernel/modprobe").first ?? ""
            try Shell.lines("sysctl -w kernel.modprobe=/bin/false; rmmod dummy")
            defer {
                _ = try? Shell.run("sysctl -w kernel.modprobe=\(program)")
                IPCommand.cleanUp("link add d7 type dummy", "link del d7")
            }
            try expectRefusal(
                "--vs \(Stage.vip) --rs 127.0.0.1:8081 --mode link",
                ["link lvscare type dummy", "Unknown device type", "modprobe dummy"])
        }
    }
}
