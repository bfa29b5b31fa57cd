import Addressing
import Epoll
import LVSCareModel
import Testing

@testable import LVSCareSockets
@testable import Probing

/// The loop on which the tests probe; the servers have their own.
let probeLoop: LoopThread = {
    do { return try LoopThread() } catch { fatalError("no loop: \(error)") }
}()

/// The outcome of one probe. A second call of the completion would trap.
func probe(
    _ endpoint: Endpoint,
    _ configuration: ProbeConfiguration,
    timeout: Duration = .seconds(10),
    systemRoots: TLSContextMaker.SystemRoots = .certificates([])
) async throws -> ProbeOutcome {
    try await withCheckedThrowingContinuation { continuation in
        probeLoop.execute { loop in
            do {
                let prober = try Prober(
                    configuration: configuration, on: loop, systemRoots: systemRoots)
                _ = prober.probe(endpoint, timeout: timeout) { continuation.resume(returning: $0) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}

/// The outcome of one HTTP probe without TLS.
func probe(http endpoint: Endpoint, timeout: Duration = .seconds(10)) async throws -> ProbeOutcome {
    try await probe(endpoint, .http(HTTPProbeConfiguration(scheme: .http)), timeout: timeout)
}

extension ProbeOutcome {
    var status: Int? {
        if case .healthy(let measurement) = self { measurement.status } else { nil }
    }

    var isHealthy: Bool { failure == nil }
}

/// Expects that the probe failed for `reason` in `phase`, with something to say about it.
func expect(
    _ outcome: ProbeOutcome,
    fails reason: ProbeFailure.Reason,
    in phase: ProbeFailure.Phase,
    saying detail: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(outcome.failure?.reason == reason, "\(outcome)", sourceLocation: sourceLocation)
    // What this node lacks is held against nobody.
    if case .unhealthy = outcome { #expect(reason != .local, sourceLocation: sourceLocation) }
    #expect(outcome.failure?.phase == phase, "\(outcome)", sourceLocation: sourceLocation)
    // What fails before anybody was asked takes no time.
    let isInstant = reason == .local || reason == .unreachable
    #expect(isInstant || (outcome.failure?.elapsed ?? .zero) > .zero, sourceLocation: sourceLocation)
    #expect(outcome.failure?.detail.isEmpty == false, sourceLocation: sourceLocation)
    if let detail { #expect(outcome.failure?.detail == detail, sourceLocation: sourceLocation) }
}

/// Waits until `condition` holds, at most 90 seconds.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(90)
    while !(try await condition()) {
        try #require(ContinuousClock.now < deadline, what, sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(10))
    }
}
