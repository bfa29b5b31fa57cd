internal import Glibc
import LVSCareModel

// What outcomes and settings mean to `HealthChecks`.

extension HealthCheck {
    /// Whether there are connections that can be monitored.
    var watchesConnections: Bool { watches && probe.traits.leavesConnection }
}

extension ProbeOutcome {
    static func lost(after elapsed: Duration) -> ProbeOutcome {
        .unhealthy(
            ProbeFailure(
                reason: .responseTimeout, phase: .response, elapsed: elapsed, detail: "the probe did not come back"))
    }

    var isHealthy: Bool {
        if case .healthy = self { true } else { false }
    }

    var keepsConnection: Bool {
        if case .healthy(let measurement) = self { measurement.keepsConnection } else { false }
    }

    var answersPings: Bool {
        if case .healthy(let measurement) = self { measurement.answersPings } else { false }
    }

    /// Whether this process, or this node, had no descriptor left for it.
    var lacksDescriptor: Bool {
        guard case .inconclusive(let failure) = self else { return false }
        return failure.code == EMFILE || failure.code == ENFILE
    }

    /// Whether the time was over.
    var isTimeout: Bool { lacksAnswer || failure?.reason == .connectTimeout }

    /// Whether the time was over before an answer had come, but not before there was a connection.
    var lacksAnswer: Bool {
        guard let failure else { return false }
        return failure.reason == .tlsTimeout || failure.reason == .responseTimeout
    }
}
