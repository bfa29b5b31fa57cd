import Addressing
import LVSCareModel

// MARK: Heartbeats and suspicion

/// A monitored connection is asked for a sign of life about once a second. Whoever does not answer as soon as it usually does is
/// *suspect*: it gets no new connections, which is all that this does, and is probed at once. So does a probe that takes many
/// times as long as usual.
///
/// | what happens | what follows |
/// |---|---|
/// | an answer, however late, or a probe that succeeds | no suspicion, and twice the patience for a minute |
/// | a failing probe | the verdict, as always |
/// | no answer within the timeout since it should have come | the probe has failed |
/// | this node was late, or nobody else answered either | no suspicion: it waits once more, and longer for a while |
extension HealthChecks {
    /// Time by which a heartbeat may come early or late, so that several travel together, with whatever wakes this process: a tenth
    /// of the interval, and at most this.
    static let mostSlack = Duration.milliseconds(100)
    /// Most heartbeats that are sent at the same instant.
    static let mostBeats = 64

    static func slack(of interval: Duration) -> Duration { min(interval / 10, mostSlack) }

    /// A probe has left this connection behind: nothing was asked on it yet.
    mutating func useConnection(_ id: CheckID, _ check: inout Check, _ outcome: ProbeOutcome) {
        check.heartbeat.useConnection(answersPings: outcome.answersPings)
        beats.cancel(id)
        silences.cancel(id)
    }

    /// Begins with heartbeats on the monitored connection, goes on, or ends them, by what is known of the real server now.
    mutating func reviewHeartbeats(_ id: CheckID, _ check: inout Check, at now: Instant) {
        let interval = check.heartbeat.interval(of: check.specification.healthCheck.heartbeat)
        guard check.monitor.connection != nil, let interval else { return beats.cancel(id) }
        check.heartbeatInterval = interval
        guard check.heartbeat.sent == nil, beats[id] == nil else { return }
        beats.schedule(id, at: now + interval + Self.slack(of: interval))
    }

    /// Sends the heartbeats that are due, or nearly.
    mutating func beat(at now: Instant, _ directives: inout [Directive]) {
        for _ in 0..<Self.mostBeats {
            guard let latest = beats.earliest, latest <= now + Self.mostSlack * 2, let id = beats.popEarliest() else {
                return
            }
            guard let check = checks[id], let connection = check.monitor.connection else { continue }
            guard latest - Self.slack(of: check.heartbeatInterval) * 2 <= now else {
                // It has a shorter interval than others, which come first then.
                return beats.schedule(id, at: latest)
            }
            let asked = attended(now)
            checks[id]?.heartbeat.send(at: asked)
            silences.schedule(id, at: asked + patience(with: check, at: now))
            directives.append(.heartbeat(ProbeID(check: id, attempt: connection.attempt)))
        }
    }

    private func patience(with check: Check, at now: Instant) -> Duration {
        check.heartbeat.patience(at: attended(now)) * localHealth.multiplier(at: now)
    }

    /// A monitored connection has answered.
    mutating func heartbeatAnswered(_ probe: ProbeID, at now: Instant) -> Finding? {
        let id = probe.check
        guard var check = checks[id], check.monitor.connection?.attempt == probe.attempt,
            let sent = check.heartbeat.sent
        else { return nil }
        silences.cancel(id)
        check.heartbeat.answered(at: attended(now))
        if let interval = check.heartbeat.interval(of: check.specification.healthCheck.heartbeat) {
            beats.schedule(id, at: max(now, sent + stalled + interval) + Self.slack(of: interval))
        }
        noteAnswer(of: check, at: now)
        // The probe that was to find out goes on: it may still be that only the connection is alive.
        let wasSuspect = check.clearSuspicion(wasFalse: true, at: attended(now))
        checks[id] = check
        return wasSuspect ? finding(of: id, check) : nil
    }

    /// Suspects those from whom there should be an answer now.
    mutating func suspect(at now: Instant, _ directives: inout [Directive]) -> [Finding] {
        var findings: [Finding] = []
        while let id = silences.popDue(at: attended(now)) {
            guard var check = checks[id], let sent = check.heartbeat.sent else { continue }
            guard hasHeardOthers(than: check, since: sent + stalled) else {
                // It may be this node that hears nobody.
                localHealth.worsen(at: now)
                silences.schedule(id, at: attended(now) + patience(with: check, at: now))
                continue
            }
            guard check.suspect(.silent(for: attended(now) - sent), at: attended(now)) else { continue }
            checks[id] = check
            if check.schedule.run == nil { hurry(id, Prompt(reason: .suspect), at: now, &directives) }
            findings.append(finding(of: id, check))
        }
        while let id = oddities.popDue(at: attended(now)) {
            guard var check = checks[id], let run = check.schedule.run,
                check.suspect(.slow(beyond: now - run.started), at: attended(now))
            else { continue }
            checks[id] = check
            findings.append(finding(of: id, check))
        }
        return findings
    }

    private func finding(of id: CheckID, _ check: Check) -> Finding {
        Finding(check: id, health: check.tracker.health, change: nil, hasSucceeded: check.hasSucceeded)
    }

    /// A probe has begun that has `timeout`: one that takes much longer than usual makes the real server suspect.
    mutating func expectAnswer(of id: CheckID, within timeout: Duration, at now: Instant) {
        guard let check = checks[id], check.tracker.health.state == .healthy, !check.isHurried,
            check.specification.healthCheck.heartbeat != .off,
            let patience = check.heartbeat.probePatience(at: attended(now))
        else { return }
        let stretched = patience * localHealth.multiplier(at: now)
        if stretched < timeout { oddities.schedule(id, at: attended(now) + stretched) }
    }

    /// Forgets what was asked on a connection that is gone.
    mutating func endMonitoring(_ id: CheckID) {
        monitored.cancel(id)
        beats.cancel(id)
        silences.cancel(id)
        checks[id]?.heartbeat.leaveConnection()
    }

    // MARK: Local health

    /// Remembers that a real server was heard.
    mutating func noteAnswer(of check: Check, at now: Instant) {
        let address = check.specification.endpoint.address
        answers.removeAll { $0.address == address }
        answers.insert((address, now), at: 0)
        if answers.count > 2 { answers.removeLast() }
    }

    /// Whether the silence of a real server is its own: another one was heard `since` then, or there is no other that should have
    /// been.
    private func hasHeardOthers(than check: Check, since: Instant) -> Bool {
        let address = check.specification.endpoint.address
        if answers.contains(where: { $0.address != address && $0.at >= since }) { return true }
        return !checks.contains { id, other in
            other.specification.endpoint.address != address && (beats[id] != nil || silences[id] != nil)
        }
    }
}

extension HealthChecks.Check {
    /// Begins to suspect; `false` when it is no healthy real server, or is suspect already.
    fileprivate mutating func suspect(_ suspicion: Suspicion, at attended: HealthChecks.Instant) -> Bool {
        guard tracker.health.state == .healthy, tracker.health.suspicion == nil else { return false }
        tracker.suspect(suspicion)
        heartbeat.suspect(at: attended)
        return true
    }

    /// Takes in the outcome of a probe, which the tracker has taken in already: a failure that leaves the real server healthy,
    /// because it takes several to make it unhealthy, leaves it suspect.
    mutating func settle(after outcome: ProbeOutcome, isRegular: Bool, at attended: HealthChecks.Instant) {
        if isRegular, case .healthy(let measurement) = outcome { heartbeat.probed(after: measurement.total) }
        if case .unhealthy = outcome, tracker.health.state == .healthy { return }
        clearSuspicion(wasFalse: outcome.isHealthy, at: attended)
    }

    /// Ends to suspect. Returns whether it was suspect.
    @discardableResult
    fileprivate mutating func clearSuspicion(wasFalse: Bool, at attended: HealthChecks.Instant) -> Bool {
        guard heartbeat.silentSince != nil else { return false }
        tracker.suspect(nil)
        heartbeat.endSuspicion(wasFalse: wasFalse, at: attended)
        return true
    }
}
