public import Addressing
public import LVSCareModel

/// What came of one attempt to talk to a virtual service as its clients do.
///
/// The question is whether the way through the load balancer leads to a server. What it answers is the health
/// check's business, so any answer counts: a status of 500, a redirect, a certificate for another name.
public struct ClientAttempt: Hashable, Sendable {
    /// Whether somebody answered.
    public enum Outcome: Hashable, Sendable {
        /// After this time.
        case answered(after: Duration)
        /// Nobody, or with nothing but a refusal.
        case unanswered(ProbeFailure)
        /// This node could not even try, so nothing is known.
        case notMade(ProbeFailure)
    }

    /// Whether somebody answered.
    public var outcome: Outcome
    /// The address and the port of this node that the attempt came from; `nil` where it got none.
    public var source: Endpoint?

    /// An attempt of its parts.
    public init(_ outcome: Outcome, from source: Endpoint?) {
        self.outcome = outcome
        self.source = source
    }
}

extension ClientAttempt.Outcome {
    /// The meaning of a probe's outcome for the way through the load balancer.
    init(_ outcome: ProbeOutcome) {
        switch outcome {
        case .healthy(let measurement): self = .answered(after: measurement.total)
        case .inconclusive(let failure): self = .notMade(failure)
        case .unhealthy(let failure): self = failure.isAnswer ? .answered(after: failure.elapsed) : .unanswered(failure)
        }
    }
}

extension ProbeFailure {
    /// Whether something came from the other side that no packet filter sends.
    fileprivate var isAnswer: Bool {
        switch reason {
        case .certificate, .tls, .protocolError, .status, .notServing, .grpcStatus: true
        // The end of a connection on which TLS was established.
        case .reset: times.tls != nil
        case .refused, .unreachable, .connectTimeout, .tlsTimeout, .responseTimeout, .local: false
        }
    }
}
