import Director
import DirectorTestKit
import LVSCareModel
import Testing

/// What a failure says may be wrong.
@Suite struct HintTests {
    static let all: [ProbeFailure.Reason] =
        [
            .refused, .unreachable, .connectTimeout, .tlsTimeout, .responseTimeout, .tls, .reset, .protocolError,
            .notServing,
        ] + [301, 400, 401, 403, 404, 405, 418, 429, 500, 503, 599].map { .status($0) }
        + [5, 12, 14].map { .grpcStatus($0) }
        + ProbeFailure.CertificateFault.allCases.filter { $0 != .other }.map { .certificate($0) }

    @Test(arguments: all) func `every reason has words and a hint`(reason: ProbeFailure.Reason) {
        #expect(ProbeFailure(reason: reason, phase: .response, elapsed: .zero).hint != nil)
        #expect(!"\(reason)".isEmpty)
    }

    @Test func `words differ`() {
        #expect(Set(Self.all.map { "\($0)" }).count == Self.all.count)
    }

    /// What this node lacks is in the detail.
    @Test func `there is no hint where the detail says all`() {
        #expect(ProbeFailure(reason: .local, phase: .connect, elapsed: .zero).hint == nil)
    }

    static let doubts: [(ProbeFailure.Reason, before: ProbeFailure.Hint, after: ProbeFailure.Hint)] =
        [
            (.tlsTimeout, .noTLSOrSlow, .slow), (.reset, .speaksTLSOrTrouble, .trouble),
            (.protocolError, .speaksTLSOrNoHTTP, .trouble),
            (.tls, .noTLSOrClientCertificate, .clientCertificateOrTrouble),
            (.status(400), .speaksTLS, .unusualStatus(400)), (.refused, .nothingListens, .nothingListens),
        ]

    @Test(arguments: doubts)
    func `a real server that has answered is not said to speak something else`(
        reason: ProbeFailure.Reason, before: ProbeFailure.Hint, after: ProbeFailure.Hint
    ) {
        let world = DirectorSimulation(specification([a, b]))
        world.realServers[a] = .fails(reason)
        world.start()
        world.advance(by: .seconds(2))
        world.realServers[b] = .fails(reason)
        world.advance(by: .seconds(10))
        let lost = world.transitions.map(\.transition).filter { $0.to == .unhealthy }
        #expect(lost.map(\.realServer) == [a, b])
        #expect(lost.map(\.hint) == [before, after])
    }

    @Test func `another kind of probe begins without trust`() {
        let world = DirectorSimulation(specification([a, b]))
        world.start()
        world.advance(by: .seconds(2))
        world.realServers[a] = .fails(.reset)
        let plain = ProbeConfiguration.http(HTTPProbeConfiguration(scheme: .http))
        world.handle(.specificationChanged(specification([a, b], probe: plain)))
        world.advance(by: .seconds(10))
        #expect(world.transitions.last?.transition.hint == .speaksTLSOrTrouble)
    }
}
