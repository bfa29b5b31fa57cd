import Addressing
import Epoll
import Glibc
import LVSCare
import LVSCareModel
import Testing

@Suite struct HealthProbeTests {
    static let tcp = HealthCheck(timeout: .seconds(10), probe: .tcp)

    static func isHealthy(_ outcome: ProbeOutcome) -> Bool {
        if case .healthy = outcome { true } else { false }
    }

    private func once(_ endpoints: [Endpoint], _ healthCheck: HealthCheck) throws -> [ProbeOutcome] {
        let loop = try EpollLoop()
        var outcomes: [ProbeOutcome] = []
        HealthProbe.once(endpoints, healthCheck, on: loop) {
            outcomes = $0
            loop.stop()
        }
        loop.run()
        return outcomes
    }

    @Test func `every endpoint is probed and the outcomes are in order`() async throws {
        let listener = try await TCPServer()
        let port = listener.realServer.endpoint.port
        // Nobody listens at discard(9) of these addresses.
        let endpoints = try (1...40).map { try Endpoint("127.0.0.1:\($0 % 3 == 0 ? port : 9)") }
        let outcomes = try once(endpoints, Self.tcp)
        #expect(outcomes.map(Self.isHealthy) == endpoints.map { $0.port == port })
        for case .unhealthy(let failure) in outcomes { #expect(failure.reason == .refused) }
        let again = try await HealthProbe.once(endpoints, Self.tcp)
        #expect(again.map(Self.isHealthy) == outcomes.map(Self.isHealthy), "without a loop")
        listener.close()
    }

    @Test func `a probe of no endpoints ends at once`() throws {
        #expect(try once([], HealthCheck()) == [])
    }
}
