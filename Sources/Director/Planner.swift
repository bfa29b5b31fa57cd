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
/// | a weight | another weight, forwarding method or thresholds | set them |
/// | what it has | anything | – |
/// | nothing | absent | – |
/// | weight 0, for a while | weight not 0 | quiesce |
/// | weight 0, for a while | weight 0, or absent | – |
/// | nothing, because it fails | weight not 0 | quiesce |
/// | nothing, because it fails | weight 0 since it was suspect | remove: that was the first check |
/// | nothing, because it fails | weight 0 | remove, at a later failing check than the one that quiesced it |
/// | nothing, because it is not declared, or no longer a stand-in | weight not 0 | quiesce |
/// | nothing, because it is not declared, or no longer a stand-in | weight 0 | remove, at a later check interval than the one that quiesced it |
/// | no place, at once | anything | remove |
///
/// A service that is to leave (`DesiredState.isLeaving`) is not created, nor set; it is removed with the last of its real servers.
///
/// With a drain timeout, a removal waits while the real server has active connections, until that much time has passed
/// since it was first seen quiesced.
package struct Planner: Sendable {
    /// The check that quiesced a real server: the count of failing checks, or of intervals for an undeclared one.
    fileprivate enum Mark: Hashable {
        case failedChecks(Int)
        case undeclaredChecks(Int)
        /// None: it was healthy, and too few others were.
        case spared
        /// None: it was healthy, and suspect.
        case suspected
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
    /// What the kernel reports of real servers although it has taken something else from us. It knows best, and must not be
    /// asked again at every pass.
    private var normalised: [RealServer: RealServerConfiguration] = [:]
    /// Real servers of which the latest plan puts right more than the weight, and what the kernel reported.
    private var corrected: [RealServer: RealServerConfiguration] = [:]

    /// A planner without memory.
    package init() {}

    /// Whether a quiesced real server waits for its next check to be removed.
    package var awaitsCheck: Bool {
        quiesced.values.contains { memory in
            switch memory.mark {
            case .failedChecks, .undeclaredChecks: true
            case .spared, .suspected, nil: false
            }
        }
    }

    /// The changes that lead from `observed` (`nil`: no such service) to `desired`, in the order in which they should
    /// be made; empty when there is nothing to do.
    ///
    /// The service comes first, then real servers that get connections, then those that lose them, so that the service
    /// is never emptier on the way than at both ends. To be followed by `endPass`. `now` never runs backwards.
    package mutating func plan(
        _ desired: DesiredState, against observed: ObservedService?, at now: ContinuousClock.Instant
    ) -> [PlannedChange] {
        var draft = PlanDraft(providing: observed == nil ? desired.candidates.count : 0)
        if let change = serviceChange(desired, observed) { draft.append(change) }
        let found = observed?.realServers ?? [:]
        let before = quiesced
        quiesced = [:]
        normalised = normalised.filter { found[$0.key]?.configuration.isLike($0.value) == true }
        corrected = [:]
        let policy = WeightPolicy(desired, found: found)
        let sorryServer = desired.sorryServer?.realServer
        let undeclared = found.keys.filter { desired[$0] == nil && $0 != sorryServer }
        for realServer in desired.candidates + undeclared {
            let there = found[realServer]
            switch policy.decision(on: realServer, found: there?.weight) {
            case .weight(let weight, let reason):
                let wanted = desired.configuration(of: realServer, weight: weight, found: there?.configuration)
                provide(realServer, there, wanted, reason, after: before[realServer]?.mark, into: &draft)
            case .quiescent(let reason):
                guard let there else { continue }
                let withdrawal = Withdrawal(
                    realServer: realServer, found: there, before: before[realServer], reason: reason, of: desired)
                hold(withdrawal, at: now, into: &draft)
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
            case .absent(let reason):
                guard let there else { continue }
                let withdrawal = Withdrawal(
                    realServer: realServer, found: there, before: before[realServer], reason: reason, of: desired)
                draft.append(PlannedChange(.remove(realServer), cause: withdrawal.cause))
            }
        }
        // The service goes with the last of its real servers.
        if desired.isLeaving, observed != nil, draft.removals == found.count {
            return [PlannedChange(.removeService, cause: .undeclared)]
        }
        return draft.ordered
    }

    /// Remembers the state after the changes of the latest plan, as far as they succeeded.
    package mutating func endPass(leaving service: ObservedService?) {
        for (realServer, reported) in corrected
        where service?.realServers[realServer].map({ !$0.configuration.isLike(reported) }) == true {
            normalised[realServer] = reported
        }
        left = service
    }

    private func serviceChange(_ desired: DesiredState, _ observed: ObservedService?) -> PlannedChange? {
        if desired.isLeaving { return nil }
        guard let observed else {
            return PlannedChange(
                .createService(desired.configuration),
                cause: left == nil ? .declared : .repaired(found: "no virtual service"))
        }
        guard observed.configuration != desired.configuration else { return nil }
        var found: [String] = []
        if let left, observed.configuration != left.configuration {
            if observed.scheduler != left.scheduler { found.append("scheduler \(observed.scheduler)") }
            var others = observed.configuration
            others.scheduler = left.scheduler
            if others != left.configuration { found.append("persistence or flags") }
        }
        return PlannedChange(
            .updateService(desired.configuration),
            cause: found.isEmpty ? .declared : .repaired(found: found.joined(separator: " and ")))
    }

    /// A real server that should be in the table as `wanted`.
    private mutating func provide(
        _ realServer: RealServer, _ found: ObservedRealServer?, _ wanted: RealServerConfiguration,
        _ reason: WeightPolicy.Reason, after mark: Mark?, into draft: inout PlanDraft
    ) {
        let before = left?.realServers[realServer]
        guard let found else {
            let cause = reason.cause(isReturn: left != nil, after: nil)
            draft.append(
                PlannedChange(
                    .add(realServer, wanted), cause: before == nil ? cause : .repaired(found: "no real server")))
            return
        }
        let isForeign = !found.configuration.isLike(wanted) && normalised[realServer] == nil
        guard found.weight != wanted.weight || isForeign else { return }
        if isForeign { corrected[realServer] = found.configuration }
        let cause: ChangeCause =
            if let before, found.configuration != before.configuration {
                .repaired(found: found.configuration.phrase(insteadOf: wanted))
            } else {
                reason.cause(isReturn: found.weight == .quiescent, after: mark)
            }
        draft.append(PlannedChange(.update(realServer, wanted), cause: cause))
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
        /// What it should have as long as it is still there.
        var quiescent: RealServerConfiguration
        var drainTimeout: Duration

        init(
            realServer: RealServer, found: ObservedRealServer, before: Quiescence?, reason: WeightPolicy.Reason,
            of desired: DesiredState
        ) {
            self.realServer = realServer
            self.found = found
            self.before = before
            drainTimeout = desired.drainTimeout
            quiescent = desired.configuration(of: realServer, weight: .quiescent, found: found.configuration)
            switch reason {
            case .unhealthy(let failure):
                mark = .failedChecks(desired[realServer]?.failedChecks ?? 0)
                cause = .probeFailed(failure)
            case .suspected(let suspicion): (mark, cause) = (.suspected, .suspected(suspicion))
            case .quorumLost: (mark, cause) = (.spared, .quorumLost)
            case .quorumRegained: (mark, cause) = (.undeclaredChecks(desired.undeclaredChecks), .quorumRegained)
            case .healthy, .unchecked, .allDown, .undeclared:
                (mark, cause) = (.undeclaredChecks(desired.undeclaredChecks), .undeclared)
            }
        }
    }

    /// Quiesces first, and removes when the mark has moved on and nothing is to be waited for.
    private mutating func withdraw(
        _ withdrawal: Withdrawal, at now: ContinuousClock.Instant, into draft: inout PlanDraft
    ) {
        let (realServer, found) = (withdrawal.realServer, withdrawal.found)
        guard found.weight == .quiescent else { return quiesce(withdrawal, withdrawal.mark, at: now, into: &draft) }
        var memory = withdrawal.before ?? Quiescence(mark: nil, since: now)
        // Its connections were to go on until now.
        if memory.mark == .spared { memory = Quiescence(mark: withdrawal.mark, since: now) }
        if memory.mark == withdrawal.mark {
            quiesced[realServer] = memory
            return
        }
        memory.mark = nil
        let mayDrain = now - memory.since < withdrawal.drainTimeout
        // Where nobody can count them, there may be some.
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

    /// Quiesces, and does no more. A removal that comes later all the same need not wait for another check, unless it was healthy.
    private mutating func hold(_ withdrawal: Withdrawal, at now: ContinuousClock.Instant, into draft: inout PlanDraft) {
        let mark: Mark? =
            switch withdrawal.mark {
            case .spared, .suspected: withdrawal.mark
            case .failedChecks, .undeclaredChecks: nil
            }
        guard withdrawal.found.weight == .quiescent else { return quiesce(withdrawal, mark, at: now, into: &draft) }
        quiesced[withdrawal.realServer] = Quiescence(mark: mark, since: withdrawal.before?.since ?? now)
    }

    private mutating func quiesce(
        _ withdrawal: Withdrawal, _ mark: Mark?, at now: ContinuousClock.Instant, into draft: inout PlanDraft
    ) {
        quiesced[withdrawal.realServer] = Quiescence(mark: mark, since: now)
        let found = restoredByOthers(withdrawal)
        draft.append(
            PlannedChange(
                .update(withdrawal.realServer, withdrawal.quiescent),
                cause: found.map { .repaired(found: $0) } ?? withdrawal.cause))
    }

    /// What another program did if the last pass left a service in which this real server got no connections.
    private func restoredByOthers(_ withdrawal: Withdrawal) -> String? {
        guard let left else { return nil }
        let phrase = withdrawal.found.configuration.phrase(insteadOf: withdrawal.quiescent)
        guard let before = left.realServers[withdrawal.realServer] else { return "real server with \(phrase)" }
        return before.weight == .quiescent ? phrase : nil
    }
}

extension WeightPolicy.Reason {
    /// Why somebody gets a weight that had none, or has another; a return is one from weight 0, or to the table.
    fileprivate func cause(isReturn: Bool, after mark: Planner.Mark?) -> ChangeCause {
        switch (self, mark) {
        case (.allDown, _): .allDown
        case (.quorumLost, _): .quorumLost
        case (.healthy, .spared), (.unchecked, .spared): isReturn ? .quorumRegained : .declared
        case (.healthy, .suspected): isReturn ? .suspicionCleared : .declared
        case (.healthy, _): isReturn ? .probeSucceeded : .declared
        case (.unchecked, _), (.unhealthy, _), (.undeclared, _), (.quorumRegained, _), (.suspected, _): .declared
        }
    }
}

extension RealServerConfiguration {
    /// Whether both are the same but for the weight. A real server on this node is told as local by some kernels, whatever
    /// was asked for.
    fileprivate func isLike(_ other: RealServerConfiguration) -> Bool {
        thresholds == other.thresholds
            && (forwarding == other.forwarding || forwarding == .local || other.forwarding == .local)
    }

    /// `weight 5 and another forwarding method`, where something else was wanted.
    fileprivate func phrase(insteadOf wanted: RealServerConfiguration) -> String {
        let weights = "weight \(weight)"
        if isLike(wanted) { return weights }
        return thresholds == wanted.thresholds
            ? "\(weights) and another forwarding method" : "\(weights) and other thresholds"
    }
}
