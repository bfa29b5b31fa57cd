import Addressing
import Foundation
import KernelTestKit
import Testing

extension KernelSuites {
    /// `lvscare care -C --all`: whatever this program made goes, and nothing else.
    @Suite(.timeLimit(.minutes(5))) struct CleanUpAllTests {
        let stage: Stage

        init() throws {
            stage = try Stage()
            // Somebody else's, some of it at our addresses.
            try IPCommand.run([
                "link add d7 type dummy", "link set d7 addrgenmode none alias somebody's up",
                "addr add 10.79.0.1/24 dev d7", "route add 169.254.7.1 via 10.79.0.2 proto static metric 70",
                "route add blackhole 169.254.7.2 table 77",
            ])
            try IPVSOracle.restore(["-A -t 10.200.0.9:80 -s wlc", "-a -t 10.200.0.9:80 -r 127.0.0.1:9090 -m -w 5"])
            guard hasNFTables else { return }
            try Shell.lines("nft 'table ip lvscare-like { chain c { accept; }; }'")
            try Shell.lines(
                "nft 'table ip lvscare-10.200.0.9-80 { comment \"made by somebody\"; chain c { accept; }; }'")
        }

        private static let file = """
            apiVersion: lvscare/v1
            kind: Configuration
            services:
            - {virtual: "169.254.7.1:80", checks: [], realServers: ["127.0.0.1:8081"]}
            - {virtual: "169.254.7.2:53", protocol: udp, path: link, checks: [], realServers: ["127.0.0.1:53"]}

            """

        @Test func `what a killed daemon left goes, what a running one keeps and what is of others stays`() throws {
            let before = try Snapshot()
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml")
            try Self.file.write(to: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: file) }
            let killed = try Lvscare("care --config \(file.path)")
            try eventually(within: .seconds(30), "\(killed.log)") {
                try IPVSOracle.saved().contains { $0.contains("169.254.7.1:80") }
                    && IPVSOracle.saved().contains { $0.contains("-A -u 169.254.7.2:53") }
                    && !stage.addresses(on: "lvscare").isEmpty
            }
            killed.kill()
            let running = try Lvscare("care --vs \(Stage.vip6) --rs [::1]:8081 --mode link -i v6 --interval 1h")
            try eventually("\(running.log)") { running.log.contains("virtual service is ready") }

            let first = try Lvscare.run("care -C --all")
            #expect(first.status == 75, "\(first.error)")
            #expect(first.error.contains("virtual service left as it is"), "\(first.error)")
            #expect(first.error.contains("kept-by=\"process "), "\(first.error)")
            #expect(first.error.contains("169.254.7.2/32 dev lvscare"), "\(first.error)")
            #expect(first.error.contains("link lvscare type dummy"), "\(first.error)")
            #expect(try IPVSOracle.saved().allSatisfy { !$0.contains("169.254.7.") })
            #expect(try IPVSOracle.saved().contains { $0.hasPrefix("-A -t \(Stage.vip6)") })
            #expect(try stage.addresses(on: "v6") == ["\(Stage.vip6.address)/128"])
            #expect(!running.log.contains("repaired"), "\(running.log)")

            #expect(running.terminate() == 0)
            let second = try Lvscare.run("care --clean --all")
            #expect(second.status == 0, "\(second.error)")
            #expect(second.error.contains("kernel settings left unchanged"), "\(second.error)")
            try before.expectAgain()
            let third = try Lvscare.run("care --clean --all")
            #expect(third.status == 0 && third.error.contains("nothing to remove"), "\(third.error)")
            try before.expectAgain()
        }

        @Test func `a service at one of our addresses that may be somebody else's is named and stays`() throws {
            try IPCommand.run(["addr add 169.254.7.1/32 dev d7"])
            try IPVSOracle.restore(["-A -t \(Stage.vip.address):9999 -s rr"])
            let before = try Snapshot()
            let killed = try Lvscare("care --vs \(Stage.vip) --rs 127.0.0.1:8081 --mode route --interval 1h")
            let ours = try Lvscare("care --vs 169.254.7.3:80 --rs 127.0.0.1:8081 --mode route --interval 1h")
            for daemon in [killed, ours] {
                try eventually("\(daemon.log)") { daemon.log.contains("virtual service is ready") }
                daemon.kill()
            }
            try IPVSOracle.restore(["-A -t 169.254.7.3:9999 -s rr"])

            let result = try Lvscare.run("care -C --all")
            #expect(result.status == 0, "\(result.error)")
            let doubt = "virtual service left as it is: it may be somebody else's"
            for service in ["\(Stage.vip)", "\(Stage.vip.address):9999"] {
                let line = result.error.split(separator: "\n").first {
                    $0.contains("service=\(service)") && $0.contains(doubt)
                }
                #expect(line?.contains("--clean --vs \(service)") == true, "\(result.error)")
                #expect(try IPVSOracle.saved().contains { $0.hasPrefix("-A -t \(service)") })
            }
            // Nobody else has this address, so all that is there is taken for ours, and told.
            #expect(
                result.error.split(separator: "\n").count {
                    $0.contains("table changed") && $0.contains("169.254.7.3:")
                } >= 2)
            #expect(try Lvscare.run("care -C --vs \(Stage.vip)").status == 0)
            try before.expectAgain("\(result.error)")
        }

        @Test func `what has lost its service goes, too`() throws {
            let before = try Snapshot()
            #expect(
                try Lvscare.run("care --vs \(Stage.vip) --rs 127.0.0.1:8081 --mode link -i v7 --run-once").status == 0)
            #expect(try Lvscare.run("care --vs \(Stage.vip6) --rs [::1]:8081 --run-once").status == 0)
            try Shell.lines("ipvsadm -D -t \(Stage.vip); ipvsadm -D -t \(Stage.vip6)")
            let result = try Lvscare.run("care -C --all")
            #expect(result.status == 0, "\(result.error)")
            try before.expectAgain("\(result.error)")
        }
    }
}
