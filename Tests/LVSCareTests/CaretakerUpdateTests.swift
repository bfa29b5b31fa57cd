import Addressing
import DirectorTestKit
import LVSCareModel
import Testing

@testable import LVSCare

/// Another specification while a caretaker is at work.
@Suite struct CaretakerUpdateTests {
    @Test func realServersComeAndGo() async throws {
        let (first, second) = (try await KeepAliveServer(), try await KeepAliveServer())
        let third = try await KeepAliveServer()
        let servers = [first, second, third].map(\.realServer)
        try await CareScene.play { scene in
            var probed: [RealServer] = []
            var healthy = 0
            var report: PassReport?
            func update() {
                #expect(throws: Never.self) {
                    try scene.caretaker?.update(watching(Array(servers.suffix(2)))) { result in
                        report = try? result.get()
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
                let snapshot = try? scene.caretaker?.snapshot()
                #expect(snapshot?.realServers.map(\.realServer) == [servers[1], servers[2], servers[0]])
                #expect(snapshot?.realServers.map(\.health?.state) == [.healthy, .healthy, nil])
                #expect(snapshot?.realServers.map(\.observed?.weight) == [1, 1, 0])
                scene.after(.zero, scene.end)
            }
            let caretaker = scene.makeCaretaker(for: watching(Array(servers.prefix(2)))) { event in
                switch event {
                case .probed(let realServer, _): probed.append(realServer)
                case .connectionEnded(let realServer, _): Issue.record("\(realServer)")
                case .transition:
                    healthy += 1
                    if healthy == 2 { update() } else { endWhenDone() }
                default: break
                }
            }
            try caretaker.start()
        }
        for server in [first, second, third] { server.kill() }
    }

    @Test func anotherProbeIsMadeAtOnce() async throws {
        let server = try await KeepAliveServer(status: "503 Service Unavailable")
        try await CareScene.play { scene in
            var verdicts: [HealthState] = []
            let caretaker = scene.makeCaretaker(for: watching([server.realServer])) { event in
                guard case .transition(let transition) = event else { return }
                verdicts.append(transition.to)
                if transition.to == .unhealthy {
                    var specification = watching([server.realServer])
                    specification.healthCheck.probe = .tcp
                    #expect(throws: Never.self) { try scene.caretaker?.update(specification) }
                } else {
                    #expect(verdicts == [.unhealthy, .healthy])
                    scene.end()
                }
            }
            try caretaker.start()
        }
        server.kill()
    }

    @Test func anUpdateDuringAPassIsCarriedOutByTheNext() async throws {
        let servers = [try await TCPServer(), try await TCPServer()]
        let realServers = servers.map(\.realServer)
        try await CareScene.play { scene in
            var isAsked = false
            let caretaker = scene.makeCaretaker(for: specification([realServers[0]])) { event in
                // The table has been changed, and the pass is not over.
                guard case .changed = event, !isAsked else { return }
                isAsked = true
                #expect(throws: Never.self) {
                    try scene.caretaker?.update(specification(realServers)) { result in
                        let report = try? result.get()
                        #expect(report?.applied.map(\.change) == [.add(realServers[1], weight: 1)])
                        scene.after(.zero, scene.end)
                    }
                }
            }
            try caretaker.start()
        }
        for server in servers { server.close() }
    }

    @Test func anUpdateBeforeTheStartIsWhatItStartsWith() async throws {
        let listener = try await TCPServer()
        try await CareScene.play { scene in
            let caretaker = scene.makeCaretaker(for: specification([]))
            var isDone = false
            try caretaker.update(specification([listener.realServer])) { _ in isDone = true }
            #expect(scene.table.services.isEmpty)
            #expect(!isDone)
            try caretaker.start()
            #expect(isDone)
            #expect(scene.table.services[vip]?.realServers.keys.sorted() == [listener.realServer])
            scene.end()
        }
        listener.close()
    }

    @Test func whatIsFixedIsRefusedAndNothingElseIsChanged() async throws {
        try await CareScene.play { scene in
            var wanted = specification([])
            wanted.path = .link(name: "lvscare", masqueradeBit: 0)
            let caretaker = scene.makeCaretaker(for: wanted)
            try caretaker.start()
            var elsewhere = wanted
            elsewhere.service = VirtualService(Endpoint(address: .loopback(.ipv4), port: 443))
            elsewhere.configuration.scheduler = Scheduler(rawValue: "wlc")
            #expect(throws: CareError.cannotChange(.virtualService)) { try caretaker.update(elsewhere) }
            var renamed = wanted
            renamed.path = .link(name: "other", masqueradeBit: 0)
            renamed.configuration.scheduler = Scheduler(rawValue: "wlc")
            #expect(throws: CareError.cannotChange(.linkName)) { try caretaker.update(renamed) }
            #expect(scene.table.services[vip]?.scheduler == .roundRobin)
            #expect(try caretaker.snapshot().scheduler == .roundRobin)
            wanted.path = .link(name: "lvscare", masqueradeBit: 7)
            wanted.configuration.scheduler = Scheduler(rawValue: "wlc")
            try caretaker.update(wanted) { _ in
                #expect(scene.table.services[vip]?.scheduler == Scheduler(rawValue: "wlc"))
                scene.after(.zero, scene.end)
            }
        }
    }

    @Test func whatTheKernelRefusesIsInTheReport() async throws {
        try await CareScene.play { scene in
            let caretaker = scene.makeCaretaker(for: specification([]))
            try caretaker.start()
            var unknown = specification([])
            unknown.configuration.scheduler = Scheduler(rawValue: "none-such")
            try caretaker.update(unknown) { result in
                #expect((try? result.get())?.failures.map(\.kind) == [.unknownScheduler])
                scene.after(.zero, scene.end)
            }
        }
    }

    @Test func theEndAnswersWhoWaits() async throws {
        try await CareScene.play { scene in
            let caretaker = scene.makeCaretaker(for: specification([]))
            var answers: [CareError] = []
            try caretaker.update(specification([])) { result in
                if case .failure(let error) = result { answers.append(error) }
            }
            caretaker.stop()
            #expect(answers == [.ended])
            #expect(throws: CareError.ended) { try caretaker.update(specification([])) }
            scene.end()
        }
    }

    @Test func cleanUpRemovesAllAndEndsIt() async throws {
        let listener = try await TCPServer()
        try await CareScene.play { scene in
            let caretaker = scene.makeCaretaker(for: specification([listener.realServer]))
            try caretaker.start()
            let report = caretaker.cleanUp()
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
