import Addressing
import Glibc
import LVSCareModel
import Testing

@testable import LVSCareSockets
@testable import Probing

/// The plain TCP probe, and the phase that all probes have in common.
@Suite struct ConnectTests {
    @Test(arguments: ["127.0.0.1", "::1"])
    func `a listener is healthy`(host: String) async throws {
        let server = try await LoopbackServer(on: host, LoopbackServer.Script())
        let outcome = try await probe(server.endpoint, .tcp)
        #expect(outcome.isHealthy, "\(outcome)")
        #expect(outcome.status == nil)
        try await server.stop()
    }

    @Test(arguments: [ProbeConfiguration.tcp, .http(HTTPProbeConfiguration())])
    func `a port without a listener is refused`(configuration: ProbeConfiguration) async throws {
        let port = SilentPort(.refusing)
        let outcome = try await probe(port.endpoint, configuration)
        expect(outcome, fails: .refused, in: .connect, saying: "connection refused")
        withExtendedLifetime(port) {}
    }

    @Test(arguments: [ProbeConfiguration.tcp, .http(HTTPProbeConfiguration())])
    func `a silent server is a timeout`(configuration: ProbeConfiguration) async throws {
        let port = SilentPort(.ignoring)
        let outcome = try await probe(port.endpoint, configuration, timeout: .milliseconds(300))
        expect(outcome, fails: .connectTimeout, in: .connect)
        let range = try #require(SourcePorts().ports)
        #expect(
            outcome.failure?.detail
                == "no connection within 300 ms (from ports \(range.lowerBound)-\(range.upperBound))")
        #expect((.milliseconds(300)...(.seconds(5))).contains(outcome.failure?.elapsed ?? .zero))
        withExtendedLifetime(port) {}
    }

    @Test func `an address without a route is unreachable`() async throws {
        // Linux has no TCP to the broadcast address, whatever the routes are, and sends nothing.
        let outcome = try await probe(try Endpoint("255.255.255.255:80"), .tcp)
        expect(outcome, fails: .unreachable, in: .connect, saying: "network is unreachable")
    }

    /// The kernel's words for each errno, and what this module makes of them.
    @Test(
        arguments: [
            (ECONNREFUSED, .refused, "connection refused"),
            (EHOSTUNREACH, .unreachable, "no route to host"),
            (ENETUNREACH, .unreachable, "network is unreachable"),
            (EHOSTDOWN, .unreachable, "host is down"),
            (EINVAL, .unreachable, "invalid argument"),
            (ETIMEDOUT, .connectTimeout, "connection timed out"),
            (ECONNRESET, .reset, "connection reset by peer"),
            (EPIPE, .reset, "broken pipe"),
            (EMFILE, .local, "too many open files"),
            (ENFILE, .local, "too many open files in system"),
            (ENOBUFS, .local, "no buffer space available"),
            (EACCES, .local, "permission denied"),
            (EADDRNOTAVAIL, .local, "cannot assign requested address"),
        ] as [(CInt, ProbeFailure.Reason, String)])
    func `errno becomes a reason`(code: CInt, reason: ProbeFailure.Reason, detail: String) {
        #expect(ProbeFault(errno: code, in: .connect) == ProbeFault(reason, detail, code: code))
    }

    @Test(arguments: [
        (ProbeFailure.Phase.connect, ProbeFailure.Reason.connectTimeout), (.tls, .tlsTimeout),
        (.response, .responseTimeout),
    ])
    func `the kernel's timeout belongs to the phase`(phase: ProbeFailure.Phase, reason: ProbeFailure.Reason) {
        #expect(ProbeFault(errno: ETIMEDOUT, in: phase).reason == reason)
    }

    @Test(arguments: [
        (Duration.seconds(2), "2 s"), (.milliseconds(1500), "1.5 s"), (.milliseconds(10_010), "10.01 s"),
        (.milliseconds(250), "250 ms"),
    ])
    func `durations are written in words`(duration: Duration, words: String) {
        #expect(duration.inWords == words)
    }
}
