/// The checks of a real server, and how many of them have to find it healthy.
public struct HealthPolicy: Hashable, Sendable {
    /// How many checks have to find a real server healthy.
    @nonexhaustive
    public enum Requirement: Hashable, Sendable {
        /// All of them: it is unhealthy as soon as one check says so.
        case all
        /// One of them: it is unhealthy when all checks say so.
        case any
        /// At least this number, from 1 to the number of checks.
        case atLeast(Int)
    }

    /// The checks, in the order in which they were declared; none for real servers that always count as healthy.
    public var checks: [NamedCheck]
    /// How many of them have to find a real server healthy.
    public var requirement: Requirement

    /// Creates a policy; by default a real server is healthy when all checks pass.
    public init(_ checks: [NamedCheck], requirement: Requirement = .all) {
        self.checks = checks
        self.requirement = requirement
    }

    /// The policy of one check.
    public init(_ check: HealthCheck) { self.init([NamedCheck(check)]) }

    /// Number of checks that have to find a real server healthy; 0 where there are none.
    package var required: Int {
        switch requirement {
        case .all: checks.count
        case .any: min(1, checks.count)
        case .atLeast(let number): min(max(1, number), checks.count)
        }
    }
}

/// A health check and what people call it.
public struct NamedCheck: Hashable, Sendable {
    /// The name of the check in log and tables where a real server has several; it makes no difference to what is
    /// asked.
    public var name: String?
    /// The probe and its schedule.
    public var check: HealthCheck

    /// Creates a check, by default one without a name.
    public init(_ check: HealthCheck, name: String? = nil) {
        self.name = name
        self.check = check
    }
}
