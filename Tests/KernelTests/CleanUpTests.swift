import Addressing
import Foundation
import KernelTestKit
import Testing

extension KernelSuites {
    /// `lvscare care --vs VIP -C` after a daemon that was killed, in the midst of other people's things.
    @Suite struct CleanUpTests {
        let stage: Stage

        init() throws {
            stage = try Stage()
            // Somebody else's: links, addresses, routes to the VIPs, services, one of them at our address.
            try IPCommand.run([
                "link add d7 type dummy", "link set d7 addrgenmode none alias somebody's up",
                "addr add 10.79.0.1/24 dev d7", "addr add fd79::1/64 dev d7 nodad", "link add other2 type dummy",
                "addr add 10.79.1.1/32 dev other2", "route add 169.254.7.1 via 10.79.0.2 proto static metric 70",
                "route add blackhole 169.254.7.1 table 77", "route add fd99::7 via fd79::2 metric 70",
            ])
            try IPVSOracle.restore([
                "-A -t 10.200.0.9:80 -s wlc", "-a -t 10.200.0.9:80 -r 127.0.0.1:9090 -m -w 5",
                "-A -t 169.254.7.1:81 -s rr", "-a -t 169.254.7.1:81 -r 127.0.0.1:9091 -m -w 0",
                "-A -u 169.254.7.1:80 -s rr",
            ])
        }

        /// The things that a cleanup says it removed.
        private func removed(_ log: String) -> [String] {
            log.split(separator: "\n").compactMap { line in
                guard let start = line.range(of: "change=\"remove")?.upperBound,
                    let end = line[start...].firstIndex(of: "\"")
                else { return nil }
                // The number of a link differs from run to run.
                return String(line[start..<end].drop { $0 == "d" || $0 == " " }.replacing(/dev if\d+/, with: "dev d7"))
            }
        }

        private func clean(_ words: String) throws -> String {
            let result = try Lvscare.run("care \(words)")
            #expect(result.status == 0, "\(result.error)")
            return result.error
        }

        static let route = "route local 169.254.7.1/32 dev lo table local proto 76 src 127.0.0.1"
        static let route6 = "route local fd99::7/128 dev lo table local proto 76 src ::1"

        private static func link(_ name: String, _ vip: String = "169.254.7.1/32") -> [String] {
            ["address \(vip) dev \(name)", "link \(name) type dummy"]
        }

        @Test(
            arguments: [
                (Stage.vip, "", "", ["virtual service", route]),
                (
                    Stage.vip, "--ip 10.79.0.1", "--run-once",
                    [
                        "virtual service", "route local 169.254.7.1/32 dev lo table local proto 76 src 10.79.0.1",
                    ]
                ),
                (
                    Stage.vip, "--ip 10.79.0.3", "",
                    [
                        "virtual service", "route 169.254.7.1/32 via 10.79.0.3 dev d7 proto 76 metric 50",
                    ]
                ),
                (Stage.vip, "--mode=", "", ["virtual service"]),
                (Stage.vip, "--mode link", "--run-once", ["virtual service", route] + link("lvscare")),
                (Stage.vip, "--mode link -i other", "", ["virtual service", route] + link("other")),
                (
                    Stage.vip, "--mode link -i other --masqueradebit 31", "-i lvscare --masqueradebit 3 --mode=",
                    [
                        "virtual service", route,
                    ] + link("other")
                ),
                (
                    Stage.vip, "--mode link -i d7 --masqueradebit 14", "",
                    [
                        "virtual service", route, "address 169.254.7.1/32 dev d7",
                    ]
                ),
                (
                    Stage.vip, "--mode link -i other2", "--mode route",
                    [
                        "virtual service", route, "address 169.254.7.1/32 dev other2",
                    ]
                ),
                (Stage.vip6, "", "", ["virtual service", route6]),
                (
                    Stage.vip6, "--mode link", "--mode link",
                    ["virtual service", route6] + link("lvscare", "fd99::7/128")
                ),
                (
                    Stage.vip6, "--mode link -i d7", "--run-once",
                    [
                        "virtual service", route6, "address fd99::7/128 dev d7",
                    ]
                ),
            ] as [(Endpoint, String, String, [String])])
        func `a cleanup removes everything that a killed daemon left`(
            vip: Endpoint, flags: String, others: String, parts: [String]
        ) throws {
            let before = try Snapshot()
            let realServer = vip.address.family == .ipv6 ? "[::1]:8081" : "127.0.0.1:8081"
            let daemon = try Lvscare(
                "care \(flags.isEmpty ? "" : flags + " ")--vs \(vip) --rs \(realServer) --interval 1h")
            try eventually("\(daemon.log)") { daemon.log.contains("virtual service is ready") }
            daemon.kill()
            let log = try clean("--vs \(vip) -C \(others)")
            #expect(removed(log).filter { !$0.hasPrefix("element ") }.sorted() == parts.sorted(), "\(log)")
            #expect(log.contains("kernel settings left unchanged"))
            try before.expectAgain("\(flags)")
            let again = try clean("--vs \(vip) -C \(others)")
            #expect(again.contains("nothing to remove"))
            #expect(again.split(separator: "\n").count == 1, "\(again)")
            try before.expectAgain("\(flags)")
        }

        @Test(arguments: [
            (
                "the link",
                "ipvsadm -D -t \(Stage.vip); ip addr del 169.254.7.1/32 dev other; ip route del table local 169.254.7.1",
                ["link other type dummy"]
            ),
            (
                "link and address", "ipvsadm -D -t \(Stage.vip); ip route del table local 169.254.7.1 proto 76",
                link("other")
            ),
            ("the route", "ipvsadm -D -t \(Stage.vip); ip link del other", [route]),
            ("the service", "ip link del other; ip route del table local 169.254.7.1", ["virtual service"]),
        ])
        func `a cleanup removes the part that is left`(part: String, command: String, parts: [String]) throws {
            let before = try Snapshot()
            #expect(
                try Lvscare.run("care --vs \(Stage.vip) --rs 127.0.0.1:8081 --mode link -i other --run-once").status
                    == 0)
            try Shell.lines(command)
            let log = try clean("--vs \(Stage.vip) -C")
            #expect(removed(log).filter { !$0.hasPrefix("element ") } == parts, "\(log)")
            try before.expectAgain("\(part)")
            #expect(try clean("--vs \(Stage.vip) -C").contains("nothing to remove"))
        }

        @Test(arguments: ["lvscare", "other"])
        func `another service on the same link goes on after a cleanup`(name: String) throws {
            let other = endpoint("169.254.7.2:80")
            let before = try Snapshot()
            let server = try EchoServer(endpoint("127.0.0.1:8081"))
            let daemon = try Lvscare(
                "care --vs \(other) --rs \(server.endpoint) --mode link -i \(name) --interval 500ms",
                "--health-schem http --health-path /")
            try eventually("\(daemon.log)") { daemon.log.contains("virtual service is ready") }
            let beside = try Snapshot()
            #expect(
                try Lvscare.run("care --vs \(Stage.vip) --rs \(server.endpoint) --mode link -i \(name) --run-once")
                    .status
                    == 0)
            let traffic = Traffic(to: other)
            let observer = TableObserver(of: other, healthy: ["\(server.endpoint)"])
            let log = try clean("--vs \(Stage.vip) -C")
            #expect(!log.contains("removed link"))
            try beside.expectAgain()
            try traffic.flow()
            let record = traffic.stop()
            #expect(record.mishaps.isEmpty)
            #expect(record.slowest < .seconds(1))
            #expect(observer.stop().lapses.isEmpty)
            #expect(!daemon.log.contains("repaired"), "\(daemon.log)")
            #expect(daemon.terminate() == 0)
            #expect(try clean("--vs \(other) -C").contains("removed link"))
            try before.expectAgain()
        }
    }
}
