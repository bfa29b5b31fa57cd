import Addressing
import Foundation
import KernelTestKit
import SystemPackage
import Testing

extension KernelSuites {
    /// One process takes over from another while clients use the VIP, and none of them notices.
    @Suite struct HandOverTests {
        /// A virtual service with a real server on this node and one on another.
        struct Setting: CustomTestStringConvertible, Sendable {
            var mode: String
            var vip: Endpoint
            var realServers: [String]

            static let route4 = ipv4("route")
            static let route6 = ipv6("route")
            static let link4 = ipv4("link")
            static let link6 = ipv6("link")
            static let all = [route4, route6, link4, link6]

            private static func ipv4(_ mode: String) -> Setting {
                Setting(mode: mode, vip: Stage.vip, realServers: ["10.77.0.1:8081", "10.77.0.2:8082"])
            }

            private static func ipv6(_ mode: String) -> Setting {
                Setting(mode: mode, vip: Stage.vip6, realServers: ["[fd77::1]:8081", "[fd77::2]:8082"])
            }

            var testDescription: String { "\(mode) mode, \(vip)" }

            func flags(_ realServers: [String]? = nil, interval: String = "500ms") -> String {
                "care --vs \(vip) --rs \((realServers ?? self.realServers).joined(separator: ",")) --mode \(mode)"
                    + " --interval \(interval) --health-schem http --health-path /"
            }
        }

        let stage: Stage

        init() throws {
            stage = try Stage()
            try stage.addHost()
            // An address that the kernel makes by itself would come in the midst of a test.
            try Shell.lines("ip addr flush dev v0 scope link")
        }

        /// Real servers at these endpoints, those of the other network on the other host.
        func serve(_ realServers: [String]) throws -> [EchoServer] {
            try realServers.map {
                try EchoServer(endpoint($0), in: $0.contains("10.77.0.2") || $0.contains("fd77::2") ? "m1" : nil)
            }
        }

        /// A daemon that has begun to look after the service.
        private func start(_ words: String) throws -> Lvscare {
            let daemon = try Lvscare(words)
            try eventually("\(daemon.log)") { daemon.log.contains("virtual service is ready") }
            return daemon
        }

        /// The table, the routes and the addresses, as far as the daemon has to do with them.
        func state(_ vip: Endpoint) throws -> [String] {
            try IPVSOracle.saved() + stage.routes(to: vip.address)
                + Shell.run("ip -j route show to \(vip.address) table all; ip -j addr show dev lvscare").lines
        }

        /// Nobody was reset, refused or kept waiting for as long as it takes to send a lost packet again.
        func expectUndisturbed(
            _ traffic: Traffic, _ log: String = "", sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let record = traffic.stop()
            #expect(record.mishaps.isEmpty, "\(log)", sourceLocation: sourceLocation)
            #expect(record.slowest < .seconds(1), "\(log)", sourceLocation: sourceLocation)
            #expect(record.answers > 40, sourceLocation: sourceLocation)
        }

        /// What a daemon must not say that found everything as it should be.
        func expectQuiet(_ log: String, sourceLocation: SourceLocation = #_sourceLocation) {
            for word in ["repaired", "table changed", "path changed", "refused", "ERROR"] {
                #expect(!log.contains(word), "\(log)", sourceLocation: sourceLocation)
            }
        }

        @Test(arguments: Setting.all)
        func `clients notice no kill, restart or upgrade of the daemon`(setting: Setting) throws {
            let servers = try serve(setting.realServers)
            defer { withExtendedLifetime(servers) {} }
            var daemon = try start(setting.flags())
            let undisturbed = try state(setting.vip)
            let traffic = Traffic(to: setting.vip)
            let observer = TableObserver(of: setting.vip, healthy: Set(setting.realServers))
            for signal in [SIGKILL, SIGKILL, SIGKILL, SIGKILL, SIGKILL, SIGTERM] {
                if signal == SIGKILL { daemon.kill() } else { #expect(daemon.terminate(with: signal) == 0) }
                daemon = try start(setting.flags())
                try eventually("\(daemon.log)") {
                    daemon.log.components(separatedBy: "real server is healthy").count == 3
                }
                expectQuiet(daemon.log)
            }
            try traffic.flow()
            expectUndisturbed(traffic, daemon.log)
            let seen = observer.stop()
            #expect(seen.lapses.isEmpty)
            #expect(seen.weights == Dictionary(uniqueKeysWithValues: setting.realServers.map { ($0, [1]) }))
            #expect(try state(setting.vip) == undisturbed)
            #expect(daemon.terminate() == 0)
        }

        @Test(arguments: [Setting.route6, .link4])
        func `a service set up once is kept later`(setting: Setting) throws {
            let servers = try serve(setting.realServers)
            defer { withExtendedLifetime(servers) {} }
            let byHand = try Lvscare.run(setting.flags() + " --run-once")
            #expect(byHand.status == 0, "\(byHand.error)")
            let undisturbed = try state(setting.vip)
            let traffic = Traffic(to: setting.vip)
            let observer = TableObserver(of: setting.vip, healthy: Set(setting.realServers))
            let daemon = try start(setting.flags())
            try eventually("\(daemon.log)") {
                daemon.log.components(separatedBy: "real server is healthy").count == 3
            }
            try traffic.flow()
            expectUndisturbed(traffic, daemon.log)
            expectQuiet(daemon.log)
            let seen = observer.stop()
            #expect(seen.lapses.isEmpty)
            #expect(seen.weights == Dictionary(uniqueKeysWithValues: setting.realServers.map { ($0, [1]) }))
            #expect(try state(setting.vip) == undisturbed)
            #expect(daemon.terminate() == 0)
        }

        /// What the original sets up for clients on this node. Its rules of iptables are not ours to touch.
        @Test(arguments: [
            ("route", "route add 169.254.7.1 via 10.77.0.1 metric 50"),
            ("link", "route add 169.254.7.1 via 10.77.0.1 metric 50"),
            ("route", "link add lvscare type dummy\naddr add 169.254.7.1/32 dev lvscare"),
            ("link", "link add lvscare type dummy\naddr add 169.254.7.1/32 dev lvscare"),
        ])
        func `a daemon takes over the original's rules`(mode: String, path: String) throws {
            // With the link alone, which needs rules of iptables for more, only real servers on this node answer; with
            // the route alone only others do.
            let realServers =
                path.contains("dummy") ? ["10.77.0.1:8081", "10.77.0.1:8082"] : ["10.77.0.2:8081", "10.77.0.2:8082"]
            let setting = Setting(mode: mode, vip: Stage.vip, realServers: realServers)
            let servers = try serve(realServers)
            defer { withExtendedLifetime(servers) {} }
            let daemon: Lvscare
            let undisturbed: [String]
            do {
                let alone = try start(setting.flags())
                undisturbed =
                    try IPVSOracle.saved() + stage.routes(to: Stage.vip.address).filter { $0.contains(" 76 ") }
                #expect(alone.terminate() == 0)
                #expect(try Lvscare.run("care --vs \(Stage.vip) -C").status == 0)
            }
            let before = try Snapshot()
            try IPCommand.run(path.split(separator: "\n").map(String.init))
            try IPVSOracle.restore(
                ["-A -t \(Stage.vip) -s rr"] + realServers.map { "-a -t \(Stage.vip) -r \($0) -m -w 1" })

            let traffic = Traffic(to: Stage.vip)
            let observer = TableObserver(of: Stage.vip, healthy: Set(realServers))
            daemon = try start(setting.flags())
            try eventually("\(daemon.log)") {
                daemon.log.components(separatedBy: "real server is healthy").count == 3
            }
            try traffic.flow()
            expectUndisturbed(traffic, daemon.log)
            for word in ["repaired", "table changed", "ERROR"] { #expect(!daemon.log.contains(word), "\(daemon.log)") }
            let seen = observer.stop()
            #expect(seen.lapses.isEmpty)
            #expect(seen.weights == Dictionary(uniqueKeysWithValues: realServers.map { ($0, [1]) }))
            #expect(
                try IPVSOracle.saved() + stage.routes(to: Stage.vip.address).filter { $0.contains(" 76 ") }
                    == undisturbed)
            #expect(daemon.terminate() == 0)
            #expect(try Lvscare.run("care --vs \(Stage.vip) -C").status == 0)
            try before.expectAgain()
        }

        /// Not to link mode with IPv6: there, an address that is made takes over for an instant (decision 4).
        @Test(arguments: [Setting.route4, .route6, .link4])
        func `the other mode takes over`(setting: Setting) throws {
            let servers = try serve(setting.realServers)
            defer { withExtendedLifetime(servers) {} }
            var first = setting
            first.mode = setting.mode == "link" ? "route" : "link"
            let old = try start(first.flags())
            let traffic = Traffic(to: setting.vip)
            let observer = TableObserver(of: setting.vip, healthy: Set(setting.realServers))
            old.kill()
            let daemon = try start(setting.flags())
            try traffic.flow()
            expectUndisturbed(traffic, daemon.log)
            #expect(observer.stop().lapses.isEmpty)
            #expect(try (Shell.run("ip link show lvscare").status == 0) == (setting.mode == "link"))
            #expect(!daemon.log.contains("repaired"), "\(daemon.log)")
            #expect(!daemon.log.contains("ERROR"), "\(daemon.log)")
        }

        @Test(arguments: [Setting.route4, .route6])
        func `another source takes over`(setting: Setting) throws {
            let servers = try serve(setting.realServers)
            defer { withExtendedLifetime(servers) {} }
            let isIPv6 = setting.vip.address.family == .ipv6
            try IPCommand.run("addr add \(isIPv6 ? "fd77::5/64" : "10.77.0.5/24") dev v0 \(isIPv6 ? "nodad" : "")")
            let old = try start(setting.flags())
            let traffic = Traffic(to: setting.vip)
            old.kill()
            let source = isIPv6 ? "fd77::5" : "10.77.0.5"
            let daemon = try start(setting.flags() + " --ip \(source)")
            try traffic.flow()
            expectUndisturbed(traffic, daemon.log)
            let routes = try stage.routes(to: setting.vip.address)
            #expect(routes.count == 1)
            #expect(routes.first?.contains("src \(source)") == true)
        }

        @Test(arguments: [Setting.route4, .link6])
        func `other real servers are declared without a failed request`(setting: Setting) throws {
            let new = setting.realServers[1].replacingOccurrences(of: "8082", with: "8083")
            let (old, staying) = (setting.realServers[0], setting.realServers[1])
            let servers = try serve(setting.realServers + [new])
            defer { withExtendedLifetime(servers) {} }
            let first = try start(setting.flags())
            let clients = try HTTPClient.ofDifferentServers(2, behind: setting.vip)
            let answers = try clients.map { try $0.get() }
            let affected = try #require(answers.firstIndex { $0.hasPrefix(old) })
            let traffic = Traffic(to: setting.vip, keepAlive: 0)
            let observer = TableObserver(of: setting.vip, healthy: Set(setting.realServers + [new]))
            first.kill()

            let daemon = try start(setting.flags([staying, new], interval: "1s"))
            let began = ContinuousClock.now
            try eventually("\(daemon.log)") {
                do {
                    #expect(try clients[affected].get() == answers[affected])
                    return false
                } catch {
                    #expect(error as? Errno == .connectionReset)
                    return true
                }
            }
            #expect(ContinuousClock.now - began > .milliseconds(500), "served until the next check")
            #expect(try stage.table() == ["\(staying) 1", "\(new) 1"])
            #expect(try clients[1 - affected].get() == answers[1 - affected])
            expectUndisturbed(traffic, daemon.log)
            let seen = observer.stop()
            #expect(seen.lapses.isEmpty)
            #expect(seen.weights == [old: [1, 0, nil], staying: [1], new: [1]])
            #expect(!daemon.log.contains("repaired"), "\(daemon.log)")
        }

        @Test(arguments: [Setting.route4, .link6], [SIGTERM, SIGKILL])
        func `a quiescent real server stays quiescent`(setting: Setting, signal: Int32) throws {
            let servers = try serve(setting.realServers)
            let words = setting.flags(interval: "800ms") + " --health-timeout 400ms"
            let first = try start(words)
            let (silent, answering) = (setting.realServers[0], setting.realServers[1])
            let observer = TableObserver(of: setting.vip, healthy: [answering])
            servers[0].isSilent = true
            try eventually("\(first.log)") { try stage.table().contains("\(silent) 0") }
            if signal == SIGKILL { first.kill() } else { #expect(first.terminate(with: signal) == 0) }
            let daemon = try start(words)
            try eventually("\(daemon.log)") { try stage.table() == ["\(answering) 1"] }
            servers[0].isSilent = false
            try eventually("\(daemon.log)") { try stage.table() == ["\(silent) 1", "\(answering) 1"] }
            let seen = observer.stop()
            #expect(seen.lapses.isEmpty)
            #expect(seen.weights == [silent: [1, 0, nil, 1], answering: [1]])
            #expect(!daemon.log.contains("repaired"), "\(daemon.log)")
        }
    }
}
