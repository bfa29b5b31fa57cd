import Addressing
import Director
import Epoll
import LVSCareModel
import ProbingTestKit
import Synchronization
import Testing

@testable import LVSCareSockets
@testable import Probing

/// One probe whose connection may stay open, and what becomes of it.
final class Watch: Sendable {
    /// What the probe's caller is told, in order.
    enum Report: Hashable {
        case completed(keeps: Bool)
        case failed(ProbeFailure.Reason)
        case ended(ConnectionEnd)
    }

    private final class Told: Sendable {
        let reports = Mutex<[Report]>([])
    }

    private let told: Told
    private let attempt: LoopBound<ProbeAttempt>

    /// A probe of `endpoint`, which is over when this returns. A busy machine needs patience.
    init(
        _ endpoint: Endpoint, _ configuration: HTTPProbeConfiguration = HTTPProbeConfiguration(scheme: .http),
        timeout: Duration = .seconds(30), bodyTimeout: Duration = .seconds(30)
    ) async throws {
        let told = Told()
        self.told = told
        attempt = try await probeLoop.submit { loop in
            let prober = try Prober(
                configuration: .http(configuration), on: loop, systemRoots: .certificates([]),
                bodyTimeout: bodyTimeout)
            let attempt = prober.probe(endpoint, timeout: timeout) { end in
                told.reports.withLock { $0.append(.ended(end)) }
            } completion: { outcome in
                told.reports.withLock {
                    switch outcome {
                    case .healthy(let measurement): $0.append(.completed(keeps: measurement.keepsConnection))
                    case .unhealthy(let failure), .inconclusive(let failure): $0.append(.failed(failure.reason))
                    }
                }
            }
            return LoopBound(attempt, on: loop)
        }
        try await eventually("the probe is over") { !reports.isEmpty }
    }

    /// What the caller was told so far.
    var reports: [Report] { told.reports.withLock { $0 } }

    /// Whether the connection stayed open after the probe.
    var keepsConnection: Bool { reports.first == .completed(keeps: true) }

    /// How the connection ended; waits until it has, and until nothing more can come.
    func end() async throws -> ConnectionEnd? {
        try await eventually("the connection has ended") { reports.count > 1 }
        guard case .ended(let end) = reports[1] else { return nil }
        return end
    }

    /// Cancels the probe `times` times, and tells what is left of its sockets right after that.
    func cancel(times: Int = 1, socketsTo endpoint: Endpoint) async throws -> Sockets {
        try await probeLoop.submit { loop in
            for _ in 0..<times { self.attempt.value(on: loop).cancel() }
            return try Sockets(to: endpoint)
        }
    }
}
