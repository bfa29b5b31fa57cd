package import LVSCareModel

/// Compares what is wanted with what the kernel has, and names the changes that lead from one to the other.
///
/// Remembers only what cannot be seen in the kernel: at which check it quiesced a real server, and what the last pass
/// left behind. Each memory is used only where the kernel's state agrees with it, so a change that failed, or was undone
/// by someone else, is simply planned again.
///
/// | should have (`WeightPolicy`) | in the kernel | change |
/// |---|---|---|
/// | a weight | absent | add |
/// | a weight | another weight or forwarding method | set the weight |
/// | what it has | anything | – |
/// | nothing | absent | – |
/// | nothing, because it fails | weight not 0 | quiesce |
/// | nothing, because it fails | weight 0 | remove, at a later failing check than the one that quiesced it |
/// | nothing, because it is not declared | weight not 0 | quiesce |
/// | nothing, because it is not declared | weight 0 | remove, at a later check interval than the one that quiesced it |
///
/// With a drain timeout, a removal waits while the real server has active connections, until that much time has passed
/// since it was first seen quiesced.
package struct Planner: Sendable {
    /// The check that quiesced a real server: the count of failing checks, or of intervals for an undeclared one.
    private enum Mark: Hashable {
        case failedChecks(Int)
        case undeclaredChecks(Int)
    }

    /// What is remembered of a real server that gets no connections.
    private struct Quiescence: Hashable {
        /// Where this planner quiesced it; `nil` when its next removal need not wait for a check.
        var mark: Mark?
        /// When this planner quiesced it, or first saw it quiesced.
        var since: ContinuousClock.Instant
        /// Whether its removal has waited for connections to end.
        var isDraining = false
    }

    /// The real servers that get no connections any more and are still there.
    private var quiesced: [RealServer: Quiescence] = [:]
    /// What the last pass left behind; `nil` when there was none or it left no service.
    private var left: ObservedService?
    /// Real servers whose forwarding method the kernel reports as another one although it has taken ours. It knows
    /// best, and must not be asked again at every pass.
    private var normalised: Set<RealServer> = []
    /// Real servers whose forwarding method the latest plan puts right.
    private var corrected: Set<RealServer> = []

    /// A planner without memory.
    package init() {}

    /// Whether a quiesced real server waits for its next check to be removed.
    package var awaitsCheck: Bool { quiesced.values.contains { $0.mark != nil } }

    /// The changes that lead from `observed` (`nil`: no such service) to `desired`, in the order in which they should
    /// be made; empty when there is nothing to do.
    ///
    /// The service comes first, then real servers that get connections, then those that lose them, so that the service
    /// is never emptier on the way than at both ends. To be followed by `conclude`. `now` never runs backwards.
    package mutating func plan(
        _ desired: DesiredState, against observed: ObservedService?, at now: ContinuousClock.Instant
    ) -> [PlannedChange] {
        var draft = PlanDraft()
        if let change = serviceChange(desired, observed) { draft.append(change) }
        let found = observed?.realServers ?? [:]
        let before = quiesced
        quiesced = [:]
        normalised = normalised.filter { found[$0]?.forwarding == .other }
        corrected = []
        let policy = WeightPolicy(desired)
        let undeclared = found.keys.filter { desired[$0] == nil }
        for realServer in desired.realServers + undeclared {
            let there = found[realServer]
            switch policy.decision(on: realServer, found: there?.weight) {
            case .weight(let weight, let reason):
                provide(realServer, there, weight, reason, into: &draft)
            case .unchanged:
                // A removal that goes on later need not wait for another check.
                if there?.weight == .quiescent {
                    quiesced[realServer] = Quiescence(mark: nil, since: before[realServer]?.since ?? now)
                }
            case .nothing(let reason):
                guard let there else { continue }
                let withdrawal = Withdrawal(
                    realServer: realServer, found: there, before: before[realServer], reason: reason, of: desired)
                withdraw(withdrawal, at: now, into: &draft)
            }
        }
        return draft.ordered
    }

    /// Remembers the state after the changes of the latest plan, as far as they succeeded.
    package mutating func conclude(leaving service: ObservedService?) {
        for realServer in corrected where service?.realServers[realServer]?.forwarding == .masquerade {
            normalised.insert(realServer)
        }
        left = service
    }

    private func serviceChange(_ desired: DesiredState, _ observed: ObservedService?) -> PlannedChange? {
        guard let observed else {
            return PlannedChange(
                .createService(scheduler: desired.scheduler),
                cause: left == nil ? .declared : .repaired(found: "no virtual service"))
        }
        guard observed.scheduler != desired.scheduler || observed.hasForeignOptions else { return nil }
        var found: [String] = []
        if let left, observed.scheduler != left.scheduler { found.append("scheduler \(observed.scheduler)") }
        if let left, observed.hasForeignOptions, !left.hasForeignOptions { found.append("persistence or flags") }
        return PlannedChange(
            .updateService(scheduler: desired.scheduler),
            cause: found.isEmpty ? .declared : .repaired(found: found.joined(separator: " and ")))
    }

    /// A real server that should be in the table with this `weight`.
    private mutating func provide(
        _ realServer: RealServer, _ found: ObservedRealServer?, _ weight: Weight, _ reason: WeightPolicy.Reason,
        into draft: inout PlanDraft
    ) {
        let before = left?.realServers[realServer]
        guard let found else {
            let cause: ChangeCause =
                if before != nil {
                    .repaired(found: "no real server")
                } else if reason == .allDown {
                    .allDown
                } else if reason == .healthy, left != nil {
                    .probeSucceeded
                } else {
                    .declared
                }
            draft.append(PlannedChange(.add(realServer, weight: weight), cause: cause))
            return
        }
        let isForeign = found.forwarding != .masquerade && !normalised.contains(realServer)
        guard found.weight != weight || isForeign else { return }
        if isForeign { corrected.insert(realServer) }
        let cause: ChangeCause =
            if let before, found.weight != before.weight || found.forwarding != before.forwarding {
                .repaired(found: Self.phrase(found))
            } else if reason == .allDown {
                .allDown
            } else if reason == .healthy, found.weight == .quiescent {
                .probeSucceeded
            } else {
                .declared
            }
        draft.append(PlannedChange(.setWeight(realServer, weight: weight), cause: cause))
    }

    /// A real server that should get no more connections.
    private struct Withdrawal {
        var realServer: RealServer
        var found: ObservedRealServer
        /// What the last plan left in memory.
        var before: Quiescence?
        /// The latest check.
        var mark: Mark
        var cause: ChangeCause
        var drainTimeout: Duration

        init(
            realServer: RealServer, found: ObservedRealServer, before: Quiescence?, reason: WeightPolicy.Reason,
            of desired: DesiredState
        ) {
            self.realServer = realServer
            self.found = found
            self.before = before
            drainTimeout = desired.drainTimeout
            if case .unhealthy(let failure) = reason {
                mark = .failedChecks(desired[realServer]?.failedChecks ?? 0)
                cause = .probeFailed(failure)
            } else {
                mark = .undeclaredChecks(desired.undeclaredChecks)
                cause = .undeclared
            }
        }
    }

    /// Quiesces first, and removes when the mark has moved on and nothing is to be waited for.
    private mutating func withdraw(
        _ withdrawal: Withdrawal, at now: ContinuousClock.Instant, into draft: inout PlanDraft
    ) {
        let (realServer, found) = (withdrawal.realServer, withdrawal.found)
        guard found.weight == .quiescent else {
            quiesced[realServer] = Quiescence(mark: withdrawal.mark, since: now)
            let cause = restoredByOthers(realServer, found).map { .repaired(found: $0) } ?? withdrawal.cause
            draft.append(PlannedChange(.setWeight(realServer, weight: .quiescent), cause: cause))
            return
        }
        var memory = withdrawal.before ?? Quiescence(mark: nil, since: now)
        if memory.mark == withdrawal.mark {
            quiesced[realServer] = memory
            return
        }
        memory.mark = nil
        let mayDrain = now - memory.since < withdrawal.drainTimeout
        guard found.activeConnections == 0 || !mayDrain else {
            memory.isDraining = true
            quiesced[realServer] = memory
            return
        }
        var cause = withdrawal.cause
        if memory.isDraining {
            cause = found.activeConnections == 0 ? .drained : .drainTimedOut(connections: found.activeConnections)
        }
        // Should the kernel refuse, the next pass comes to the same.
        quiesced[realServer] = memory
        draft.append(PlannedChange(.remove(realServer), cause: cause))
    }

    /// What another program did if the last pass left a service in which this real server got no connections.
    private func restoredByOthers(_ realServer: RealServer, _ found: ObservedRealServer) -> String? {
        guard let left else { return nil }
        guard let before = left.realServers[realServer] else { return "real server with \(Self.phrase(found))" }
        return before.weight == .quiescent ? Self.phrase(found) : nil
    }

    private static func phrase(_ found: ObservedRealServer) -> String {
        found.forwarding == .masquerade
            ? "weight \(found.weight)" : "weight \(found.weight) and another forwarding method"
    }
}
