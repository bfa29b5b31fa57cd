import Addressing
import Foundation
import KernelTestKit
import LVSCare
import LVSCareModel
import Testing

extension KernelSuites {
    /// One load balancer with services of every kind, on a real kernel, in the eyes of ipvsadm and of clients.
    @Suite(.timeLimit(.minutes(5))) struct ManyServicesTests {
        let stage: Stage

        init() throws { stage = try Stage() }

        private func wanted(
            _ service: VirtualService, _ ports: [Int], path: LVSCareModel.Path = .route(hint: nil)
        ) -> Specification {
            Specification(
                service: service,
                members: ports.map {
                    RealServerSpecification(
                        RealServer(Endpoint(address: .loopback(service.family), port: UInt16($0))))
                },
                health: HealthPolicy(
                    HealthCheck(
                        interval: .milliseconds(300), timeout: .seconds(2),
                        probe: .http(HTTPProbeConfiguration(scheme: .http, target: "/")))),
                path: path)
        }

        private func at(_ vip: Endpoint, port: UInt16) -> Endpoint { Endpoint(address: vip.address, port: port) }

        @Test func `services of every kind are kept by one process and cleaned up by it`() async throws {
            let before = try Snapshot()
            let servers = try [8081, 8082].map {
                try EchoServer(Endpoint(address: .loopback(.ipv4), port: UInt16($0)))
            }
            var sctp = wanted(.init(.sctp, at(Stage.vip, port: 90)), [8081])
            sctp.configuration.persistence = .init(timeout: 60)
            var mark = wanted(.firewallMark(7, .ipv4), [8081], path: .none)
            mark.configuration.scheduler = .weightedRoundRobin
            let services = [
                wanted(.init(Stage.vip), [8081, 8082]), wanted(.init(at(Stage.vip, port: 81)), [8082]),
                wanted(.init(.udp, at(Stage.vip, port: 53)), [8081]), sctp, mark,
            ]
            try await LoadBalancer.with(NodeSpecification(services), cleansUp: true) { balancer in
                let saved = try IPVSOracle.saved().filter { $0.hasPrefix("-A") }.sorted()
                #expect(
                    saved == [
                        "-A --sctp-service 169.254.7.1:90 -s rr -p 60", "-A -f 7 -s wrr", "-A -t 169.254.7.1:80 -s rr",
                        "-A -t 169.254.7.1:81 -s rr", "-A -u 169.254.7.1:53 -s rr",
                    ])
                #expect(try stage.routes(to: Stage.vip.address).count == 1)
                #expect(try HTTPClient.get(at(Stage.vip, port: 81)).hasPrefix("127.0.0.1:8082"))
                // A table that somebody has emptied is whole again in a moment.
                try Shell.lines("ipvsadm -C")
                try eventually { try IPVSOracle.saved().filter { $0.hasPrefix("-A") }.sorted() == saved }
                // One that goes leaves the path to the others.
                try await balancer.update(NodeSpecification(Array(services[1...])))
                var events = balancer.events().makeAsyncIterator()
                while let event = await events.next() { if case .removed = event.kind { break } }
                #expect(try IPVSOracle.saved().filter { $0.contains("169.254.7.1:80") }.isEmpty)
                #expect(try HTTPClient.get(at(Stage.vip, port: 81)).hasPrefix("127.0.0.1:8082"))
            }
            try before.expectAgain()
            withExtendedLifetime(servers) {}
        }

        @Test func `link mode masquerades for each of the services of a VIP`() async throws {
            let before = try Snapshot()
            let link = LVSCareModel.Path.link(name: "lvscare", masqueradeBit: 0)
            let services = [
                wanted(.init(Stage.vip), [8081], path: link),
                wanted(.init(at(Stage.vip, port: 81)), [8081], path: link),
            ]
            let balancer = try await LoadBalancer.start(NodeSpecification(services))
            #expect(try stage.addresses(on: "lvscare") == ["\(Stage.vip.address)/32"])
            try await balancer.update(NodeSpecification([services[1]]))
            var events = balancer.events().makeAsyncIterator()
            while let event = await events.next() { if case .removed = event.kind { break } }
            #expect(try stage.addresses(on: "lvscare") == ["\(Stage.vip.address)/32"])
            try await balancer.update(NodeSpecification([]))
            while let event = await events.next() { if case .removed = event.kind { break } }
            try before.expectAgain()
            await balancer.stop()
        }

        @Test func `timeouts and synchronization are kept for the node`() async throws {
            let before = try Shell.lines("ipvsadm -L --timeout")
            try IPCommand.run(["link add s0 type dummy", "link set s0 up multicast on"])
            defer { _ = try? IPCommand.run("link del s0") }
            var wanted = NodeSpecification(
                [wanted(.init(Stage.vip), [])], timeouts: ConnectionTimeouts(tcp: 7200, udp: 33),
                synchronization: [ConnectionSynchronization(.master, interface: "s0", syncID: 5)])
            let balancer = try await LoadBalancer.start(wanted)
            try eventually { try Shell.lines("ipvsadm -L --timeout") == ["Timeout (tcp tcpfin udp): 7200 120 33"] }
            try eventually { try Shell.lines("ipvsadm -L --daemon").contains { $0.contains("s0, syncid=5") } }
            try Shell.lines("ipvsadm --set 900 120 300 && ipvsadm --stop-daemon master")
            try eventually { try Shell.lines("ipvsadm -L --timeout") == ["Timeout (tcp tcpfin udp): 7200 120 33"] }
            try eventually { try Shell.lines("ipvsadm -L --daemon").contains { $0.contains("s0, syncid=5") } }
            wanted.timeouts = ConnectionTimeouts(tcp: 900, udp: 300)
            wanted.synchronization = []
            try await balancer.update(wanted)
            #expect(try Shell.lines("ipvsadm -L --timeout") == before)
            #expect(try Shell.lines("ipvsadm -L --daemon").allSatisfy { !$0.contains("s0") })
            try await balancer.cleanUp()
        }

        @Test func `what is refused changes nothing`() async throws {
            let holder = try await LoadBalancer.start(wanted(.init(at(Stage.vip, port: 82)), []))
            let balancer = try await LoadBalancer.start(wanted(.init(Stage.vip), [8081]))
            let table = try IPVSOracle.saved()
            let both = NodeSpecification([
                wanted(.init(Stage.vip), [8081, 8082]), wanted(.init(at(Stage.vip, port: 82)), [8081]),
            ])
            let error = await #expect(throws: BalancerError.self) { try await balancer.update(both) }
            guard case .refused(let failure)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(failure.kind == .alreadyLookedAfter)
            #expect(try IPVSOracle.saved() == table)
            await holder.stop()
            try await balancer.update(both)
            #expect(try IPVSOracle.saved() != table)
            await balancer.stop()
        }
    }
}
