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
        /// The connection has answered a heartbeat.
        case answered
        case failed(ProbeFailure.Reason)
        case ended(ConnectionEnd)
    }

    private final class Told: Sendable {
        let reports = Mutex<[Report]>([])
        let answersPings = Mutex(false)
    }

    private let told: Told
    private let attempt: LoopBound<ProbeAttempt>

    /// A probe of `endpoint`, which is over when this returns; with heartbeats on its connection where they are asked for. A busy
    /// machine needs patience.
    init(
        _ endpoint: Endpoint, _ configuration: HTTPProbeConfiguration = HTTPProbeConfiguration(scheme: .http),
        heartbeats: Bool = false, timeout: Duration = .seconds(30), bodyTimeout: Duration = .seconds(30)
    ) async throws {
        let told = Told()
        self.told = told
        attempt = try await probeLoop.submit { loop in
            let prober = try Prober(
                configuration: .http(configuration), on: loop, systemRoots: .certificates([]),
                bodyTimeout: bodyTimeout)
            let answered: () -> Void = { told.reports.withLock { $0.append(.answered) } }
            let ended: (ConnectionEnd) -> Void = { end in told.reports.withLock { $0.append(.ended(end)) } }
            let attempt = prober.probe(
                endpoint, timeout: timeout, connectionEnded: ended, heartbeatAnswered: heartbeats ? answered : nil
            ) { outcome in
                if case .healthy(let measurement) = outcome {
                    told.answersPings.withLock { $0 = measurement.answersPings }
                }
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

    /// Whether it is one of HTTP/2.
    var answersPings: Bool { told.answersPings.withLock { $0 } }

    /// Sends a heartbeat.
    func ask() async throws {
        try await probeLoop.submit { loop in self.attempt.value(on: loop).askForAnswer() }
    }

    /// Number of heartbeats that were answered.
    var answers: Int { reports.count { $0 == .answered } }

    /// How the connection ended; waits until it has, and until nothing more can come.
    func end() async throws -> ConnectionEnd? {
        var end: ConnectionEnd? {
            if case .ended(let end)? = reports.last { end } else { nil }
        }
        try await eventually("the connection has ended") { end != nil }
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
