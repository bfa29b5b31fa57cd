import Addressing
import Epoll
import Foundation
import LVSCareModel
import NIOCore
import NIOPosix
import ProbingTestKit
import Synchronization
import Testing

@testable import LVSCareSockets
@testable import Probing

/// Beginning, end and remains of probes.
@Suite struct LifecycleTests {
    /// Runs `body` on the probes' loop.
    private func onLoop<Value: Sendable>(_ body: @escaping @Sendable (EpollLoop) throws -> Value) async throws -> Value
    {
        try await probeLoop.submit(body)
    }

    @Test(arguments: [
        ProbeConfiguration.tcp, .http(HTTPProbeConfiguration(scheme: .http)), .http(HTTPProbeConfiguration()),
        .grpc(GRPCProbeConfiguration()), .grpc(GRPCProbeConfiguration(tls: TLSProbeConfiguration())),
    ])
    func `cancelling closes the socket at once`(configuration: ProbeConfiguration) async throws {
        let port = SilentPort(.ignoring)
        let server = try await LoopbackServer(.init())
        // TCP is caught while it connects, the others while they wait for the server.
        let endpoint = configuration == .tcp ? port.endpoint : server.endpoint
        let others = try Sockets(to: endpoint).open
        let completions = Mutex(0)
        let attempt = try await onLoop { loop in
            LoopBound(
                try Prober(configuration: configuration, on: loop).probe(endpoint, timeout: .seconds(60)) { _ in
                    completions.withLock { $0 += 1 }
                },
                on: loop)
        }
        try await eventually("the socket is open") { (try? Sockets(to: endpoint).open) == others + 1 }
        let remaining = try await onLoop { loop in
            attempt.value(on: loop).cancel()
            defer { attempt.value(on: loop).cancel() }
            return try Sockets(to: endpoint).open
        }
        #expect(remaining == others)
        // What the loop had still to do for the attempt is done by now.
        try await onLoop { _ in }
        #expect(completions.withLock { $0 } == 0)
        withExtendedLifetime(port) {}
        try await server.stop()
    }

    /// A daemon has tens of thousands of them in a day.
    @Test(arguments: [HTTPProbeConfiguration.Scheme.http, .https], [true, false])
    func `nothing of a conversation remains`(scheme: HTTPProbeConfiguration.Scheme, isOrderly: Bool) async throws {
        final class Remains: @unchecked Sendable {  // Used on the loop; a weak reference may be read anywhere.
            weak var connection: Connection?
        }
        let server = try await LoopbackServer(
            tls: scheme == .https ? try serverContext() : nil, answering: answer("200 OK"))
        let endpoint = server.endpoint
        let remains = Remains()
        let answered = Mutex(false)
        try await onLoop { loop in
            let configuration = HTTPProbeConfiguration(scheme: scheme)
            let connection = Connection(
                to: .init(host: .address(endpoint.address), port: endpoint.port), on: loop,
                for: HTTPConversation(HTTPExchange(configuration, with: endpoint)),
                over: TLSClient(configuration.tls), resolvedBy: HostResolver(reading: .ofThisNode, on: loop),
                within: .seconds(10))
            remains.connection = connection
            connection.open { _ in
                if isOrderly { remains.connection?.close() } else { remains.connection?.cancel() }
                answered.withLock { $0 = true }
            }
        }
        try await eventually("the answer is there") { answered.withLock(\.self) }
        try await eventually("nobody holds the connection") { remains.connection == nil }
        try await server.stop()
    }

    @Test func `a probe that is cancelled before its start never completes`() async throws {
        let server = try await LoopbackServer(.init())
        let endpoint = server.endpoint
        try await onLoop { loop in
            try Prober(configuration: .tcp, on: loop).probe(endpoint, timeout: .seconds(60)) { _ in
                Issue.record("completed after it was cancelled")
            }
            .cancel()
        }
        try await onLoop { _ in }
        #expect(try await probe(endpoint, .tcp).isHealthy)
        try await eventually("one connection is seen, and no other before it") { server.record.connections == 1 }
        try await server.stop()
    }

    @Test func `a probe may be cancelled within its completion`() async throws {
        let server = try await LoopbackServer(answering: answer("200 OK"))
        let endpoint = server.endpoint
        let outcome: ProbeOutcome = try await withCheckedThrowingContinuation { continuation in
            probeLoop.execute { loop in
                do {
                    let prober = try Prober(configuration: .http(HTTPProbeConfiguration(scheme: .http)), on: loop)
                    var attempt: ProbeAttempt?
                    attempt = prober.probe(endpoint, timeout: .seconds(10)) { outcome in
                        attempt?.cancel()
                        attempt = nil
                        continuation.resume(returning: outcome)
                    }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
        #expect(outcome.status == 200)
        try await server.stop()
    }

    @Test func `a probe that hangs holds up no other`() async throws {
        let hanging = try await LoopbackServer(.init())
        let server = try await LoopbackServer(answering: answer("200 OK"))
        let hungEndpoint = hanging.endpoint
        let healthyEndpoint = server.endpoint
        let healthy = Mutex(0)
        let hung = try await onLoop { loop in
            let prober = try Prober(configuration: .http(HTTPProbeConfiguration(scheme: .http)), on: loop)
            let hung = prober.probe(hungEndpoint, timeout: .seconds(60)) {
                Issue.record("over before the others: \($0)")
            }
            for _ in 0..<200 {
                prober.probe(healthyEndpoint, timeout: .seconds(60)) { outcome in
                    if outcome.isHealthy { healthy.withLock { $0 += 1 } }
                }
            }
            return LoopBound(hung, on: loop)
        }
        try await eventually("the others are through") { healthy.withLock { $0 } == 200 }
        try await onLoop { hung.value(on: $0).cancel() }
        try await hanging.stop()
        try await server.stop()
    }

    /// The end of a probe as the server sees it: nothing to log, and nothing left over on our side.
    @Test func `connections end in an orderly way`() async throws {
        let plain = try await LoopbackServer(answering: answer("200 OK"))
        let secure = try await LoopbackServer(tls: try serverContext(), answering: answer("200 OK"))
        let http = HTTPProbeConfiguration(scheme: .http)
        for _ in 0..<50 {
            #expect(try await probe(plain.endpoint, .http(http)).isHealthy)
            #expect(try await probe(secure.endpoint, .http(HTTPProbeConfiguration())).isHealthy)
        }
        try await eventually("all are closed") {
            plain.record.openConnections == 0 && secure.record.openConnections == 0
        }
        #expect(plain.record.errors == [])
        #expect(secure.record.errors == [])
        #expect(try Sockets(to: plain.endpoint).timeWait == 0)
        #expect(try Sockets(to: secure.endpoint).timeWait == 0)
        let tcp = try await LoopbackServer(.init())
        for _ in 0..<50 { #expect(try await probe(tcp.endpoint, .tcp).isHealthy) }
        #expect(try Sockets(to: tcp.endpoint).timeWait == 0)
        for server in [plain, secure, tcp] { try await server.stop() }
    }

    /// A thousand probes of all kinds, a fifth of them cancelled, leave no descriptor behind and complete at most once.
    @Test func `no descriptor is lost`() async throws {
        let kinds: [ProbeConfiguration] = [
            .tcp, .http(HTTPProbeConfiguration(scheme: .http)), .http(HTTPProbeConfiguration()),
            .http(HTTPProbeConfiguration(tls: TLSProbeConfiguration(verifiesCertificate: true))),
            .grpc(GRPCProbeConfiguration()), .grpc(GRPCProbeConfiguration(tls: TLSProbeConfiguration())),
        ]
        let refusing = SilentPort(.refusing)
        let servers = [
            try await LoopbackServer(answering: answer("200 OK")),
            try await LoopbackServer(answering: answer("500 Broken")),
            try await LoopbackServer(answering: "garbage"),
            try await LoopbackServer(.init(onAccept: [.reset])),
            try await LoopbackServer(.init(onAccept: [.close])),
            try await LoopbackServer(.init()),
            try await LoopbackServer(tls: try serverContext(), answering: answer("200 OK")),
        ]
        let endpoints = servers.map(\.endpoint) + [refusing.endpoint]
        let before = try openDescriptors()
        let over = Mutex(0)
        let perRound = kinds.count * endpoints.count
        let rounds = 1000 / perRound + 1
        for round in 0..<rounds {
            try await onLoop { loop in
                for (number, kind) in kinds.enumerated() {
                    let prober = try Prober(
                        configuration: kind, on: loop, systemRoots: .certificates([]))
                    for (index, endpoint) in endpoints.enumerated() {
                        var isOver = false
                        let attempt = prober.probe(endpoint, timeout: .milliseconds(200)) { _ in
                            #expect(!isOver)
                            isOver = true
                            over.withLock { $0 += 1 }
                        }
                        guard (round + number + index).isMultiple(of: 5) else { continue }
                        // At a different moment each time.
                        loop.schedule(at: loop.now + .microseconds(round * 200)) {
                            attempt.cancel()
                            guard !isOver else { return }
                            isOver = true
                            over.withLock { $0 += 1 }
                        }
                    }
                }
            }
            // So that other tests get their share of the loop.
            try await eventually("the round before is over") { over.withLock { $0 } >= (round - 1) * perRound }
        }
        try await eventually("all are over") { over.withLock { $0 } == rounds * perRound }
        try await eventually("no socket is open") { endpoints.allSatisfy { (try? Sockets(to: $0).open) == 0 } }
        // Other tests open descriptors meanwhile, some of them hundreds, but not for long.
        try await eventually("no descriptor is lost") { (try? openDescriptors()).map { $0 < before + 200 } ?? false }
        withExtendedLifetime(refusing) {}
        for server in servers { try await server.stop() }
    }

    /// As the daemon does it: the loop is the current thread, and there is no other.
    @Test func `one thread is enough`() async throws {
        let plain = try await LoopbackServer(answering: answer("200 OK"))
        let secure = try await LoopbackServer(tls: try serverContext(), answering: answer("200 OK"))
        let outcomes: [ProbeOutcome] = await withCheckedContinuation { continuation in
            Thread {
                let outcomes = Mutex<[ProbeOutcome]>([])
                let loop = try! EpollLoop()
                let probes: [(ProbeConfiguration, Endpoint)] = [
                    (.tcp, plain.endpoint), (.http(HTTPProbeConfiguration(scheme: .http)), plain.endpoint),
                    (.http(HTTPProbeConfiguration()), secure.endpoint),
                ]
                for (configuration, endpoint) in probes {
                    _ = try? Prober(configuration: configuration, on: loop).probe(endpoint, timeout: .seconds(10)) {
                        outcome in
                        let count = outcomes.withLock {
                            $0.append(outcome)
                            return $0.count
                        }
                        if count == probes.count { loop.stop() }
                    }
                }
                loop.run()
                continuation.resume(returning: outcomes.withLock { $0 })
            }
            .start()
        }
        #expect(outcomes.count == 3)
        #expect(outcomes.filter { !$0.isHealthy } == [])
        try await plain.stop()
        try await secure.stop()
    }
}
