import Addressing
import Epoll
import LVSCareModel
import ProbingTestKit
import Testing

@testable import LVSCareSockets
@testable import Probing

/// Attempts at a virtual service as a client; the servers here stand for what is behind it.
@Suite struct ClientAttemptTests {
    private func attempt(
        _ endpoint: Endpoint, _ configuration: ProbeConfiguration, timeout: Duration = .seconds(10)
    ) async throws -> ClientAttempt {
        try await withCheckedThrowingContinuation { continuation in
            probeLoop.execute { loop in
                do {
                    let prober = try Prober(
                        configuration: configuration, on: loop, systemRoots: .certificates([]))
                    prober.tryAsClient(endpoint, timeout: timeout) { continuation.resume(returning: $0) }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    private func isAnswered(_ attempt: ClientAttempt) -> Bool {
        if case .answered = attempt.outcome { true } else { false }
    }

    private let http = ProbeConfiguration.http(HTTPProbeConfiguration(scheme: .http))

    @Test(arguments: ["200 OK", "302 Found", "404 Not Found", "500 Internal Server Error"])
    func `any response counts, and a redirect is not followed`(status: String) async throws {
        let server = try await LoopbackServer(answering: answer(status, "Location: http://127.0.0.1:1/x\r\n"))
        let found = try await attempt(server.endpoint, http)
        #expect(isAnswered(found), "\(found)")
        #expect(server.record.connections == 1)
        try await server.stop()
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func `an attempt comes from a port that the kernel chooses, and reports it`(host: String) async throws {
        let server = try await LoopbackServer(on: host, answering: answer("200 OK"))
        for _ in 0..<5 {
            let found = try await attempt(server.endpoint, http)
            #expect(found.source?.address == server.endpoint.address)
            #expect(found.source?.port == server.record.clientPorts.last)
        }
        // The probes' ports come one after the other.
        let ports = SourcePorts()
        let first = try #require(ports.next())
        #expect(
            server.record.clientPorts.allSatisfy { $0 < first || ports.next() == nil }, "\(server.record.clientPorts)")
        try await server.stop()
    }

    @Test func `an attempt is a whole health check, so that an HTTPS server has nothing to log`()
        async throws
    {
        let server = try await LoopbackServer(tls: try serverContext(), answering: answer("200 OK"))
        for _ in 0..<3 {
            let found = try await attempt(server.endpoint, .http(HTTPProbeConfiguration()))
            #expect(isAnswered(found), "\(found)")
        }
        try await eventually("all are closed") { server.record.openConnections == 0 }
        #expect(server.record.requests.count == 3)
        #expect(server.record.errors == [])
        try await server.stop()
    }

    @Test func `a certificate for another name is a response`() async throws {
        let server = try await LoopbackServer(
            tls: try serverContext(Certificates.elsewhere), answering: answer("200 OK"))
        let verified = HTTPProbeConfiguration(tls: TLSProbeConfiguration(verifiesCertificate: true))
        let found = try await attempt(server.endpoint, .http(verified))
        #expect(isAnswered(found), "\(found)")
        try await server.stop()
    }

    @Test func `octets that are no HTTP count, and so does a connection where nothing else is asked for`() async throws
    {
        let server = try await LoopbackServer(.init(onAccept: [.send("SSH-2.0-x\r\n"), .close]))
        #expect(isAnswered(try await attempt(server.endpoint, http)))
        #expect(isAnswered(try await attempt(server.endpoint, .tcp)))
        try await server.stop()
    }

    @Test func `a refusal, a reset and silence are no response`() async throws {
        let closed = try await LoopbackServer(LoopbackServer.Script())
        let endpoint = closed.endpoint
        try await closed.stop()
        let resetting = try await LoopbackServer(.init(onRequest: { _ in [.reset] }))
        let silent = try await LoopbackServer(LoopbackServer.Script())
        let expected: [(Endpoint, ProbeConfiguration, ProbeFailure.Reason)] = [
            (endpoint, http, .refused), (resetting.endpoint, http, .reset), (silent.endpoint, http, .responseTimeout),
            (silent.endpoint, .http(HTTPProbeConfiguration()), .tlsTimeout),
        ]
        for (endpoint, configuration, reason) in expected {
            // What comes may take its time on a busy machine, what does not come need not be waited for as long.
            let timeout: Duration = endpoint == silent.endpoint ? .seconds(2) : .seconds(30)
            let found = try await attempt(endpoint, configuration, timeout: timeout)
            guard case .unanswered(let failure) = found.outcome else {
                Issue.record("\(found)")
                continue
            }
            #expect(failure.reason == reason)
        }
        try await resetting.stop()
        try await silent.stop()
    }

    @Test func `a missing token leaves the question open`() async throws {
        let configuration = HTTPProbeConfiguration(scheme: .http, tokenFile: "/nowhere")
        let found = try await attempt(Endpoint(address: .loopback(.ipv4), port: 1), .http(configuration))
        guard case .notMade = found.outcome else {
            Issue.record("\(found)")
            return
        }
        #expect(found.source == nil)
    }
}
