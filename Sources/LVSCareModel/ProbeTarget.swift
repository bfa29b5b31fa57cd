public import Addressing

/// One endpoint and the health check of it. Equal ones are one, however many real servers of however many services rely on them.
public struct ProbeTarget: Hashable, Sendable {
    /// The endpoint that the probes go to.
    public var endpoint: Endpoint
    /// The probe, its pace, and what makes a verdict.
    public var healthCheck: HealthCheck

    /// A health check of `endpoint`.
    public init(_ endpoint: Endpoint, _ healthCheck: HealthCheck) {
        self.endpoint = endpoint
        self.healthCheck = healthCheck
    }

    /// By the endpoint alone: few checks have one, and hashing the rest takes longer than comparing it.
    public func hash(into hasher: inout Hasher) { hasher.combine(endpoint) }

    /// Whether an answer to the one is an answer to the other.
    package func asksTheSame(as other: ProbeTarget) -> Bool {
        endpoint == other.endpoint && healthCheck.probe == other.healthCheck.probe
    }
}
