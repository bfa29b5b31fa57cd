import LVSCareModel

// MARK: Monitored connections

extension HealthChecks {
    /// The connection that a probe left behind has ended.
    mutating func connectionEnded(
        _ probe: ProbeID, _ end: ConnectionEnd, at now: Instant, _ directives: inout [Directive]
    ) {
        let id = probe.check
        guard var check = checks[id], check.monitor.connection?.attempt == probe.attempt else { return }
        check.monitor.end(at: now)
        checks[id] = check
        endMonitoring(id)
        hurry(id, Prompt(reason: end == .lost ? .hostLost : .connectionEnded), at: now, &directives)
    }

    /// Makes a check before its time, because of what another one of the same real server has shown. Nothing happens unless all is
    /// well with it so far: a failing check is made soon anyway.
    mutating func prompt(_ id: CheckID, _ prompt: Prompt, at now: Instant, _ directives: inout [Directive]) {
        guard let check = checks[id], check.hasBegun, check.prompt == nil, check.tracker.isSteady else { return }
        hurry(id, prompt, at: now, &directives)
    }

    /// Makes a check before its time.
    mutating func hurry(_ id: CheckID, _ prompt: Prompt, at now: Instant, _ directives: inout [Directive]) {
        checks[id]?.prompt = prompt
        // A probe in flight would take all its time to find out what is all but certain.
        if prompt.reason == .hostLost { abandonProbe(of: id, &directives) }
        guard checks[id]?.schedule.run == nil else { return }
        due.schedule(id, at: min(due[id] ?? now, now))
    }

    /// Monitors what the probe that has just ended left behind, or closes it, and closes what is no longer to be monitored.
    mutating func keepOrCloseConnection(
        _ id: CheckID, _ check: inout Check, _ attempt: Int, _ outcome: ProbeOutcome, at now: Instant,
        _ directives: inout [Directive]
    ) {
        let before = check.monitor.connection
        if outcome.keepsConnection {
            // What is to be probed at once shall not begin with a connection that may be of the time before.
            if check.tracker.health.state == .healthy, check.specification.healthCheck.watchesConnections,
                check.prompt == nil
            {
                check.monitor.open(attempt: attempt, at: now)
                monitored.schedule(id, at: now)
                useConnection(id, &check, outcome)
                if let before { directives.append(.closeConnection(ProbeID(check: id, attempt: before.attempt))) }
            } else {
                directives.append(.closeConnection(ProbeID(check: id, attempt: attempt)))
            }
        } else if outcome.isHealthy, check.keepsConnection {
            check.monitor.decline()
        }
        if outcome.isHealthy, !outcome.keepsConnection, check.heartbeat.sent != nil, silences[id] == nil {
            // It answers, but not on this one.
            if let before { directives.append(.closeConnection(ProbeID(check: id, attempt: before.attempt))) }
            check.monitor.close()
            check.heartbeat.leaveConnection()
            endMonitoring(id)
        }
        guard check.tracker.health.state == .unhealthy else { return }
        if let before { directives.append(.closeConnection(ProbeID(check: id, attempt: before.attempt))) }
        // What it did with its connections while it was failing is no habit.
        check.monitor = ConnectionMonitor()
        // How long its answers took before is.
        check.heartbeat.leaveConnection()
        endMonitoring(id)
    }

    /// Closes the connection that was monitored for the longest time; `false` when there is none.
    mutating func giveUpMonitored(_ directives: inout [Directive]) -> Bool {
        guard let id = monitored.popEarliest() else { return false }
        closeConnection(to: id, &directives)
        return true
    }

    /// Closes the connection to a real server, if there is one.
    mutating func closeConnection(to id: CheckID, _ directives: inout [Directive]) {
        guard let attempt = checks[id]?.monitor.connection?.attempt else { return }
        directives.append(.closeConnection(ProbeID(check: id, attempt: attempt)))
        checks[id]?.monitor.close()
        endMonitoring(id)
    }
}
