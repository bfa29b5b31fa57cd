import Testing

@testable import Probing

/// Our verdicts beside those of Go's clients, curl and HAProxy. One table after the other, because each has hundreds of sockets.
@Suite(.serialized) struct VerdictTests {
    @Test func `HTTP/1 responses get the verdicts of others`() async throws { try await HTTPVerdicts.compare() }
    @Test func `servers with TLS get the verdicts of others`() async throws { try await TLSVerdicts.compare() }
    @Test func `gRPC servers get the verdicts of others`() async throws { try await GRPCVerdicts.compare() }
}
