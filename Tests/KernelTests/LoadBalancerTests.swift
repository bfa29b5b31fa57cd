import Addressing
import Foundation
import KernelTestKit
import LVSCare
import LVSCareModel
import Testing

extension KernelSuites {
    /// What a program gets that imports LVSCare, on a real kernel, in the eyes of ipvsadm and of clients.
    @Suite(.timeLimit(.minutes(5))) struct LoadBalancerTests {
        let stage: Stage

        init() throws { stage = try Stage() }

        private func specification(
            _ ports: [Int], of vip: Endpoint = Stage.vip, interval: Duration = .milliseconds(300)
        ) -> Specification {
            Specification(
                service: VirtualService(vip), realServers: ports.map { realServer($0, vip.address.family) },
                healthCheck: HealthCheck(
                    interval: interval, timeout: .seconds(2),
                    probe: .http(HTTPProbeConfiguration(scheme: .http, target: "/"))))
        }

        private func realServer(_ port: Int, _ family: IPAddress.Family = .ipv4) -> RealServer {
            RealServer(Endpoint(address: .loopback(family), port: UInt16(port)))
        }

        private func serve(_ ports: [Int], _ family: IPAddress.Family = .ipv4) throws -> [EchoServer] {
            try ports.map { try EchoServer(realServer($0, family).endpoint) }
        }

        /// Reads until `isWanted` takes an event, and returns all that was read.
        @discardableResult
        private func read(
            _ events: inout BalancerEvents.AsyncIterator, until isWanted: (BalancerEvent.Kind) -> Bool
        ) async -> [BalancerEvent.Kind] {
            var read: [BalancerEvent.Kind] = []
            while let event = await events.next() {
                read.append(event.kind)
                if isWanted(event.kind) { break }
            }
            return read
        }

        /// Active connections of each real server as `ipvsadm -Ln` shows them:
        /// `  -> 127.0.0.1:8081               Masq    1      2          0`.
        private func activeConnections() throws -> [String: UInt32] {
            let rows = try Shell.lines("ipvsadm -Ln").map { $0.split(separator: " ") }
            return Dictionary(
                uniqueKeysWithValues: rows.compactMap { row in
                    guard row.count == 6, row[0] == "->", let active = UInt32(row[4]) else { return nil }
                    return (String(row[1]), active)
                })
        }

        @Test func `a lost real server is reported with its reason`() async throws {
            let servers = try serve([8081, 8082])
            let balancer = try await LoadBalancer.start(specification([8081, 8082]))
            #expect(try stage.table() == ["127.0.0.1:8081 1", "127.0.0.1:8082 1"], "when the start returns")
            var events = balancer.events().makeAsyncIterator()
            var healthy: Set<RealServer> = []
            await read(&events) { event in
                if case .transition(let transition) = event { healthy.insert(transition.realServer) }
                return healthy.count == 2
            }
            servers[1].kill()
            var transitions: [HealthTransition] = []
            await read(&events) { event in
                switch event {
                case .transition(let transition): transitions.append(transition)
                case .changed(let planned): return planned.change == .remove(realServer(8082))
                default: break
                }
                return false
            }
            #expect(transitions.map(\.realServer) == [realServer(8082)])
            #expect(transitions.first?.to == .unhealthy)
            guard case .unhealthy(let failure)? = transitions.first?.outcome else {
                Issue.record("\(transitions)")
                return
            }
            #expect(failure.reason == .refused)
            #expect(try stage.table() == ["127.0.0.1:8081 1"])
            await balancer.stop()
            withExtendedLifetime(servers) {}
        }

        @Test func `a snapshot is what ipvsadm shows`() async throws {
            let servers = try serve([8081, 8082])
            var wanted = specification([8081, 8082], interval: .seconds(60))
            // Its connections would be counted.
            wanted.verifiesPath = false
            let balancer = try await LoadBalancer.start(wanted)
            let clients = try (0..<3).map { _ in try HTTPClient(Stage.vip) }
            for client in clients { _ = try client.get() }
            try IPVSOracle.restore(["-a -t \(Stage.vip) -r 127.0.0.1:8099 -m -w 0"])
            let snapshot = try #require(try await balancer.snapshot()[VirtualService(Stage.vip)])
            let active = snapshot.realServers.map { ("\($0.realServer)", $0.observed?.activeConnections) }
            #expect(Dictionary(uniqueKeysWithValues: active) == (try activeConnections().mapValues(Optional.some)))
            #expect(active.reduce(0) { $0 + ($1.1 ?? 0) } == 3)
            #expect(snapshot.realServers.map { "\($0.realServer) \($0.observed?.weight ?? 9)" } == (try stage.table()))
            #expect(snapshot.realServers.map(\.health?.state) == [.healthy, .healthy, nil])
            #expect(snapshot.scheduler == .roundRobin)
            await balancer.stop()
            withExtendedLifetime((servers, clients)) {}
        }

        @Test func `real servers change under traffic and no request fails`() async throws {
            let servers = try serve([8081, 8082, 8083])
            // Those that go keep their connections as long as there are any.
            func wanted(_ ports: [Int]) -> Specification {
                var wanted = specification(ports)
                wanted.drainTimeout = .seconds(60)
                return wanted
            }
            let balancer = try await LoadBalancer.start(wanted([8081, 8082]))
            let traffic = Traffic(to: Stage.vip)
            for ports in [[8082, 8083], [8083], [8081, 8083], [8081, 8082, 8083], [8082]] {
                let report = try await balancer.update(wanted(ports))
                #expect(report.failures.isEmpty)
                let expected = ports.map { "127.0.0.1:\($0) 1" }
                #expect(try stage.table().filter { $0.hasSuffix(" 1") } == expected, "when the update returns")
                try traffic.flow()
            }
            var faster = wanted([8082])
            faster.configuration.scheduler = .weightedRoundRobin
            faster.declare(members: faster.realServers.map { RealServerSpecification($0, weight: 7) })
            try await balancer.update(faster)
            #expect(try IPVSOracle.saved().contains("-A -t \(Stage.vip) -s wrr"))
            #expect(try stage.table().contains("127.0.0.1:8082 7"))
            try traffic.flow()
            let record = traffic.stop()
            #expect(record.mishaps.isEmpty)
            #expect(record.slowest < .seconds(1))
            // Their clients have gone.
            try eventually { try stage.table() == ["127.0.0.1:8082 7"] }
            await balancer.stop()
            withExtendedLifetime(servers) {}
        }

        @Test func `another path takes over under traffic`() async throws {
            let before = try Snapshot()
            let servers = try serve([8081, 8082])
            var wanted = specification([8081, 8082])
            let balancer = try await LoadBalancer.start(wanted)
            let traffic = Traffic(to: Stage.vip)
            wanted.path = .link(name: "other", masqueradeBit: 3)
            #expect(try await balancer.update(wanted).failures.isEmpty)
            #expect(try stage.addresses(on: "other") == ["\(Stage.vip.address)/32"])
            try traffic.flow()
            var renamed = wanted
            renamed.path = .link(name: "lvscare", masqueradeBit: 3)
            await #expect(throws: BalancerError.cannotChange(.linkName)) { try await balancer.update(renamed) }
            wanted.path = .route(hint: nil)
            #expect(try await balancer.update(wanted).failures.isEmpty)
            #expect(try Shell.run("ip link show other").status != 0, "link mode has left nothing")
            #expect(try stage.routes(to: Stage.vip.address).count == 1)
            try traffic.flow()
            #expect(traffic.stop().mishaps.isEmpty)
            wanted.path = .none
            try await balancer.update(wanted)
            #expect(try stage.routes(to: Stage.vip.address) == [])
            try await balancer.cleanUp()
            try before.expectAgain()
            withExtendedLifetime(servers) {}
        }

        @Test func `two balancers work in one process`() async throws {
            let servers = try serve([8081]) + serve([8082], .ipv6)
            let first = try await LoadBalancer.start(specification([8081]))
            let second = try await LoadBalancer.start(specification([8082], of: Stage.vip6))
            #expect(try stage.table() == ["127.0.0.1:8081 1", "[::1]:8082 1"])
            let refusal = await #expect(throws: KernelFailure.self) {
                try await LoadBalancer.start(specification([8081]))
            }
            #expect(refusal?.kind == .alreadyLookedAfter)
            await first.stop()
            #expect(try stage.table() == ["127.0.0.1:8081 1", "[::1]:8082 1"], "a stop leaves the table")
            // The other one goes on, and this one can be taken up again at once.
            try Shell.lines("ipvsadm -C")
            try eventually { try stage.table() == ["[::1]:8082 1"] }
            let third = try await LoadBalancer.start(specification([8081]))
            #expect(try stage.table() == ["127.0.0.1:8081 1", "[::1]:8082 1"])
            #expect(try HTTPClient.get(Stage.vip).hasPrefix("127.0.0.1:8081"))
            #expect(try HTTPClient.get(Stage.vip6).hasPrefix("[::1]:8082"))
            await second.stop()
            await third.stop()
            withExtendedLifetime(servers) {}
        }

        @Test func `a cleanup leaves nothing`() async throws {
            let servers = try serve([8081])
            let before = try Snapshot()
            let balancer = try await LoadBalancer.start(specification([8081]))
            #expect(try HTTPClient.get(Stage.vip).hasPrefix("127.0.0.1:8081"))
            let reports = try await balancer.cleanUp()
            let report = try #require(reports[VirtualService(Stage.vip)])
            #expect(report.failures.isEmpty)
            #expect(report.applied.map(\.change) == [.removeService])
            try before.expectAgain()
            withExtendedLifetime(servers) {}
        }

        /// Whoever holds nothing any more leaves no thread and no descriptor behind.
        @Test func `many balancers leave nothing open`() async throws {
            func open() throws -> (threads: Int, descriptors: Int) {
                (
                    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count,
                    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
                )
            }
            let servers = try serve([8081])
            try await LoadBalancer.start(specification([8081])).stop()
            let before = try open()
            for _ in 0..<20 {
                let balancer = try await LoadBalancer.start(specification([8081]))
                try await balancer.update(specification([8081, 8082]))
                await balancer.stop()
            }
            // Whatever else runs in this process may have begun meanwhile.
            try eventually {
                let after = try open()
                return after.descriptors < before.descriptors + 10 && after.threads < before.threads + 10
            }
            withExtendedLifetime(servers) {}
        }
    }
}
