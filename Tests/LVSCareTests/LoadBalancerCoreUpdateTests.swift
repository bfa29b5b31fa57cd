import Addressing
import Director
import DirectorTestKit
import LVSCareModel
import Testing

@testable import LVSCare

/// Another specification while a core is at work.
@Suite struct LoadBalancerCoreUpdateTests {
    @Test func `real servers come and go`() async throws {
        let (first, second) = (try await KeepAliveServer(), try await KeepAliveServer())
        let third = try await KeepAliveServer()
        let servers = [first, second, third].map(\.realServer)
        try await BalancerScene.play { scene in
            var probed: [RealServer] = []
            var healthy = 0
            var report: PassReport?
            func update() {
                #expect(throws: Never.self) {
                    try scene.core?.update(monitoring(Array(servers.suffix(2)))) { result in
                        report = (try? result.get())?[vip]
                        endWhenDone()
                    }
                }
            }
            func endWhenDone() {
                guard let report, healthy == 3 else { return }
                #expect(
                    report.applied.map(\.change) == [
                        .add(servers[2], weight: 1), .setWeight(servers[0], weight: 0),
                    ])
                #expect(scene.path.present == Set(scene.path.wanted))
                // Neither the one that stays nor the one that goes.
                #expect(probed.prefix(2).sorted() == servers.prefix(2).sorted())
                #expect(probed.dropFirst(2) == [servers[2]])
                let snapshot = (try? scene.core?.snapshot())?[vip]
                #expect(snapshot?.realServers.map(\.realServer) == [servers[1], servers[2], servers[0]])
                #expect(snapshot?.realServers.map(\.health?.state) == [.healthy, .healthy, nil])
                #expect(snapshot?.realServers.map(\.observed?.weight) == [1, 1, 0])
                scene.after(.zero, scene.end)
            }
            let core = scene.makeCore(for: monitoring(Array(servers.prefix(2)))) { event in
                switch event {
                case .probed(let realServer, _): probed.append(realServer)
                case .connectionEnded(let realServer, _): Issue.record("\(realServer)")
                case .transition:
                    healthy += 1
                    if healthy == 2 { update() } else { endWhenDone() }
                default: break
                }
            }
            try core.start()
        }
        for server in [first, second, third] { server.kill() }
    }

    @Test func `another kind of probe is made at once`() async throws {
        let server = try await KeepAliveServer(status: "503 Service Unavailable")
        try await BalancerScene.play { scene in
            var verdicts: [HealthState] = []
            let core = scene.makeCore(for: monitoring([server.realServer])) { event in
                guard case .transition(let transition) = event else { return }
                verdicts.append(transition.to)
                if transition.to == .unhealthy {
                    var specification = monitoring([server.realServer])
                    specification.healthCheck.probe = .tcp
                    #expect(throws: Never.self) { try scene.core?.update(specification) }
                } else {
                    #expect(verdicts == [.unhealthy, .healthy])
                    scene.end()
                }
            }
            try core.start()
        }
        server.kill()
    }

    @Test func `an update during a pass is carried out by the next`() async throws {
        let servers = [try await TCPServer(), try await TCPServer()]
        let realServers = servers.map(\.realServer)
        try await BalancerScene.play { scene in
            var isAsked = false
            let core = scene.makeCore(for: specification([realServers[0]])) { event in
                // The table has been changed, and the pass is not over.
                guard case .changed = event, !isAsked else { return }
                isAsked = true
                #expect(throws: Never.self) {
                    try scene.core?.update(specification(realServers)) { result in
                        let report = (try? result.get())?[vip]
                        #expect(report?.applied.map(\.change) == [.add(realServers[1], weight: 1)])
                        scene.after(.zero, scene.end)
                    }
                }
            }
            try core.start()
        }
        for server in servers { server.close() }
    }

    @Test func `an update before the start is used from the start`() async throws {
        let listener = try await TCPServer()
        try await BalancerScene.play { scene in
            let core = scene.makeCore(for: specification([]))
            var isDone = false
            try core.update(specification([listener.realServer])) { _ in isDone = true }
            #expect(scene.table.services.isEmpty)
            #expect(!isDone)
            try core.start()
            #expect(isDone)
            #expect(scene.table.services[vip]?.realServers.keys.sorted() == [listener.realServer])
            scene.end()
        }
        listener.close()
    }

    @Test func `a change of a fixed part is refused and changes nothing else`() async throws {
        try await BalancerScene.play { scene in
            var wanted = specification([])
            wanted.path = .link(name: "lvscare", masqueradeBit: 0)
            let core = scene.makeCore(for: wanted)
            core.paths = WantedPath.all(of: [wanted])
            try core.start()
            var renamed = wanted
            renamed.path = .link(name: "other", masqueradeBit: 0)
            renamed.configuration.scheduler = Scheduler(rawValue: "wlc")
            #expect(throws: BalancerError.cannotChange(.linkName)) { try core.update(renamed) }
            #expect(scene.table.services[vip]?.scheduler == .roundRobin)
            #expect(try core.snapshot()[vip]?.scheduler == .roundRobin)
            wanted.path = .link(name: "lvscare", masqueradeBit: 7)
            wanted.configuration.scheduler = Scheduler(rawValue: "wlc")
            try core.update(wanted) { _ in
                #expect(scene.table.services[vip]?.scheduler == Scheduler(rawValue: "wlc"))
                scene.after(.zero, scene.end)
            }
        }
    }

    @Test func `a refusal of the kernel is in the report`() async throws {
        try await BalancerScene.play { scene in
            let core = scene.makeCore(for: specification([]))
            try core.start()
            var unknown = specification([])
            unknown.configuration.scheduler = Scheduler(rawValue: "none-such")
            try core.update(unknown) { result in
                #expect((try? result.get())?[vip]?.failures.map(\.kind) == [.unknownScheduler])
                scene.after(.zero, scene.end)
            }
        }
    }

    @Test func `the end completes all waiting updates`() async throws {
        try await BalancerScene.play { scene in
            let core = scene.makeCore(for: specification([]))
            var wanted = specification([])
            wanted.allDown = .keep
            var answers: [BalancerError] = []
            try core.update(wanted) { result in
                if case .failure(let error) = result { answers.append(error) }
            }
            core.stop()
            #expect(answers == [.ended])
            #expect(throws: BalancerError.ended) { try core.update(specification([])) }
            scene.end()
        }
    }

    @Test func `a cleanup removes everything and ends the core`() async throws {
        let listener = try await TCPServer()
        try await BalancerScene.play { scene in
            let core = scene.makeCore(for: specification([listener.realServer]))
            try core.start()
            let report = try #require(core.cleanUp()[vip])
            #expect(report.applied == [PlannedChange(.removeService, cause: .cleanUp)])
            #expect(report.pathChanges.count == scene.path.wanted.count)
            #expect(scene.table.services.isEmpty)
            #expect(scene.path.present.isEmpty)
            scene.after(.milliseconds(60)) {
                #expect(scene.table.services.isEmpty)
                scene.end()
            }
        }
        listener.close()
    }
}
