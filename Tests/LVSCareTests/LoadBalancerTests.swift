import Addressing
import Director
import DirectorTestKit
import Glibc
import LVSCareModel
import Synchronization
import Testing

@testable import LVSCare

/// What a program without an event loop gets, with real probes on loopback and a table in memory.
@Suite(.timeLimit(.minutes(10))) struct LoadBalancerTests {
    /// A load balancer with a table and a path in memory; `fault` is asked before each thing that is done to the table.
    private func start(
        _ specification: Specification,
        fault: @escaping @Sendable (InMemoryDataPlane.Operation) -> InMemoryDataPlane.Fault? = { _ in nil }
    ) async throws(KernelFailure) -> LoadBalancer {
        try await start(NodeSpecification([specification]), fault: fault)
    }

    private func start(
        _ specification: NodeSpecification,
        fault: @escaping @Sendable (InMemoryDataPlane.Operation) -> InMemoryDataPlane.Fault? = { _ in nil }
    ) async throws(KernelFailure) -> LoadBalancer {
        try await LoadBalancer.start {
            let table = InMemoryDataPlane()
            table.fault = fault
            return NodeServices(specification, on: table, path: InMemoryPath())
        }
    }

    /// Reads until `isWanted` takes an event, and returns all that was read.
    private func read(
        _ events: BalancerEvents, until isWanted: (BalancerEvent.Kind) -> Bool
    ) async
        -> [BalancerEvent.Kind]
    {
        var read: [BalancerEvent.Kind] = []
        for await event in events {
            read.append(event.kind)
            if isWanted(event.kind) { return read }
        }
        Issue.record("it ended")
        return read
    }

    private func word(_ event: BalancerEvent.Kind) -> String {
        switch event {
        case .ready: "ready"
        case .changed(let planned): "\(planned.change)"
        case .pathChanged: "path"
        case .probed: "probed"
        case .transition(let transition): "\(transition.to)"
        default: "\(event)"
        }
    }

    @Test func `events come in their order from the beginning`() async throws {
        let server = try await TCPServer()
        let balancer = try await start(specification([server.realServer]))
        let events = await read(balancer.events()) { if case .transition = $0 { true } else { false } }
        #expect(
            events.map(word) == [
                "create virtual service with scheduler rr", "add \(server.realServer) with weight 1", "path",
                "ready", "probed", "healthy",
            ])
        await balancer.stop()
        server.close()
    }

    @Test func `a snapshot has table and health`() async throws {
        let server = try await TCPServer()
        // Nobody listens at discard(9).
        let gone = RealServer(Endpoint(address: .loopback(.ipv4), port: 9))
        let began = ContinuousClock.now
        let balancer = try await start(specification([server.realServer, gone]))
        var healthy = 0
        _ = await read(balancer.events()) { event in
            switch event {
            case .transition(let transition) where transition.to == .healthy:
                healthy += 1
                return false
            case .changed(let planned): return planned.change == .remove(gone)
            default: return false
            }
        }
        #expect(healthy == 1)
        let all = try await balancer.snapshot()
        let snapshot = try #require(all[vip])
        #expect(all.services.count == 1)
        #expect(snapshot.scheduler == .roundRobin)
        #expect(snapshot.realServers.map(\.realServer) == [server.realServer, gone])
        #expect(snapshot.realServers.map(\.health?.state) == [.healthy, .unhealthy])
        #expect(snapshot.realServers.map(\.reason?.reason) == [nil, .refused])
        #expect(snapshot.realServers.map(\.observed) == [ObservedRealServer(weight: 1), nil])
        #expect(snapshot.realServers.allSatisfy { began < $0.since ?? began && $0.since ?? .now < .now })
        #expect(all.counts.transitions == 2)
        await balancer.stop()
        server.close()
    }

    @Test func `an update is done when it returns`() async throws {
        let listeners = [try await TCPServer(), try await TCPServer()]
        let servers = listeners.map(\.realServer)
        let balancer = try await start(specification([servers[0]]))
        let report = try await balancer.update(specification(servers))
        #expect(report.applied.map(\.change) == [.add(servers[1], weight: 1)])
        #expect(try await balancer.snapshot()[vip]?.realServers.map(\.observed?.weight) == [1, 1])
        await balancer.stop()
        for server in listeners { server.close() }
    }

    @Test func `many services come and go, and the events say whose they are`() async throws {
        let server = try await TCPServer()
        let services = (0..<3).map { (number: UInt16) in
            var wanted = specification([server.realServer])
            wanted.service = VirtualService(Endpoint(address: .loopback(.ipv4), port: 20_000 + number))
            return wanted
        }
        let balancer = try await start(NodeSpecification(Array(services[..<2])))
        let reports = try await balancer.update(NodeSpecification(Array(services[1...])))
        #expect(Set(reports.keys) == [services[0].service, services[2].service])
        var ready: [VirtualService?] = []
        for await event in balancer.events() {
            if case .ready = event.kind { ready.append(event.service) }
            if case .removed = event.kind {
                #expect(event.service == services[0].service)
                break
            }
        }
        #expect(ready == services.map(\.service))
        #expect(try await balancer.snapshot().services.map(\.service) == services[1...].map(\.service))
        #expect(try await balancer.update(NodeSpecification(Array(services[1...]))) == [:])
        await balancer.stop()
        server.close()
    }

    @Test func `the start throws the failure that keeps the service from being made`() async {
        let refusal = KernelFailure(operation: "add", object: "it", code: EPERM, message: "no", kind: .notPermitted)
        await #expect(throws: refusal) { try await start(specification([])) { _ in .refused(refusal) } }
    }

    @Test func `a start that is cancelled is a whole one`() async throws {
        let server = try await TCPServer()
        let isLooking = Atomic(false)
        let starting = Task {
            try await start(specification([server.realServer])) { operation in
                isLooking.store(true, ordering: .relaxed)
                if operation == .observe { usleep(100_000) }
                return nil
            }
        }
        while !isLooking.load(ordering: .relaxed) { await Task.yield() }
        starting.cancel()
        let balancer = try await starting.value
        #expect(try await balancer.snapshot()[vip]?.scheduler == .roundRobin)
        await balancer.stop()
        server.close()
    }

    @Test func `an end may come in the midst of anything`() async throws {
        let server = try await TCPServer()
        let balancer = try await start(specification([server.realServer])) { operation in
            if operation == .observe { usleep(20_000) }
            return nil
        }
        let events = balancer.events()
        await withTaskGroup(of: Void.self) { group in
            for round in 0..<20 {
                group.addTask {
                    var wanted = specification([server.realServer])
                    wanted.declare(members: [
                        RealServerSpecification(server.realServer, weight: Weight(rawValue: UInt32(round + 1)))
                    ])
                    do throws(BalancerError) {
                        try await balancer.update(wanted)
                        _ = try await balancer.snapshot()
                    } catch {
                        #expect(error == .ended)
                    }
                }
                if round == 10 { group.addTask { await balancer.stop() } }
                if round == 15 { group.addTask { _ = try? await balancer.cleanUp() } }
            }
        }
        // It ends, and whatever comes later is refused.
        for await _ in events {}
        await balancer.stop()
        await #expect(throws: BalancerError.ended) { try await balancer.snapshot() }
        await #expect(throws: BalancerError.ended) { try await balancer.update(specification([])) }
        await #expect(throws: BalancerError.ended) { try await balancer.cleanUp() }
        for await _ in balancer.events() { Issue.record("there is nothing more to tell") }
        server.close()
    }

    @Test func `a cleanup reports its removals`() async throws {
        let server = try await TCPServer()
        let balancer = try await start(specification([server.realServer]))
        let reports = try await balancer.cleanUp()
        let report = try #require(reports[vip])
        #expect(report.applied == [PlannedChange(.removeService, cause: .cleanUp)])
        #expect(report.pathChanges.map(\.verb) == [.removed])
        #expect(report.failures.isEmpty)
        await #expect(throws: BalancerError.ended) { try await balancer.snapshot() }
        server.close()
    }

    @Test func `a released balancer ends`() async throws {
        let server = try await TCPServer()
        var balancer: LoadBalancer? = try await start(specification([server.realServer]))
        let events = try #require(balancer).events()
        balancer = nil
        // Without an end this would wait for ever.
        for await _ in events {}
        server.close()
    }

    @Test func `balancers do not hold up each other`() async throws {
        let server = try await TCPServer()
        let isHeld = Atomic(true)
        let slow = Task {
            try await start(specification([server.realServer])) { _ in
                while isHeld.load(ordering: .relaxed) { usleep(1_000) }
                return nil
            }
        }
        let quick = try await start(specification([server.realServer]))
        _ = await read(quick.events()) { if case .transition = $0 { true } else { false } }
        try await quick.update(specification([]))
        isHeld.store(false, ordering: .relaxed)
        await quick.stop()
        try await slow.value.stop()
        server.close()
    }
}
