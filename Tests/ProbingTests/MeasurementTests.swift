import Addressing
import LVSCareModel
import ProbingTestKit
import Testing

@testable import Probing

/// How long each part of a probe takes, and what is known of it when it fails.
@Suite struct MeasurementTests {
    private func measurement(_ outcome: ProbeOutcome) throws -> ProbeMeasurement {
        guard case .healthy(let measurement) = outcome else { throw Failed(outcome: outcome) }
        return measurement
    }

    private struct Failed: Error {
        let outcome: ProbeOutcome
    }

    @Test func `TCP is measured`() async throws {
        let server = try await LoopbackServer(.init())
        let found = try measurement(try await probe(server.endpoint, .tcp))
        #expect(found.times.connect != nil)
        #expect(found.times.tls == nil && found.times.firstByte == nil && found.certificateExpiry == nil)
        try await server.stop()
    }

    @Test func `HTTP is measured`() async throws {
        let server = try await LoopbackServer(answering: answer("200 OK"))
        let found = try measurement(try await probe(http: server.endpoint))
        let parts = try [#require(found.times.connect), #require(found.times.firstByte)]
        #expect(found.times.tls == nil && found.certificateExpiry == nil)
        #expect(parts.allSatisfy { $0 > .zero } && parts.reduce(.zero, +) <= found.total)
        try await server.stop()
    }

    @Test func `HTTPS is measured`() async throws {
        let server = try await LoopbackServer(tls: try serverContext(), answering: answer("200 OK"))
        let found = try measurement(try await probe(server.endpoint, .http(HTTPProbeConfiguration())))
        let times = found.times
        let parts = try [#require(times.connect), #require(times.tls), #require(times.firstByte)]
        #expect(parts.allSatisfy { $0 > .zero } && parts.reduce(.zero, +) <= found.total)
        // 2120-01-01: `openssl x509 -enddate`.
        #expect(found.certificateExpiry == 4_733_510_400)
        try await server.stop()
    }

    @Test func `each part of a slow response is measured`() async throws {
        let server = try await LoopbackServer(
            tls: try serverContext(), .init(onRequest: { _ in [.drip("HTTP/1.1 200 OK\r\n\r\n")] }))
        let times = try measurement(try await probe(server.endpoint, .http(HTTPProbeConfiguration()))).times
        // Nineteen octets, one each 20 ms.
        #expect(try #require(times.firstByte) >= .milliseconds(300))
        try await server.stop()
    }

    @Test func `failures report how far they came`() async throws {
        let expired = try await LoopbackServer(tls: try serverContext(Certificates.expired), .init())
        let verified = HTTPProbeConfiguration(tls: TLSProbeConfiguration(verifiesCertificate: true))
        let refused = try await probe(expired.endpoint, .http(verified))
        #expect(refused.failure?.times.connect != nil)
        #expect(refused.failure?.times.tls == nil)
        // 2020-02-01
        #expect(refused.failure?.certificateExpiry == 1_580_515_200)
        let broken = try await LoopbackServer(tls: try serverContext(), answering: answer("500 Broken"))
        let times = try await probe(broken.endpoint, .http(HTTPProbeConfiguration())).failure?.times
        #expect(times?.connect != nil && times?.tls != nil && times?.firstByte != nil)
        let silent = SilentPort(.refusing)
        #expect(try await probe(silent.endpoint, .tcp).failure?.times == ProbeTimes())
        withExtendedLifetime(silent) {}
        try await expired.stop()
        try await broken.stop()
    }
}
