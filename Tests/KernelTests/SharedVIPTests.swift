import Addressing
import KernelTestKit
import Testing

extension KernelSuites {
    /// Two virtual services that differ only in their port: what leads to the VIP serves both.
    @Suite struct SharedVIPTests {
        let stage: Stage
        let here: EchoServer
        let there: EchoServer
        static let other = endpoint("169.254.7.1:81")

        init() throws {
            stage = try Stage()
            try stage.addHost()
            here = try EchoServer(endpoint("127.0.0.1:8081"))
            there = try EchoServer(endpoint("10.77.0.2:8083"), in: "m1")
        }

        @Test(arguments: ["route", "link"])
        func `the last service that goes takes the path along`(mode: String) throws {
            #expect(
                try Lvscare.run("care --vs \(Stage.vip) --rs \(here.endpoint) --mode \(mode) --run-once").status == 0)
            let daemon = try Lvscare(
                "care --vs \(Self.other) --rs \(there.endpoint) --mode \(mode) --health-schem http --health-path /")
            try eventually("\(daemon.log)") {
                (try? HTTPClient.get(Self.other))?.hasPrefix("\(there.endpoint) ") == true
            }
            let path = try stage.routes(to: Stage.vip.address) + stage.addresses(on: "lvscare")
            let traffic = Traffic(to: Self.other)
            let first = try Lvscare.run("care --vs \(Stage.vip) -C")
            #expect(first.status == 0)
            #expect(first.error.contains("needed-by=\(Self.other)"), "\(first.error)")
            #expect(!first.error.contains("removed "), "\(first.error)")
            #expect(try stage.routes(to: Stage.vip.address) + stage.addresses(on: "lvscare") == path)
            #expect(traffic.stop().mishaps.isEmpty)
            #expect(daemon.terminate() == 0)
            #expect(try Lvscare.run("care --vs \(Self.other) -C").status == 0)
            #expect(try stage.routes(to: Stage.vip.address) + stage.addresses(on: "lvscare") == [])
            #expect(try Shell.run("ip link show lvscare").status != 0)
        }

        /// One alone would have clients come from 127.0.0.1, the other from 10.77.0.1; they must not fight over it, and
        /// the remote real server must be reached whoever was first.
        @Test(arguments: ["route", "link"], [false, true])
        func `services with one VIP agree on the source`(mode: String, isReversed: Bool) throws {
            var services = ["--vs \(Stage.vip) --rs \(here.endpoint)", "--vs \(Self.other) --rs \(there.endpoint)"]
            if isReversed { services.reverse() }
            let daemons = try services.map { words in
                let daemon = try Lvscare(
                    "care \(words) --mode \(mode) --interval 300ms --health-schem http --health-path /",
                    "--logger DEBG")
                try eventually("\(daemon.log)") { daemon.log.contains("virtual service is ready") }
                return daemon
            }
            try eventually { (try? HTTPClient.get(Self.other)) == "\(there.endpoint) to 10.77.0.1" }
            let marks = daemons.map(\.log.count)
            // Ten probes later there were passes enough to fight.
            for daemon in daemons {
                let before = daemon.log.split(separator: "probe succeeded").count
                try eventually { daemon.log.split(separator: "probe succeeded").count > before + 10 }
            }
            for (daemon, mark) in zip(daemons, marks) {
                let log = daemon.log.dropFirst(mark)
                #expect(!log.contains("repaired") && !log.contains("path changed"), "\(log)")
            }
            #expect(try HTTPClient.get(Self.other) == "\(there.endpoint) to 10.77.0.1")
            #expect(try HTTPClient.get(Stage.vip) == "\(here.endpoint) to 10.77.0.1")
        }
    }
}
