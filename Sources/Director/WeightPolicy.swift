package import LVSCareModel

/// Decides what each real server should have in the kernel's table: the one place that knows.
///
/// `Planner` turns the decisions into changes, and `lvscare check` foretells them.
///
/// Three things of a service decide which table holds: whether the sorry server stands in for all real servers (*sorry*), whether every
/// real server fails and is kept (*kept*, by `AllDown.keep`, where there is no sorry server), or neither (*usual*).
///
/// | health | service | in the table | should have |
/// |---|---|---|---|
/// | healthy, or it has no checks | usual, kept | anything | the weight |
/// | healthy, suspect, and within bounds (`Suspects`) | usual | there | weight 0, until it has answered |
/// | healthy, or it has no checks | sorry | there | weight 0, because its connections shall go on |
/// | healthy, or it has no checks | sorry | absent | what it has |
/// | unknown | usual | weight 0 | weight 0, so that a restart keeps a quiesced real server quiesced |
/// | unknown | usual | another weight | the weight, also where it begins out of service: it served before a restart |
/// | unknown | usual | absent | the weight; where it begins out of service, what it has |
/// | unknown | sorry | anything | as a healthy one |
/// | unhealthy | usual, sorry | anything | by `ServicePolicy.Failure`, see below |
/// | unhealthy | kept, and it was healthy shortly before | anything | the weight |
/// | unhealthy | kept, and others were healthy shortly before | anything | what it has |
/// | unhealthy | kept, and none was healthy shortly before | anything | the weight |
/// | sorry server, whatever its health | sorry | anything | its weight as sorry server |
/// | sorry server that is not declared | usual | anything | nothing |
/// | not declared | – | anything | nothing |
///
/// | failure | unhealthy |
/// |---|---|
/// | quiesce, then remove | nothing: weight 0 now, and no place at a later failing check |
/// | quiesce | weight 0 where it is there, what it has where not |
/// | remove | no place, at once |
///
/// The sorry server stands in while the service is down (`Availability`). As long as that is undecided, after a start, the table
/// tells: if the sorry server gets connections there and no other declared real server does, that is how the process before left it.
package struct WeightPolicy: Hashable, Sendable {
    /// What a real server should have.
    package enum Decision: Hashable, Sendable {
        /// A place in the table with this weight.
        case weight(Weight, Reason)
        /// No new connections, for as long as that holds; where it has no place in the table, none.
        case quiescent(Reason)
        /// What it has, whatever that is.
        case unchanged
        /// Nothing: no new connections now, and no place in the table in the end.
        case nothing(Reason)
        /// No place in the table, at once.
        case absent(Reason)
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
        /// It is suspect, and others are not.
        case suspected(Suspicion)
        /// It is not declared.
        case undeclared
        /// Too few are healthy: the sorry server stands in for all.
        case quorumLost
        /// It is the sorry server, and enough are healthy.
        case quorumRegained
    }

    private let desired: DesiredState
    /// Those that are kept although they fail; `nil` where the usual rules hold.
    private let kept: Set<RealServer>?
    /// The sorry server that stands in for all; `nil` where none does.
    private let standIn: RealServerSpecification?

    /// The policy for `desired`, of which the table has `found`.
    package init(_ desired: DesiredState, found: [RealServer: ObservedRealServer] = [:]) {
        self.desired = desired
        standIn = desired.sorryServer.flatMap { Self.standsIn($0, desired, found) ? $0 : nil }
        guard desired.isAllDown, desired.allDown == .keep, desired.sorryServer == nil else {
            kept = nil
            return
        }
        let lately = desired.latelyHealthy.intersection(desired.realServers)
        kept = lately.isEmpty ? Set(desired.realServers) : lately
    }

    private static func standsIn(
        _ sorry: RealServerSpecification, _ desired: DesiredState, _ found: [RealServer: ObservedRealServer]
    ) -> Bool {
        switch desired.availability {
        case .up: false
        case .down: true
        case .undecided:
            found[sorry.realServer].map { $0.weight != .quiescent } == true
                && !desired.realServers.contains {
                    $0 != sorry.realServer && found[$0].map { $0.weight != .quiescent } == true
                }
        }
    }

    /// What `realServer` should have, which has the weight `found` in the table; `nil` where it is not there.
    package func decision(on realServer: RealServer, found: Weight?) -> Decision {
        if let standIn, standIn.realServer == realServer { return .weight(standIn.weight, .quorumLost) }
        guard let health = desired[realServer], let weight = desired.members[realServer]?.weight else {
            return .nothing(desired.sorryServer?.realServer == realServer ? .quorumRegained : .undeclared)
        }
        switch health.state {
        case .healthy, .unknown: break
        case .unhealthy: return decision(onFailing: realServer, weight, .unhealthy(health.failure))
        }
        guard standIn == nil else { return .quiescent(.quorumLost) }
        guard health.state == .unknown else {
            if let suspicion = health.suspicion, kept == nil, desired.quiescedSuspects.contains(realServer) {
                return .quiescent(.suspected(suspicion))
            }
            return .weight(weight, desired.unchecked.contains(realServer) ? .unchecked : .healthy)
        }
        guard let found else {
            return desired.policy.start == .inService ? .weight(weight, .unchecked) : .unchanged
        }
        return .weight(found == .quiescent ? .quiescent : weight, .unchecked)
    }

    private func decision(onFailing realServer: RealServer, _ weight: Weight, _ reason: Reason) -> Decision {
        if let kept { return kept.contains(realServer) ? .weight(weight, .allDown) : .unchanged }
        return switch desired.policy.failure {
        case .quiesceThenRemove: .nothing(reason)
        case .quiesce: .quiescent(reason)
        case .remove: .absent(reason)
        }
    }
}
