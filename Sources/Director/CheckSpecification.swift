package import LVSCareModel

/// What is asked of one endpoint, and how often. Equal checks are one, however many real servers of however many services rely
/// on it.
package struct CheckSpecification: Hashable, Sendable {
    /// Where the probes go.
    package var target: Endpoint
    /// What is asked, how often, and what makes a verdict.
    package var healthCheck: HealthCheck

    /// A check of its parts.
    package init(target: Endpoint, healthCheck: HealthCheck) {
        self.target = target
        self.healthCheck = healthCheck
    }

    /// By the target alone: few checks have one, and hashing the rest takes longer than comparing it.
    package func hash(into hasher: inout Hasher) { hasher.combine(target) }

    /// Whether an answer to the one is an answer to the other.
    func asksTheSame(as other: CheckSpecification) -> Bool {
        target == other.target && healthCheck.probe == other.healthCheck.probe
    }
}

/// Which check, as long as anybody relies on it.
package struct CheckID: Hashable, Sendable {
    /// Counted from 1, never used again.
    package let number: Int
}

/// Which probe of which check.
package struct ProbeID: Hashable, Sendable {
    /// The check that it is a part of.
    package var check: CheckID
    /// Its number among all probes, counted from 1.
    package var attempt: Int

    /// A probe of its parts.
    package init(check: CheckID, attempt: Int) {
        self.check = check
        self.attempt = attempt
    }
}
