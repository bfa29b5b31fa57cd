import Addressing
import Director
import DirectorTestKit
import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import LVSCare

/// The shell around the engine, with real probes on loopback and a table in memory.
@Suite struct CaretakerTests {
    private let vip = VirtualService(Endpoint(address: .loopback(.ipv4), port: 9))

    /// Runs `body` with an event loop on a thread of its own, and waits until the promise that it gets is kept.
    private func onLoop(
        _ body: @escaping @Sendable (any EventLoop, EventLoopPromise<Void>) throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        let promise = eventLoop.makePromise(of: Void.self)
        let timeout = eventLoop.scheduleTask(in: .seconds(20)) {
            promise.fail(ChannelError.connectTimeout(.seconds(20)))
        }
        eventLoop.execute {
            do { try body(eventLoop, promise) } catch { promise.fail(error) }
        }
        defer { timeout.cancel() }
        do {
            try await promise.futureResult.get()
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func specification(_ realServers: [RealServer]) -> Specification {
        Specification(
            service: vip, realServers: realServers,
            healthCheck: HealthCheck(interval: .milliseconds(20), timeout: .seconds(2), probe: .tcp))
    }

    /// A listening socket that accepts by itself as long as its backlog lasts.
    private final class Listener: Sendable {
        let endpoint: Endpoint
        private let channel: any Channel

        init() async throws {
            channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { $0.eventLoop.makeSucceededVoidFuture() }
                .bind(host: "127.0.0.1", port: 0).get()
            endpoint = Endpoint(address: .loopback(.ipv4), port: UInt16(channel.localAddress?.port ?? 0))
        }

        func close() { channel.close(promise: nil) }
    }

    @Test func aRealServerThatDiesIsQuiescedThenRemoved() async throws {
        let staying = try await Listener()
        let dying = try await Listener()
        let servers = [RealServer(staying.endpoint), RealServer(dying.endpoint)]
        let specification = specification(servers)
        try await onLoop { [vip] eventLoop, done in
            let table = InMemoryServiceTable()
            let path = InMemoryPath()
            var seen: [TableChange] = []
            var caretaker: Caretaker?
            caretaker = Caretaker(
                of: NodeService(specification, reconciler: Reconciler(service: vip, table: table, path: path)),
                on: eventLoop
            ) { event in
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
                #expect(table.services[vip]?.realServers.keys.sorted() == [servers[0]])
                #expect(path.present == Set(path.wanted))
                caretaker?.stop()
                caretaker = nil
                done.succeed()
            }
            try caretaker?.start()
            #expect(table.services[vip]?.realServers.count == 2, "the first pass ends before the start returns")
        }
        staying.close()
    }

    @Test func nothingIsReportedAfterTheEnd() async throws {
        let listener = try await Listener()
        let specification = specification([RealServer(listener.endpoint)])
        try await onLoop { [vip] eventLoop, done in
            var isStopped = false
            let caretaker = Caretaker(
                of: NodeService(
                    specification, reconciler: Reconciler(service: vip, table: InMemoryServiceTable(), path: nil)),
                on: eventLoop
            ) { _ in #expect(!isStopped) }
            try caretaker.start()
            caretaker.stop()
            isStopped = true
            // Several intervals in which a probe or a pass would have shown itself.
            eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(100)) {
                withExtendedLifetime(caretaker) { done.succeed() }
            }
        }
        listener.close()
    }

    @Test func itCanBeStoppedByWhomItTells() async throws {
        let listener = try await Listener()
        let specification = specification([RealServer(listener.endpoint)])
        try await onLoop { [vip] eventLoop, done in
            let table = InMemoryServiceTable()
            var isStopped = false
            var caretaker: Caretaker?
            caretaker = Caretaker(
                of: NodeService(specification, reconciler: Reconciler(service: vip, table: table, path: nil)),
                on: eventLoop
            ) { event in
                #expect(!isStopped, "\(event)")
                // The last thing that is told of the first pass; the first probes would be started next.
                guard case .ready = event else { return }
                isStopped = true
                caretaker?.stop()
            }
            try caretaker?.start()
            #expect(isStopped)
            eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(100)) {
                withExtendedLifetime(caretaker) { done.succeed() }
            }
        }
        listener.close()
    }

    @Test func aServiceThatCannotBeCreatedEndsTheStart() async throws {
        let server = RealServer(Endpoint(address: .loopback(.ipv4), port: 1))
        let specification = specification([server])
        try await onLoop { [vip] eventLoop, done in
            let refusal = KernelFailure(operation: "add", object: "it", code: ENOENT, message: "no")
            let table = InMemoryServiceTable()
            table.fault = { $0 == .change(.createService(scheduler: .roundRobin)) ? .refused(refusal) : nil }
            let path = InMemoryPath()
            let caretaker = Caretaker(
                of: NodeService(specification, reconciler: Reconciler(service: vip, table: table, path: path)),
                on: eventLoop
            ) { _ in }
            #expect(throws: refusal) { try caretaker.start() }
            #expect(path.present.isEmpty)
            done.succeed()
        }
    }

    @Test func failuresAreReportedAndTheirEnd() async throws {
        let listener = try await Listener()
        let specification = specification([RealServer(listener.endpoint)])
        try await onLoop { [vip] eventLoop, done in
            let failure = KernelFailure(operation: "read", object: "it", code: EIO, message: "no")
            let table = InMemoryServiceTable()
            let path = InMemoryPath()
            path.failure = failure
            var failures = 0
            var caretaker: Caretaker?
            caretaker = Caretaker(
                of: NodeService(specification, reconciler: Reconciler(service: vip, table: table, path: path)),
                on: eventLoop
            ) { event in
                switch event {
                case .failed(let reported):
                    #expect(reported == failure)
                    failures += 1
                    if failures == 3 { path.failure = nil }
                case .recovered:
                    #expect(failures == 3)
                    caretaker?.stop()
                    caretaker = nil
                    done.succeed()
                default: break
                }
            }
            try caretaker?.start()
        }
        listener.close()
    }

    @Test func aSlowSetUpIsNotTakenFromTheTimeOfTheFirstProbes() async throws {
        let listener = try await Listener()
        let server = RealServer(listener.endpoint)
        let specification = Specification(
            service: vip, realServers: [server],
            healthCheck: HealthCheck(interval: .seconds(60), timeout: .milliseconds(500), probe: .tcp))
        try await onLoop { [vip] eventLoop, done in
            let table = InMemoryServiceTable()
            // A machine on which filling the table takes longer than a probe may take.
            table.fault = { operation in
                if operation == .observe { usleep(700_000) }
                return nil
            }
            var caretaker: Caretaker?
            caretaker = Caretaker(
                of: NodeService(specification, reconciler: Reconciler(service: vip, table: table, path: nil)),
                on: eventLoop
            ) { event in
                guard case .transition(let transition) = event else { return }
                #expect(transition.to == .healthy)
                caretaker?.stop()
                caretaker = nil
                done.succeed()
            }
            try caretaker?.start()
        }
        listener.close()
    }

    /// An HTTP server that keeps connections open.
    private final class KeepAliveServer: Sendable {
        let endpoint: Endpoint
        private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

        init() async throws {
            let channel = try await ServerBootstrap(group: group)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answer()) }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            endpoint = Endpoint(address: .loopback(.ipv4), port: UInt16(channel.localAddress?.port ?? 0))
        }

        /// Dies with all its connections.
        func kill() { group.shutdownGracefully { _ in } }

        private final class Answer: ChannelInboundHandler {
            typealias InboundIn = ByteBuffer
            typealias OutboundOut = ByteBuffer

            func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                let answer = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            }
        }
    }

    private func watching(_ server: KeepAliveServer) -> Specification {
        Specification(
            service: vip, realServers: [RealServer(server.endpoint)],
            healthCheck: HealthCheck(
                interval: .seconds(3600), timeout: .seconds(5), jitter: 0,
                probe: .http(HTTPProbeConfiguration(scheme: .http, target: "/"))))
    }

    @Test func theEndOfAWatchedConnectionIsNoticedAtOnce() async throws {
        let server = try await KeepAliveServer()
        let specification = watching(server)
        try await onLoop { [vip] eventLoop, done in
            let table = InMemoryServiceTable()
            var seen: [String] = []
            var caretaker: Caretaker?
            caretaker = Caretaker(
                of: NodeService(specification, reconciler: Reconciler(service: vip, table: table, path: nil)),
                on: eventLoop
            ) { event in
                switch event {
                case .connectionEnded: seen.append("ended")
                case .outage(let report): seen.append("outage \(report.phase)")
                case .transition(let transition):
                    seen.append("\(transition.to)")
                    if transition.to == .healthy { server.kill() }
                case .changed(let planned):
                    guard case .remove = planned.change else { return }
                    #expect(seen == ["healthy", "ended", "unhealthy", "outage began"])
                    #expect(caretaker?.counts.outages == 1)
                    #expect(caretaker?.counts.endedConnections == 1)
                    caretaker?.stop()
                    caretaker = nil
                    done.succeed()
                default: break
                }
            }
            try caretaker?.start()
        }
    }

    @Test func stoppingClosesWatchedConnections() async throws {
        let server = try await KeepAliveServer()
        let specification = watching(server)
        try await onLoop { [vip] eventLoop, done in
            var isStopped = false
            let caretaker = Caretaker(
                of: NodeService(
                    specification, reconciler: Reconciler(service: vip, table: InMemoryServiceTable(), path: nil)),
                on: eventLoop
            ) { _ in #expect(!isStopped) }
            try caretaker.start()
            eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(200)) {
                caretaker.stop()
                isStopped = true
                server.kill()
            }
            // Time in which the end of the connection would have been told.
            eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(400)) {
                withExtendedLifetime(caretaker) { done.succeed() }
            }
        }
    }
}
