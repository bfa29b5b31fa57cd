extension Checker {
    mutating func noteLateness(of observation: Observation) {
        guard let previous else { return }
        // One beat more or less is nothing.
        let late = observation.ended - previous.ended - timing.cadence * 2
        lateness.record(late, at: observation.ended)
        worstLateness = max(worstLateness, late)
        for (vip, time) in observation.busy { busyness[vip]?.record(time, at: observation.ended) }
    }

    /// By how much a verdict on `element`, or a repair, may come later than on a machine that is never late.
    ///
    /// A probe's timeout counts only the time in which the daemon waits, so what it does meanwhile comes on top.
    private func allowance(for element: Element, since moment: Moment) -> Duration {
        guard case .realServer(let vip, _) = element else { return lateness.total(since: moment) }
        return lateness.total(since: moment) + (busyness[vip]?.total(since: moment) ?? .zero)
    }

    /// What this sight shows that must not be, element by element.
    mutating func judge(_ observation: Observation) -> [Violation] {
        let new = observation.duplicates == previous?.duplicates ? [] : observation.duplicates
        var violations = new.map {
            Violation(
                .noDuplicate, at: observation.ended, disturbances: running.keys.sorted(), "twice in the kernel: \($0)")
        }
        remaining = []
        for element in allElements {
            let (badness, text) = compare(element, with: observation)
            if badness != .none { remaining.insert(element) }
            conformingSince[element] = badness == .none ? conformingSince[element] ?? observation.ended : nil
            if let violation = judge(element, badness, text, at: observation) { violations.append(violation) }
            close(element, badness, at: observation)
        }
        return violations
    }

    private var allElements: [Element] {
        VIP.allCases.flatMap(Element.table(of:)) + expectation.facts.keys.map(Element.fact)
    }

    /// Whether what `element` stands on was repaired only now, or is still to be, and so may change it once more.
    private func isUnfounded(_ element: Element, at observation: Observation) -> Bool {
        guard case .fact(let fact) = element else { return false }
        return fact.foundations.contains { foundation in
            guard expectation.facts[foundation] != nil else { return false }
            let foundation = Element.fact(foundation)
            guard windows[foundation] == nil, let since = conformingSince[foundation] else { return true }
            return observation.began <= since + timing.work + lateness.total(since: since)
        }
    }

    /// A violation, unless the state is allowed.
    private mutating func judge(
        _ element: Element, _ badness: Badness, _ text: String, at observation: Observation
    ) -> Violation? {
        guard badness != .none else {
            lost.remove(element)
            return nil
        }
        let open = windows[element] ?? []
        let limits = open.map { window in
            window.limit(for: badness).map { $0 + timing.work + allowance(for: element, since: window.from ?? .zero) }
        }
        // As long as a cause lasts, or nobody is there to repair, there is no limit.
        if limits.contains(nil) || (!open.isEmpty && nobodyRepairs(element)) { return nil }
        let limit = limits.compactMap(\.self).max()
        if let limit, observation.began <= limit { return nil }
        if open.isEmpty, isMachinesFault(element, at: observation) { return nil }
        guard lost.insert(element).inserted else { return nil }
        windows[element] = nil
        let isEmpty = if let vip = element.vip { lacksHealthyServer(vip, observation) } else { false }
        let since = open.compactMap(\.causeEnded).max()
        let blame =
            open.isEmpty ? "without a cause" : "\((observation.began - (since ?? .zero)).milliseconds) ms after it"
        return Violation(
            isEmpty ? .healthyServerInTable : .repaired, at: observation.ended,
            disturbances: open.isEmpty ? running.keys.sorted() : open.compactMap(\.cause),
            "\(element): \(text), \(blame)")
    }

    /// Whether a real server may have been thought dead because everything stood still for half of a probe's time.
    private mutating func isMachinesFault(_ element: Element, at observation: Observation) -> Bool {
        // The machine is no excuse where it was made to stand still: a daemon must notice that it was late itself.
        guard case .realServer = element, !wasStarved(at: observation.ended),
            lateness.total(since: observation.ended - timing.interval - timing.timeout) >= timing.timeout / 2
        else { return false }
        blamedOnMachine += 1
        windows[element] = [
            Window(
                cause: nil, from: observation.ended, harmlessWithin: timing.interval + timing.timeout,
                repairedWithin: timing.interval + timing.timeout, isSticky: false, causeEnded: observation.ended)
        ]
        return true
    }

    private func wasStarved(at moment: Moment) -> Bool {
        let recently = moment - timing.interval - timing.timeout...moment
        return disturbances(during: recently).contains { kinds[$0] == .daemonStarved }
    }

    private func isDown(_ element: Element) -> Bool {
        if case .realServer(let vip, let site) = element { down[vip]?[site] != nil } else { false }
    }

    func nobodyRepairs(_ element: Element) -> Bool {
        if let vip = element.vip { absent.contains(vip) } else { absent.count == VIP.allCases.count }
    }

    /// Whether no connection can reach a real server that answers.
    private func lacksHealthyServer(_ vip: VIP, _ observation: Observation) -> Bool {
        let weights = observation.services[vip]?.weights ?? [:]
        return !weights.contains { $0.value > 0 && down[vip]?[$0.key] == nil }
    }

    /// Ends the windows that have served their purpose.
    private mutating func close(_ element: Element, _ badness: Badness, at observation: Observation) {
        guard var list = windows[element] else { return }
        var finished: [Window] = []
        for index in list.indices {
            if badness == .none {
                list[index].conformsSince = list[index].conformsSince ?? observation.ended
            } else {
                list[index].conformsSince = nil
            }
        }
        if badness == .none, !isUnfounded(element, at: observation) {
            list.removeAll { window in
                guard let from = window.from, let ended = window.causeEnded else { return false }
                // Where nobody answers, nothing in the table is as wanted whether it was repaired or not.
                let quiet =
                    window.isSticky || isDown(element)
                    ? from + window.repairedWithin + allowance(for: element, since: from) : ended
                guard observation.began > quiet, !(window.isSticky && nobodyRepairs(element)) else { return false }
                finished.append(window)
                return true
            }
        }
        windows[element] = list.isEmpty ? nil : list
        // It may have changed and been repaired between two looks.
        if !finished.isEmpty { conformingSince[element] = observation.ended }
        for window in finished {
            guard let cause = window.cause, let from = window.from else { continue }
            repairTimes[cause] = max(repairTimes[cause] ?? .zero, (window.conformsSince ?? from) - from)
        }
    }

    /// How far `element` is from what is wanted, and in what words.
    private func compare(_ element: Element, with observation: Observation) -> (Badness, String) {
        switch element {
        case .service(let vip):
            let found = observation.services[vip]?.configuration
            return (
                found == expectation.configuration ? .none : .harmful,
                "\(found ?? "absent") instead of \(expectation.configuration)"
            )
        case .realServer(let vip, let site):
            let found = observation.services[vip]?.weights[site]
            let shown = found.map { "weight \($0)" } ?? "absent"
            if down[vip]?[site] == nil { return (found == 1 ? .none : .harmful, "\(shown) although it is healthy") }
            return (
                found == nil ? .none : found == 0 ? .harmless : .harmful, "\(shown) although it does not answer"
            )
        case .undeclared(let vip):
            let found = observation.services[vip]?.undeclared ?? [:]
            return (
                found.isEmpty ? .none : found.values.allSatisfy { $0 == 0 } ? .harmless : .harmful,
                found.map { "\($0) with weight \($1)" }.sorted().joined(separator: ", ")
            )
        case .fact(let fact):
            let (found, wanted) = (observation.facts[fact], expectation.facts[fact])
            return (found == wanted ? .none : .harmful, "\"\(found ?? "")\" instead of \"\(wanted ?? "")\"")
        }
    }
}
