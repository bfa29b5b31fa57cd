import Addressing
import Director
import DirectorTestKit
import Glibc
import LVSCareModel
import Synchronization
import Testing

@testable import LVSCare

/// What a program without an event loop gets, with real probes on loopback and a table in memory.
@Suite(.timeLimit(.minutes(10))) struct CareSessionTests {
    /// A session with a table and a path in memory; `fault` is asked before each thing that is done to the table.
    private func start(
        _ specification: Specification,
        fault: @escaping @Sendable (InMemoryDataPlane.Operation) -> InMemoryDataPlane.Fault? = { _ in nil }
    ) async throws(KernelFailure) -> CareSession {
        try await CareSession.start(specification.service) {
            let table = InMemoryDataPlane()
            table.fault = fault
            let reconciler = SoleReconciler(service: specification.service, plane: table, path: InMemoryPath())
                .reconciler
            return NodeService(specification, reconciler: reconciler)
        }
    }

    /// Reads until `isWanted` takes an event, and returns all that was read.
    private func read(_ events: CareEvents, until isWanted: (CareEvent) -> Bool) async -> [CareEvent] {
        var read: [CareEvent] = []
        for await event in events {
            read.append(event)
            if isWanted(event) { return read }
        }
        Issue.record("it ended")
        return read
    }

    private func word(_ event: CareEvent) -> String {
        switch event {
        case .ready: "ready"
        case .changed(let planned): "\(planned.change)"
        case .pathChanged: "path"
        case .probed: "probed"
        case .transition(let transition): "\(transition.to)"
        default: "\(event)"
        }
    }

    @Test func eventsComeInTheirOrderFromTheBeginning() async throws {
        let server = try await TCPServer()
        let session = try await start(specification([server.realServer]))
        let events = await read(session.events()) { if case .transition = $0 { true } else { false } }
        #expect(
            events.map(word) == [
                "create virtual service with scheduler rr", "add \(server.realServer) with weight 1", "path",
                "ready", "probed", "healthy",
            ])
        await session.stop()
        server.close()
    }

    @Test func aSnapshotTellsTableAndHealth() async throws {
        let server = try await TCPServer()
        // Nobody listens at discard(9).
        let gone = RealServer(Endpoint(address: .loopback(.ipv4), port: 9))
        let began = ContinuousClock.now
        let session = try await start(specification([server.realServer, gone]))
        var healthy = 0
        _ = await read(session.events()) { event in
            switch event {
            case .transition(let transition) where transition.to == .healthy:
                healthy += 1
                return false
            case .changed(let planned): return planned.change == .remove(gone)
            default: return false
            }
        }
        #expect(healthy == 1)
        let snapshot = try await session.snapshot()
        #expect(snapshot.service == vip)
        #expect(snapshot.scheduler == .roundRobin)
        #expect(snapshot.realServers.map(\.realServer) == [server.realServer, gone])
        #expect(snapshot.realServers.map(\.health?.state) == [.healthy, .unhealthy])
        #expect(snapshot.realServers.map(\.reason?.reason) == [nil, .refused])
        #expect(snapshot.realServers.map(\.observed) == [ObservedRealServer(weight: 1), nil])
        #expect(snapshot.realServers.allSatisfy { began < $0.since ?? began && $0.since ?? .now < .now })
        #expect(snapshot.counts.transitions == 2)
        await session.stop()
        server.close()
    }

    @Test func anUpdateIsDoneWhenItReturns() async throws {
        let listeners = [try await TCPServer(), try await TCPServer()]
        let servers = listeners.map(\.realServer)
        let session = try await start(specification([servers[0]]))
        let report = try await session.update(specification(servers))
        #expect(report.applied.map(\.change) == [.add(servers[1], weight: 1)])
        #expect(try await session.snapshot().realServers.map(\.observed?.weight) == [1, 1])
        var elsewhere = specification(servers)
        elsewhere.service = VirtualService(Endpoint(address: .loopback(.ipv4), port: 443))
        await #expect(throws: CareError.cannotChange(.virtualService)) { try await session.update(elsewhere) }
        await session.stop()
        for server in listeners { server.close() }
    }

    @Test func theStartThrowsWhatKeepsTheServiceFromBeingMade() async {
        let refusal = KernelFailure(operation: "add", object: "it", code: EPERM, message: "no", kind: .notPermitted)
        await #expect(throws: refusal) { try await start(specification([])) { _ in .refused(refusal) } }
    }

    @Test func aStartThatIsCancelledIsAWholeOne() async throws {
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
        let session = try await starting.value
        #expect(try await session.snapshot().scheduler == .roundRobin)
        await session.stop()
        server.close()
    }

    @Test func theEndComesInTheMidstOfAnything() async throws {
        let server = try await TCPServer()
        let session = try await start(specification([server.realServer])) { operation in
            if operation == .observe { usleep(20_000) }
            return nil
        }
        let events = session.events()
        await withTaskGroup(of: Void.self) { group in
            for round in 0..<20 {
                group.addTask {
                    var wanted = specification([server.realServer])
                    wanted.declare(members: [
                        RealServerSpecification(server.realServer, weight: Weight(rawValue: UInt32(round + 1)))
                    ])
                    do throws(CareError) {
                        try await session.update(wanted)
                        _ = try await session.snapshot()
                    } catch {
                        #expect(error == .ended)
                    }
                }
                if round == 10 { group.addTask { await session.stop() } }
                if round == 15 { group.addTask { _ = try? await session.cleanUp() } }
            }
        }
        // It ends, and whatever comes later is refused.
        for await _ in events {}
        await session.stop()
        await #expect(throws: CareError.ended) { try await session.snapshot() }
        await #expect(throws: CareError.ended) { try await session.update(specification([])) }
        await #expect(throws: CareError.ended) { try await session.cleanUp() }
        for await _ in session.events() { Issue.record("there is nothing more to tell") }
        server.close()
    }

    @Test func cleanUpTellsWhatItRemoved() async throws {
        let server = try await TCPServer()
        let session = try await start(specification([server.realServer]))
        let report = try await session.cleanUp()
        #expect(report.applied == [PlannedChange(.removeService, cause: .cleanUp)])
        #expect(report.pathChanges.map(\.verb) == [.removed])
        #expect(report.failures.isEmpty)
        await #expect(throws: CareError.ended) { try await session.snapshot() }
        server.close()
    }

    @Test func aSessionThatNobodyHoldsEnds() async throws {
        let server = try await TCPServer()
        var session: CareSession? = try await start(specification([server.realServer]))
        let events = try #require(session).events()
        session = nil
        // Without an end this would wait for ever.
        for await _ in events {}
        server.close()
    }

    @Test func sessionsDoNotHoldUpEachOther() async throws {
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
