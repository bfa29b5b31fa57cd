/// The real server that a connection leads to.
struct Connection: Hashable, Sendable {
    var vip: VIP
    var site: Site
}

/// Stretches of time.
struct Spans: Sendable {
    private var spans: [ClosedRange<Moment>] = []
    private static let memory: Duration = .seconds(30)

    mutating func insert(_ span: ClosedRange<Moment>) {
        spans.removeAll { $0.upperBound + Self.memory < span.upperBound }
        if let last = spans.last, last.overlaps(span) {
            spans[spans.count - 1] =
                min(last.lowerBound, span.lowerBound)...max(last.upperBound, span.upperBound)
        } else {
            spans.append(span)
        }
    }

    func overlap(_ other: ClosedRange<Moment>) -> Bool { spans.contains { $0.overlaps(other) } }

    /// When the last of the stretches ended that overlap `other`; `nil` where none does.
    func end(overlapping other: ClosedRange<Moment>) -> Moment? {
        spans.filter { $0.overlaps(other) }.map(\.upperBound).max()
    }
}

extension Checker {
    /// A request is late by chance when the whole machine was: by this part of a client's timeout.
    static let machineStall: Duration = .seconds(1)
    /// When TCP repeats a packet for the first time, and what the answer takes; the kernel's least is 200 ms.
    static let firstRepetition: Duration = .milliseconds(500)

    /// Notes whose connections a disturbance ends, and whom it may keep from connecting.
    mutating func noteClients(of disturbance: Disturbance, during span: ClosedRange<Moment>) {
        switch disturbance {
        case .serviceDeleted(let vip): tear(vip, Site.allCases, span)
        case .tableFlushed: for vip in VIP.allCases { tear(vip, Site.allCases, span) }
        case .realServerDeleted(let vip, let site): tear(vip, [site], span)
        case .routeDeleted(let vip), .routeReplaced(let vip), .undeclaredAdded(let vip, _),
            .schedulerChanged(let vip, _), .persistenceSet(let vip):
            troubles[vip]?.insert(span)
        case .linkDown, .linkReset, .linkDeleted: troubles[.ipv6]?.insert(span)
        case .addressRemoved(let vip): if vip == .ipv6 { troubles[vip]?.insert(span) }
        case .rulesDeleted(let vip): unmask(vip, span)
        case .rulesetFlushed: for vip in VIP.allCases { unmask(vip, span) }
        case .ruleAdded(let vip), .ruleRemoved(let vip): routedTroubles[vip]?.insert(span)
        case .settingRewritten(let name):
            // What comes back over a connection that was made meanwhile is invalid to the firewall.
            if name == Mode.conntrack { for vip in VIP.allCases { troubles[vip]?.insert(span) } }
        case .serverKilled(let vip, let site, _), .serverHung(let vip, let site, _),
            .serverClosed(let vip, let site, _):
            // Later it is the table that leads new connections to it or not.
            troubles[vip]?.insert(span.lowerBound...span.lowerBound)
            tears[Connection(vip: vip, site: site), default: Spans()].insert(span)
            if case .serverHung = disturbance {
                hangs[Connection(vip: vip, site: site), default: Spans()].insert(span)
            }
        case .realServerReweighted, .kernelRouteDeleted, .daemonKilled,
            .daemonTerminated, .daemonStopped, .daemonStarved, .descriptorsTaken, .foreignBurst, .fileChanged:
            break
        }
    }

    private mutating func unmask(_ vip: VIP, _ span: ClosedRange<Moment>) {
        routedTroubles[vip]?.insert(span)
        unmasked[vip]?.insert(span)
    }

    private mutating func tear(_ vip: VIP, _ sites: [Site], _ span: ClosedRange<Moment>) {
        troubles[vip]?.insert(span)
        for site in sites { tears[Connection(vip: vip, site: site), default: Spans()].insert(span) }
    }

    /// Notes what an observation means for clients.
    mutating func noteTrouble(in observation: Observation) {
        guard let previous else { return }
        let span = previous.began...observation.ended
        // What a daemon notices at once may be over before anybody could see it.
        for (disturbance, moment) in fresh where moment < observation.began {
            noteClients(of: disturbance, during: moment...observation.ended)
            if let (vip, _, _) = disturbance.outage { troubles[vip]?.insert(moment...observation.ended) }
        }
        fresh.removeAll { $0.at < observation.began }
        for vip in VIP.allCases {
            let isTroubled = isTroubled(vip, observation)
            if isTroubled || troubled.contains(vip) { troubles[vip]?.insert(span) }
            if isTroubled { troubled.insert(vip) } else { troubled.remove(vip) }
            if observation.facts[.route(vip)] != expectation.facts[.route(vip)] { unrouted[vip]?.insert(span) }
            let (isUnmasked, isRoutedTroubled) = lacksRules(vip, observation)
            if isUnmasked { unmasked[vip]?.insert(span) }
            if isRoutedTroubled || routedTroubled.contains(vip) { routedTroubles[vip]?.insert(span) }
            if isRoutedTroubled { routedTroubled.insert(vip) } else { routedTroubled.remove(vip) }
            for site in Site.allCases {
                // The connections of a real server that does not answer end with it; those of one that is back may still
                // end when a probe that failed before removes it, and those of one that was thought dead ended with that.
                let isDoubtful = (windows[.realServer(vip, site)] ?? []).contains { $0.isSticky || $0.cause == nil }
                if down[vip]?[site] == true {
                    hangs[Connection(vip: vip, site: site), default: Spans()].insert(span)
                }
                if down[vip]?[site] != nil || isDoubtful {
                    tears[Connection(vip: vip, site: site), default: Spans()].insert(span)
                }
            }
        }
    }

    /// Whether a new connection may have failed for what the kernel had.
    private func isTroubled(_ vip: VIP, _ observation: Observation) -> Bool {
        // A disturbance and its repair may both fall into the time that one look takes.
        if windows.contains(where: { $0.key.vip == vip && $0.value.contains(where: \.turnsAway) }) { return true }
        if isDoubtful(.setting(Mode.conntrack), in: observation) { return true }
        guard let service = observation.services[vip] else { return true }
        // From one scheduler to the next the kernel has none, for as long as a grace period of RCU takes.
        if let earlier = previous?.services[vip], earlier.configuration != service.configuration { return true }
        let away = down[vip] ?? [:]
        if observation.facts[.route(vip)] != expectation.facts[.route(vip)] { return true }
        if service.weights.contains(where: { $0.value > 0 && away[$0.key] != nil }) { return true }
        if service.undeclared.contains(where: { $0.value > 0 }) { return true }
        // Persistence leads a client to its real server even when that is quiesced.
        if service.configuration != expectation.configuration, !away.isEmpty { return true }
        return !service.weights.contains { $0.value > 0 }
    }

    /// Whether connections that are masqueraded may have been lost, and whether new ones were not masqueraded.
    private func lacksRules(_ vip: VIP, _ observation: Observation) -> (isUnmasked: Bool, isTroubled: Bool) {
        let isAbsent = expectation.facts[.rules(vip)] != nil && observation.facts[.rules(vip)] == nil
        return (isAbsent, isDoubtful(.rules(vip), in: observation))
    }

    private func isDoubtful(_ fact: Fact, in observation: Observation) -> Bool {
        expectation.facts[fact] != nil
            && (windows[.fact(fact)] != nil || observation.facts[fact] != expectation.facts[fact])
    }

    /// Whether each healthy real server was reached through the VIP, if nothing was disturbed meanwhile.
    func judge(_ tour: Tour) -> [Violation] {
        guard running.isEmpty, lateness.total(since: tour.began) <= Self.machineStall else { return [] }
        let missed = Site.allCases.filter { site in
            windows[.realServer(tour.vip, site)] == nil && !tour.reached.contains(site)
        }
        guard !missed.isEmpty else { return [] }
        let client = tour.origin == .elsewhere ? "a routed client" : "a client"
        return [
            Violation(
                .healthyServerReachable, at: tour.ended, disturbances: disturbances(during: tour.began...tour.ended),
                "\(tour.vip) \(client) did not reach \(missed.map { "\($0)" }.joined(separator: ", ")) in"
                    + " \(tour.connections) connections though healthy")
        ]
    }

    /// Judges the requests that ended before the kernel was looked at last.
    mutating func judgeRequests(seenAll moment: Moment) -> [Violation] {
        let due = unjudged.filter { $0.ended < moment }
        unjudged.removeAll { $0.ended < moment }
        return due.compactMap { judge($0) }
    }

    private mutating func judge(_ request: Request) -> Violation? {
        if request.earlier == nil { requests.new += 1 } else { requests.further += 1 }
        guard request.outcome != .answered else { return nil }
        if isExcused(request) {
            requests.excused += 1
            return nil
        }
        requests.unexcused += 1
        let what =
            switch request.outcome {
            case .answered: "answered"
            case .failed(let reason): "failed (\(reason))"
            case .timedOut: "was not answered"
            }
        let length = (request.ended - request.began).milliseconds
        if let earlier = request.earlier {
            let site = earlier.site.map { "the healthy real server (\($0))" } ?? "an undeclared real server"
            let from = request.origin == .elsewhere ? " of a routed client" : ""
            let age = (request.ended - earlier.asked).milliseconds
            return Violation(
                .connectionKept, at: request.ended, disturbances: disturbances(during: earlier.asked...request.ended),
                "\(request.vip) connection\(from) to \(site) \(what) after \(length) ms, \(age) ms after the last request that was answered"
            )
        }
        return Violation(
            .newConnectionAnswered, at: request.ended,
            disturbances: disturbances(during: request.began...request.ended),
            "\(request.vip) new connection\(request.origin == .elsewhere ? " of a routed client" : "") \(what) after \(length) ms, begun at \(request.began.milliseconds) ms"
        )
    }

    /// Whether the client's TCP may not have repeated its packet yet since there is a route again.
    ///
    /// Each repetition waits twice as long as the one before, so the next one comes as late after the gap as the gap was
    /// long.
    private func mayStillWait(_ request: Request, since: ClosedRange<Moment>) -> Bool {
        guard let end = unrouted[request.vip]?.end(overlapping: since) else { return false }
        return request.ended - request.began < (end - request.began) * 2 + Self.firstRepetition
    }

    private func isExcused(_ request: Request) -> Bool {
        let span = request.began...request.ended
        if request.outcome == .timedOut, lateness.total(since: request.began) > Self.machineStall { return true }
        guard let earlier = request.earlier else {
            return troubles[request.vip]?.overlap(span) == true
                || (request.origin == .elsewhere && routedTroubles[request.vip]?.overlap(span) == true)
        }
        guard let site = earlier.site else { return true }
        let since = earlier.asked...request.ended
        if request.outcome == .timedOut, mayStillWait(request, since: since) { return true }
        // Packets that come while there are no rules reach nobody, and what was under way may never be answered.
        if earlier.isMasqueraded, unmasked[request.vip]?.overlap(since) == true { return true }
        guard tears[Connection(vip: request.vip, site: site)]?.overlap(since) == true else { return false }
        // Whoever loses a connection must be told, unless it is the real server that hangs.
        return request.outcome != .timedOut || hangs[Connection(vip: request.vip, site: site)]?.overlap(since) == true
    }
}
