import Addressing
import Director
import Epoll
import LVSCareModel
import Testing

@testable import LVSCare

/// A core that is a client of its virtual service, with servers on loopback that stand for what is behind the VIP.
@Suite struct PathVerifierTests {
    /// A specification whose VIP is where `service` listens.
    private func specification(_ service: RealServer, _ realServer: RealServer, verifies: Bool = true) -> Specification
    {
        Specification(
            service: VirtualService(service.endpoint), realServers: [realServer],
            healthCheck: HealthCheck(
                interval: .milliseconds(50), timeout: .milliseconds(300), jitter: 0, watches: false,
                probe: .http(HTTPProbeConfiguration(scheme: .http, target: "/"))),
            verifiesPath: verifies)
    }

    private func side(_ realServer: RealServer, isLocal: Bool = true) -> ClientSide {
        ClientSide(
            isLocal: { _ in isLocal }, realServer: { _, _ in realServer.endpoint },
            findFacts: { facts, _ in
                var facts = facts
                facts.tracksConnections = false
                facts.hasStatefulRules = true
                facts.sources = [realServer: .loopback(.ipv4)]
                return facts
            })
    }

    @Test func `tells that the path is verified`() async throws {
        let (service, server) = (try await KeepAliveServer(), try await KeepAliveServer())
        let specification = specification(service.realServer, server.realServer)
        try await BalancerScene.play { [realServer = server.realServer] scene in
            let core = scene.makeCore(for: specification, asking: side(realServer)) { event in
                guard case .reachability(let report) = event else { return }
                #expect(report == ReachabilityReport(phase: .verified, realServers: [realServer]))
                let snapshot = (try? scene.core?.snapshot())?.services.first
                guard case .answered(_, [realServer]) = snapshot?.reachability else {
                    Issue.record("\(String(describing: snapshot))")
                    return
                }
                scene.end()
            }
            try core.start()
        }
        withExtendedLifetime((service, server)) {}
    }

    @Test func `tells with its likely cause that nobody answers, and changes nothing`()
        async throws
    {
        let (silent, server) = (try await TCPServer(), try await KeepAliveServer())
        let specification = specification(silent.realServer, server.realServer)
        try await BalancerScene.play { [realServer = server.realServer] scene in
            let core = scene.makeCore(for: specification, asking: side(realServer)) { event in
                if case .changed(let planned) = event, case .update = planned.change { Issue.record("\(planned)") }
                guard case .reachability(let report) = event else { return }
                #expect(report.phase == .began)
                #expect(report.realServers == [realServer])
                #expect(report.failure?.reason == .responseTimeout)
                #expect(report.cause == .untrackedConnections)
                scene.end()
            }
            try core.start()
        }
        withExtendedLifetime((silent, server)) {}
    }

    @Test func `tells it also of a real server of which another check fails, which keeps nobody from it`() async throws
    {
        let (silent, server) = (try await TCPServer(), try await KeepAliveServer())
        var specification = specification(silent.realServer, server.realServer)
        var failing = specification.healthCheck
        failing.probe = .grpc(GRPCProbeConfiguration())
        specification.health = HealthPolicy(
            [NamedCheck(specification.healthCheck), NamedCheck(failing)], requirement: .any)
        try await BalancerScene.play { [specification, realServer = server.realServer] scene in
            let core = scene.makeCore(for: specification, asking: side(realServer)) { event in
                guard case .reachability(let report) = event else { return }
                #expect(report.phase == .began)
                #expect(report.realServers == [realServer])
                scene.end()
            }
            try core.start()
        }
        withExtendedLifetime((silent, server)) {}
    }

    @Test(arguments: [(false, true), (true, false)])
    func `sends nothing where it is off, and where packets for the VIP would leave the node`(
        verifies: Bool, isLocal: Bool
    ) async throws {
        let (service, server) = (try await KeepAliveServer(), try await KeepAliveServer())
        let specification = specification(service.realServer, server.realServer, verifies: verifies)
        try await BalancerScene.play { [realServer = server.realServer] scene in
            let side = side(realServer, isLocal: isLocal)
            let core = scene.makeCore(for: specification, asking: side) { event in
                if case .reachability = event { Issue.record("\(event)") }
            }
            try core.start()
            scene.after(.milliseconds(1_500)) {
                #expect((try? scene.core?.snapshot())?.services.first?.reachability == .unknown)
                scene.end()
            }
        }
        #expect(service.connections == 0)
        #expect(server.connections > 0)
    }
}
