package import LVSCareModel

/// Decides what each real server should have in the kernel's table: the one place that knows.
///
/// `Planner` turns the decisions into changes, and `lvscare check` foretells them.
///
/// | health | every real server fails, and `AllDown.keep` is wanted | in the table | should have |
/// |---|---|---|---|
/// | healthy, or it has no checks | – | anything | the weight |
/// | unknown | – | weight 0 | weight 0, so that a restart keeps a quiesced real server quiesced |
/// | unknown | – | anything else | the weight |
/// | unhealthy | no | anything | nothing |
/// | unhealthy | yes, and it was healthy shortly before | anything | the weight |
/// | unhealthy | yes, and others were healthy shortly before | anything | what it has |
/// | unhealthy | yes, and none was healthy shortly before | anything | the weight |
/// | not declared | – | anything | nothing |
package struct WeightPolicy: Hashable, Sendable {
    /// What a real server should have.
    package enum Decision: Hashable, Sendable {
        /// A place in the table with this weight.
        case weight(Weight, Reason)
        /// What it has, whatever that is.
        case unchanged
        /// Nothing: no new connections now, and no place in the table in the end.
        case nothing(Reason)
    }

    /// Why a real server should have what it should.
    @nonexhaustive
    package enum Reason: Hashable, Sendable {
        /// It is healthy.
        case healthy
        /// No check has completed yet, or it has none.
        case unchecked
        /// It is unhealthy, and so is every other; it is kept in case the checks are wrong.
        case allDown
        /// It is unhealthy; why its latest failing check failed.
        case unhealthy(ProbeFailure?)
        /// It is not declared.
        case undeclared
    }

    private let desired: DesiredState
    /// Those that are kept although they fail; `nil` where the usual rules hold.
    private let kept: Set<RealServer>?

    /// The policy for `desired`.
    package init(_ desired: DesiredState) {
        self.desired = desired
        guard desired.isAllDown, desired.allDown == .keep else {
            kept = nil
            return
        }
        let lately = desired.latelyHealthy.intersection(desired.realServers)
        kept = lately.isEmpty ? Set(desired.realServers) : lately
    }

    /// What `realServer` should have, which has the weight `found` in the table; `nil` where it is not there.
    package func decision(on realServer: RealServer, found: Weight?) -> Decision {
        guard let health = desired[realServer], let weight = desired.members[realServer]?.weight else {
            return .nothing(.undeclared)
        }
        switch health.state {
        case .healthy: return .weight(weight, desired.unchecked.contains(realServer) ? .unchecked : .healthy)
        case .unknown: return .weight(found == .quiescent ? .quiescent : weight, .unchecked)
        case .unhealthy:
            guard let kept else { return .nothing(.unhealthy(health.failure)) }
            return kept.contains(realServer) ? .weight(weight, .allDown) : .unchanged
        }
    }
}
