import Addressing
import DirectorTestKit
import Glibc
import LVSCareModel
import Testing

@testable import LVSCare

/// The shell around the engine, with real probes on loopback and a table in memory.
@Suite struct LoadBalancerCoreTests {
    @Test func `a real server that dies is quiesced, then removed`() async throws {
        let staying = try await TCPServer()
        let dying = try await TCPServer()
        let servers = [staying.realServer, dying.realServer]
        try await BalancerScene.play { scene in
            var seen: [TableChange] = []
            let core = scene.makeCore(for: specification(servers)) { event in
                switch event {
                case .changed(let planned): seen.append(planned.change)
                case .transition(let transition) where transition.to == .healthy && transition.realServer == servers[1]:
                    dying.close()
                default: break
                }
                guard seen.last == .remove(servers[1]) else { return }
                #expect(
                    seen == [
                        .createService(scheduler: .roundRobin), .add(servers[0], weight: 1),
                        .add(servers[1], weight: 1),
                        .setWeight(servers[1], weight: 0), .remove(servers[1]),
                    ])
                #expect(scene.table.services[vip]?.realServers.keys.sorted() == [servers[0]])
                #expect(scene.path.present == Set(scene.path.wanted))
                scene.end()
            }
            try core.start()
            #expect(scene.table.services[vip]?.realServers.count == 2, "the first pass ends before the start returns")
        }
        staying.close()
    }

    @Test func `nothing is reported after the end`() async throws {
        let listener = try await TCPServer()
        try await BalancerScene.play { scene in
            var isStopped = false
            let core = scene.makeCore(for: specification([listener.realServer])) { _ in #expect(!isStopped) }
            try core.start()
            core.stop()
            isStopped = true
            // Several intervals in which a probe or a pass would have shown itself.
            scene.after(.milliseconds(100), scene.end)
        }
    }

    @Test func `nothing more of a pass is reported to who stops the core on hearing of it`() async throws {
        let listener = try await TCPServer()
        try await BalancerScene.play { scene in
            var events = 0
            let core = scene.makeCore(for: specification([listener.realServer])) { _ in
                events += 1
                scene.core?.stop()
            }
            try core.start()
            #expect(events == 1, "the pass created a service, added a real server and a route")
            scene.end()
        }
    }

    @Test func `a core can be stopped by its listener`() async throws {
        let listener = try await TCPServer()
        try await BalancerScene.play { scene in
            var isStopped = false
            let core = scene.makeCore(for: specification([listener.realServer])) { event in
                #expect(!isStopped, "\(event)")
                // The last thing that is told of the first pass; the first probes would be started next.
                guard case .ready = event else { return }
                isStopped = true
                scene.core?.stop()
            }
            try core.start()
            #expect(isStopped)
            scene.after(.milliseconds(100), scene.end)
        }
    }

    @Test func `a service that cannot be created ends the start`() async throws {
        let server = RealServer(Endpoint(address: .loopback(.ipv4), port: 1))
        try await BalancerScene.play { scene in
            let refusal = KernelFailure(operation: "add", object: "it", code: ENOENT, message: "no")
            scene.table.fault = { $0 == .change(.createService(scheduler: .roundRobin)) ? .refused(refusal) : nil }
            let core = scene.makeCore(for: specification([server]))
            #expect(throws: refusal) { try core.start() }
            #expect(scene.path.present.isEmpty)
            scene.end()
        }
    }

    @Test func `failures and their end are reported`() async throws {
        let listener = try await TCPServer()
        try await BalancerScene.play { scene in
            let failure = KernelFailure(operation: "read", object: "it", code: EIO, message: "no")
            scene.path.failure = failure
            var failures = 0
            var isIncomplete = false
            let core = scene.makeCore(for: specification([listener.realServer])) { event in
                switch event {
                case .incomplete: isIncomplete = true
                case .ready:
                    #expect(isIncomplete && failures == 3, "ready is said when the path is there")
                    scene.end()
                case .failed(let reported):
                    #expect(reported == failure)
                    failures += 1
                    if failures == 3 { scene.path.failure = nil }
                case .recovered: #expect(failures == 3)
                default: break
                }
            }
            try core.start()
        }
    }

    @Test func `a slow set-up is not taken from the time of the first probes`() async throws {
        let listener = try await TCPServer()
        let specification = Specification(
            service: vip, realServers: [listener.realServer],
            healthCheck: HealthCheck(interval: .seconds(60), timeout: .milliseconds(500), probe: .tcp))
        try await BalancerScene.play { scene in
            // A machine on which filling the table takes longer than a probe may take.
            scene.table.fault = { operation in
                if operation == .observe { usleep(700_000) }
                return nil
            }
            let core = scene.makeCore(for: specification) { event in
                guard case .transition(let transition) = event else { return }
                #expect(transition.to == .healthy)
                scene.end()
            }
            try core.start()
        }
    }

    @Test func `tells each probe that it cannot make, and changes nothing for it`() async throws {
        let listener = try await TCPServer()
        var specification = specification([listener.realServer])
        specification.healthCheck.probe = .http(HTTPProbeConfiguration(scheme: .http, tokenFile: "/nowhere/token"))
        let wanted = specification
        try await BalancerScene.play { scene in
            var told = 0
            let core = scene.makeCore(for: wanted) { event in
                switch event {
                case .notProbed(let realServer, let failure):
                    told += 1
                    #expect(realServer == listener.realServer)
                    #expect(failure.detail == "cannot use the file /nowhere/token: no such file or directory")
                    guard told == 3 else { return }
                    #expect(scene.core?.counts.inconclusiveProbes == 3)
                    #expect(scene.core?.counts.transitions == 0)
                    #expect(scene.table.services[vip]?.realServers[realServer]?.weight == 1)
                    scene.end()
                case .transition: Issue.record("a verdict changed")
                default: break
                }
            }
            try core.start()
        }
    }

    @Test func `the end of a monitored connection is noticed at once`() async throws {
        let server = try await KeepAliveServer()
        try await BalancerScene.play { scene in
            var seen: [String] = []
            let core = scene.makeCore(for: monitoring([server.realServer])) { event in
                switch event {
                case .connectionEnded: seen.append("ended")
                case .outage(let report): seen.append("outage \(report.phase)")
                case .transition(let transition):
                    seen.append("\(transition.to)")
                    if transition.to == .healthy { server.kill() }
                case .changed(let planned):
                    guard case .remove = planned.change else { return }
                    #expect(seen == ["healthy", "ended", "unhealthy", "outage began"])
                    #expect(scene.core?.counts.outages == 1)
                    #expect(scene.core?.counts.endedConnections == 1)
                    scene.end()
                default: break
                }
            }
            try core.start()
        }
    }

    @Test(arguments: [true, false])
    func `clients that wait for a dead real server are let go when it is removed`(isPossible: Bool) async throws {
        let server = try await KeepAliveServer()
        try await BalancerScene.play { scene in
            let client = Endpoint(address: .loopback(.ipv4), port: 40_001)
            let service = try #require(vip.endpoint)
            scene.clients.open(from: client, to: service, leadingTo: server.realServer)
            if !isPossible {
                scene.clients.abortFailure = KernelFailure(operation: "destroy", object: "it", code: EOPNOTSUPP)
            }
            var seen: [String] = []
            let core = scene.makeCore(for: monitoring([server.realServer])) { event in
                switch event {
                case .transition(let transition) where transition.to == .healthy: server.kill()
                case .changed(let planned):
                    if case .remove = planned.change { seen.append("removed") }
                case .connectionsAborted(let aborted):
                    #expect(aborted == AbortedConnections(to: server.realServer, count: 1))
                    #expect(scene.core?.counts.abortedConnections == 1)
                    seen.append("aborted")
                case .degraded: seen.append("degraded")
                default: return
                }
                guard seen.count == 2 else { return }
                #expect(seen == ["removed", isPossible ? "aborted" : "degraded"])
                #expect(scene.core?.counts.failures == 0)
                scene.end()
            }
            try core.start()
        }
    }

    @Test func `stopping closes monitored connections`() async throws {
        let server = try await KeepAliveServer()
        try await BalancerScene.play { scene in
            var isStopped = false
            let core = scene.makeCore(for: monitoring([server.realServer])) { _ in #expect(!isStopped) }
            try core.start()
            scene.after(.milliseconds(200)) {
                core.stop()
                isStopped = true
                server.kill()
            }
            // Time in which the end of the connection would have been told.
            scene.after(.milliseconds(400), scene.end)
        }
    }
}
