import Addressing
import Director
import DirectorTestKit
import LVSCareModel
import Testing

@testable import LVSCare

/// One core with many services: real probes on loopback, a table and one path in memory.
@Suite struct ManyServicesTests {
    private static func service(_ number: UInt16) -> VirtualService {
        VirtualService(Endpoint(address: .loopback(.ipv4), port: 20_000 + number))
    }

    private static func wanted(_ number: UInt16, _ realServers: [RealServer]) -> Specification {
        var wanted = monitoring(realServers)
        wanted.service = service(number)
        return wanted
    }

    @Test func `each event names its service, and what is asked once is told to all who rely on it`() async throws {
        let server = try await KeepAliveServer()
        let realServer = server.realServer
        try await BalancerScene.play { scene in
            var healthy: [VirtualService?] = []
            var ready: Set<VirtualService?> = []
            let services = (0..<100).map { Self.wanted($0, [realServer]) }
            let core = scene.makeCore(for: NodeSpecification(services)) { event in
                switch event.kind {
                case .ready: ready.insert(event.service)
                case .transition(let transition) where transition.to == .healthy:
                    healthy.append(event.service)
                    guard healthy.count == services.count else { return }
                    #expect(Set(healthy) == Set(services.map(\.service)))
                    #expect(ready == Set(healthy))
                    #expect(scene.table.services.count == services.count)
                    #expect(scene.core?.probing.probes.count == 1)
                    #expect(scene.path.reconciliations >= 1)
                    scene.after(.zero, scene.end)
                default: break
                }
            }
            try core.start()
        }
        #expect(server.connections == 1)
        server.kill()
    }

    @Test func `an update touches what differs and nothing else`() async throws {
        let server = try await KeepAliveServer()
        let realServer = server.realServer
        // Found dead, it might never get a place in the table.
        let second = try await KeepAliveServer()
        let other = second.realServer
        try await BalancerScene.play { scene in
            let services = (0..<10).map { Self.wanted($0, [realServer]) }
            let core = scene.makeCore(for: NodeSpecification(services)) { _ in }
            try core.start()
            let before = (scene.table.observations, scene.table.changes.count)
            var nothing: [VirtualService: PassReport]?
            try core.update(NodeSpecification(services)) { nothing = try? $0.get() }
            #expect(nothing == [:])
            #expect(before == (scene.table.observations, scene.table.changes.count))
            // One more, one less, one otherwise.
            var changed = services
            changed[3].declare([realServer, other])
            changed.removeLast()
            changed.append(Self.wanted(77, [realServer]))
            try core.update(NodeSpecification(changed)) { result in
                let reports = try? result.get()
                #expect(reports.map { Set($0.keys) } == [Self.service(3), Self.service(9), Self.service(77)])
                #expect(reports?[Self.service(3)]?.applied.map(\.change) == [.add(other, weight: 1)])
                #expect(reports?[Self.service(9)]?.applied.map(\.change) == [.setWeight(realServer, weight: 0)])
                #expect(reports?[Self.service(77)]?.applied.count == 2)
                let snapshot = try? scene.core?.snapshot()
                #expect(snapshot?.services.map(\.service) == changed.map(\.service) + [Self.service(9)])
                #expect(snapshot?.services.last?.isLeaving == true)
                scene.after(.zero, scene.end)
            }
        }
        server.kill()
        second.kill()
    }

    @Test func `a service that nobody wants any more is drained and goes, and can come back`() async throws {
        let server = try await TCPServer()
        let realServer = server.realServer
        try await BalancerScene.play { scene in
            var stays = specification([realServer])
            stays.service = Self.service(0)
            var goes = stays
            goes.service = Self.service(1)
            let both = NodeSpecification([stays, goes])
            let only = NodeSpecification([stays])
            var changes: [TableChange] = []
            let core = scene.makeCore(for: both) { event in
                switch event.kind {
                case .changed(let planned) where event.service == Self.service(1): changes.append(planned.change)
                case .removed:
                    #expect(event.service == Self.service(1))
                    #expect(changes.suffix(2) == [.setWeight(realServer, weight: 0), .removeService])
                    #expect(scene.table.services.keys.map(\.self) == [Self.service(0)])
                    #expect(scene.path.released == [Self.service(1)] || scene.path.present == Set(scene.path.wanted))
                    scene.after(.zero) {
                        #expect(throws: Never.self) {
                            try scene.core?.update(both) { result in
                                #expect((try? result.get())?[Self.service(1)]?.applied.count == 2)
                                scene.after(.zero, scene.end)
                            }
                        }
                    }
                default: break
                }
            }
            try core.start()
            try core.update(only)
        }
        server.close()
    }

    @Test func `the start fails when no service can be made, and only then`() async throws {
        try await BalancerScene.play { scene in
            var unknown = Self.wanted(0, [])
            unknown.configuration.scheduler = "nosuch"
            let good = Self.wanted(1, [])
            let hopeless = scene.makeCore(for: NodeSpecification([unknown])) { _ in }
            #expect(throws: KernelFailure.self) { try hopeless.start() }
            var failed: [VirtualService?] = []
            let core = scene.makeCore(for: NodeSpecification([unknown, good])) { event in
                if case .failed = event.kind { failed.append(event.service) }
            }
            try core.start()
            #expect(failed == [Self.service(0)])
            #expect(scene.table.services.keys.map(\.self) == [Self.service(1)])
            scene.end()
        }
    }

    @Test func `a set-up of many looks at the table once`() {
        let table = InMemoryDataPlane()
        var reconciler = Reconciler(table)
        let services = (0..<200).map { Self.wanted($0, [RealServer(Endpoint(address: .loopback(.ipv4), port: 1))]) }
        for service in services { reconciler.add(service.service) }
        var node = NodeServices(NodeSpecification(services), reconciler: reconciler)
        let reports = node.setUp()
        #expect(table.observations == 1)
        #expect(table.services.count == 200)
        #expect(reports.values.allSatisfy { $0.succeeded && $0.applied.count == 2 })
        // There is nothing to do then, and nothing is remembered of the first look.
        #expect(node.setUp().values.allSatisfy { $0.applied.isEmpty && $0.observed?.realServers.count == 1 })
    }

    @Test func `a set-up that cannot look says so of each service`() {
        let table = InMemoryDataPlane()
        table.fault = {
            if case .observe = $0 {
                .refused(KernelFailure(operation: "list", object: "", code: 1, message: "no"))
            } else {
                nil
            }
        }
        var reconciler = Reconciler(table)
        let services = (0..<70).map { Self.wanted($0, []) }
        for service in services { reconciler.add(service.service) }
        var node = NodeServices(NodeSpecification(services), reconciler: reconciler)
        #expect(node.setUp().values.map(\.failures.count) == Array(repeating: 1, count: 70))
        #expect(table.changes.isEmpty)
    }

    @Test func `no services are no failure`() async throws {
        try await BalancerScene.play { scene in
            let core = scene.makeCore(for: NodeSpecification([])) { _ in }
            try core.start()
            #expect(try core.snapshot().services.isEmpty)
            try core.update(NodeSpecification([Self.wanted(0, [])])) { _ in scene.after(.zero, scene.end) }
        }
    }

    @Test func `cleaning up removes all of them`() async throws {
        try await BalancerScene.play { scene in
            let services = (0..<70).map { Self.wanted($0, []) }
            let core = scene.makeCore(for: NodeSpecification(services)) { _ in }
            try core.start()
            scene.after(.milliseconds(50)) {
                #expect(scene.table.services.count == 70)
                let reports = core.cleanUp()
                #expect(reports.values.allSatisfy { $0.applied.map(\.change) == [.removeService] })
                #expect(reports.values.flatMap(\.pathChanges).count == scene.path.wanted.count)
                #expect(scene.table.services.isEmpty)
                scene.end()
            }
        }
    }
}
