import Addressing
import Director
import Glibc
import LVSCare
import NIOCore
import NIOPosix
import Testing

@Suite struct HealthProbeTests {
    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    static let tcp = HealthCheck(timeout: .seconds(10), probe: .tcp)

    static func isHealthy(_ outcome: ProbeOutcome) -> Bool {
        if case .healthy = outcome { true } else { false }
    }

    @Test func asksEveryEndpointInOrder() async throws {
        let listener = try await ServerBootstrap(group: Self.group).bind(host: "127.0.0.1", port: 0).get()
        let port = UInt16(try #require(listener.localAddress?.port))
        // Nobody listens at discard(9) of these addresses.
        let endpoints = try (1...40).map { try Endpoint("127.0.0.1:\($0 % 3 == 0 ? port : 9)") }
        let outcomes = try await HealthProbe.once(endpoints, Self.tcp, on: Self.group.next()).get()
        #expect(outcomes.map(Self.isHealthy) == endpoints.map { $0.port == port })
        for case .unhealthy(let failure) in outcomes { #expect(failure.reason == .refused) }
        let again = try await HealthProbe.once(endpoints, Self.tcp)
        #expect(again.map(Self.isHealthy) == outcomes.map(Self.isHealthy), "without an event loop")
        try await listener.close()
    }

    @Test func nothingToAskIsAnsweredAtOnce() async throws {
        #expect(try await HealthProbe.once([], HealthCheck(), on: Self.group.next()).get() == [])
    }
}
