import Director
import Epoll
import LVSCareModel
import Probing

/// The probers of a load balancer, one for each kind of probe, and their probes.
struct ProbingSide {
    let loop: EpollLoop
    /// Made when the table is filled, because TLS takes longer to set up than that, and before the engine begins to count
    /// the time of the first probes.
    var probers: [ProbeConfiguration: Prober] = [:]
    /// The probes in flight, and those whose connection is still open.
    var probes: [ProbeID: ProbeAttempt] = [:]

    init(on loop: EpollLoop) { self.loop = loop }

    /// Ends all of them.
    mutating func stop() {
        for probe in probes.values { probe.cancel() }
        probes = [:]
    }

    /// Ends one, and closes its connection.
    mutating func cancel(_ probe: ProbeID) { probes.removeValue(forKey: probe)?.cancel() }
}

extension LoadBalancerCore {
    /// Makes what the checks of a service need.
    func prepareProbers(of service: VirtualService) {
        for probe in director[service]?.specification.probes ?? [] {
            // What keeps it from being made now is found again, and told, by each probe.
            _ = try? makeProber(of: probe)
        }
        states[service]?.hasProbers = true
    }

    /// Lets go of the probers that no check needs any more.
    func dropProbers() {
        let needed = Set(states.keys.flatMap { director[$0]?.specification.probes ?? [] })
        probing.probers = probing.probers.filter { needed.contains($0.key) }
    }

    func makeProber(of configuration: ProbeConfiguration) throws -> Prober {
        if let prober = probing.probers[configuration] { return prober }
        let made = try Prober(configuration: configuration, on: loop) { [weak self] in self?.notice($0) }
        probing.probers[configuration] = made
        return made
    }

    private func notice(_ notice: Prober.Notice) {
        switch notice {
        case .fileAged(let text): report(.fileAged(text))
        case .fileRenewed(let path, let expiry): report(.fileRenewed(path, expiry: expiry))
        case .certificateExpires(let path, let expiry): report(.certificateExpires(path, at: expiry))
        case .portsFiltered(let endpoint, let range): report(.portsFiltered(RealServer(endpoint), probes: range))
        }
    }

    func begin(_ probe: ProbeID, timeout: Duration, keepsConnection: Bool) {
        guard let check = director.specification(of: probe.check) else { return }
        let prober: Prober
        do {
            prober = try makeProber(of: check.healthCheck.probe)
        } catch {
            // It has not been tried, so nothing was learned about the real server.
            let failure = ProbeFailure(reason: .local, phase: .connect, elapsed: .zero, detail: "\(error)")
            return finish(probe, .inconclusive(failure))
        }
        let ended: (ConnectionEnd) -> Void = { [weak self] end in self?.connectionEnded(probe, end) }
        let answered: () -> Void = { [weak self] in self?.handle(.heartbeatAnswered(probe)) }
        probing.probes[probe] = prober.probe(
            check.endpoint, timeout: timeout, connectionEnded: keepsConnection ? ended : nil,
            heartbeatAnswered: check.healthCheck.heartbeat == .off ? nil : answered
        ) { [weak self] outcome in
            guard let self, self.probing.probes[probe] != nil else { return }
            if case .healthy(let measurement) = outcome, measurement.keepsConnection {
                // Held until it ends, or the engine wants it closed.
            } else {
                self.probing.probes[probe] = nil
            }
            self.finish(probe, outcome)
        }
    }

    private func connectionEnded(_ probe: ProbeID, _ end: ConnectionEnd) {
        guard probing.probes.removeValue(forKey: probe) != nil else { return }
        counts.endedConnections += 1
        for member in director.members(of: probe.check) {
            report(.connectionEnded(member.realServer, end), of: member.service)
        }
        handle(.connectionEnded(probe, end))
    }

    private func finish(_ probe: ProbeID, _ outcome: ProbeOutcome) {
        let members = director.members(of: probe.check)
        for member in members { report(.probed(member.realServer, outcome), of: member.service) }
        if case .inconclusive(let failure) = outcome {
            counts.inconclusiveProbes += 1
            for member in members { report(.notProbed(member.realServer, failure), of: member.service) }
        }
        for member in director.membersLed(by: probe.check) {
            states[member.service]?.verifier?.record(outcome, of: member.realServer)
        }
        handle(.probeFinished(probe, outcome))
    }
}

extension Specification {
    /// What its checks do, each kind once.
    var probes: Set<ProbeConfiguration> {
        let policies = [health] + members.compactMap(\.health)
        return Set(policies.flatMap(\.checks).map(\.check.probe))
    }
}
