package import LVSCareModel

/// The health of a real server that has several checks.
///
/// Of *n* checks, *k* have to find it healthy: all of them, one, or so many. A check without a verdict may turn out either way, so
/// it decides nothing:
///
/// | found healthy by | found unhealthy by | verdict |
/// |---|---|---|
/// | *k* or more | any number | healthy |
/// | fewer than *k* | more than *n* − *k* | unhealthy: *k* are out of reach |
/// | fewer than *k* | *n* − *k* or fewer | that before; `unknown` where there was none |
///
/// | policy | healthy | unhealthy |
/// |---|---|---|
/// | all | when all say so | as soon as one says so |
/// | any | as soon as one says so | when all say so |
/// | at least *k* | as soon as *k* say so | as soon as *n* − *k* + 1 say so |
///
/// Once all checks have a verdict, every combination of them is decided. The third row is that of the time before, and of checks
/// that were added later: those change nothing until they say something.
///
/// A real server that dies fails all of its checks at nearly the same time. That is one failing check more (`Health.failedChecks`),
/// and not several; the next one is the first that fails for the second time.
struct CombinedHealth: Hashable, Sendable {
    /// One of the checks.
    private struct Part: Hashable, Sendable {
        var check: CheckID
        var name: String
        var health: Health
        /// Whether it has failed since `failedChecks` changed, that time included.
        var hasFailed = false
    }

    /// What all checks together say. The failure is that of the check that decided, or of the first one that still finds the real
    /// server unhealthy.
    private(set) var health: Health
    private var parts: [Part]
    private let required: Int
    /// Position of the check of which `health` has the failure; `nil` where no check finds the real server unhealthy.
    private var blamed: Int?

    /// What `checks`, of which some may have a verdict already, say of a real server that was of the health `before`; they are in the
    /// order of the policy.
    init(_ checks: [(id: CheckID, health: Health)], by policy: HealthPolicy, before: Health) {
        parts = zip(checks, policy.checks).enumerated().map { number, check in
            Part(check: check.0.id, name: check.1.name ?? "check \(number + 1)", health: check.0.health)
        }
        required = policy.required
        health = before
        for part in parts.indices { parts[part].hasFailed = parts[part].health.state == .unhealthy }
        health.state = verdict ?? before.state
        if health.state == .unhealthy, before.state != .unhealthy { health.failedChecks += 1 }
        blame(nil)
    }

    /// Whether `checks` and `policy` are what it is made of.
    func isMade(of checks: [(id: CheckID, health: Health)], by policy: HealthPolicy) -> Bool {
        let other = CombinedHealth(checks, by: policy, before: health)
        return required == other.required && parts.map(\.check) == other.parts.map(\.check)
            && parts.map(\.name) == other.parts.map(\.name)
    }

    /// Whether it is made of these checks, in whatever order.
    func reliesOn(_ checks: some Sequence<CheckID>) -> Bool { Set(parts.map(\.check)) == Set(checks) }

    /// Takes in what a check has found, and says what people call it.
    mutating func record(_ found: Health, by check: CheckID) -> String? {
        let mine = parts.indices.filter { parts[$0].check == check }
        guard let first = mine.first else { return nil }
        let fails = parts[first].health.failedChecks != found.failedChecks
        for part in mine { parts[part].health = found }
        let before = health.state
        health.state = verdict ?? before
        health.suspicion = health.state == .healthy ? suspicion : nil
        let decides = health.state == .unhealthy && before != .unhealthy
        blame(decides ? first : nil)
        if health.state == .unhealthy, fails {
            if decides || parts[first].hasFailed {
                health.failedChecks += 1
                for part in parts.indices { parts[part].hasFailed = false }
            }
            for part in mine { parts[part].hasFailed = true }
        }
        return parts[first].name
    }

    /// What the checks have decided; `nil` for nothing yet.
    private var verdict: HealthState? {
        let healthy = parts.count { $0.health.state == .healthy }
        let unhealthy = parts.count { $0.health.state == .unhealthy }
        if healthy >= required { return .healthy }
        return parts.count - unhealthy < required ? .unhealthy : nil
    }

    /// The first suspicion, where too few checks would be left if all suspects were unhealthy.
    private var suspicion: Suspicion? {
        let certain = parts.count { $0.health.state == .healthy && $0.health.suspicion == nil }
        return certain < required ? parts.lazy.compactMap(\.health.suspicion).first : nil
    }

    /// Takes over the failure of a check: of `deciding`, else of the same as before, else of the first that there is.
    private mutating func blame(_ deciding: Int?) {
        let candidates = [deciding, blamed].compactMap(\.self) + parts.indices
        blamed = candidates.first { parts[$0].health.state == .unhealthy }
        guard let blamed, var failure = parts[blamed].health.failure else { return }
        failure.check = parts[blamed].name
        health.failure = failure
    }
}

extension HealthPolicy {
    /// What the checks say after one probe each, in the order of the policy; `nil` for one that was not made.
    package func verdict(after outcomes: [ProbeOutcome?]) -> Health {
        if checks.isEmpty { return Health(state: .healthy) }
        let found = zip(checks, outcomes).enumerated().map { number, pair -> (id: CheckID, health: Health) in
            var tracker = HealthTracker()
            if let outcome = pair.1 { _ = tracker.record(outcome, by: pair.0.check) }
            return (CheckID(number: number + 1), tracker.health)
        }
        if found.count == 1 { return found[0].health }
        return CombinedHealth(found, by: self, before: Health()).health
    }
}
