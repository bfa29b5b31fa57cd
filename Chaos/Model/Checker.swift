/// Judges the history of a run: takes event after event and says which promises were broken.
///
/// It knows what is wanted of each element of the kernel's state at every moment: what was declared, for the health that
/// the real servers really have. Something else is allowed only in a window that a disturbance opened and whose length
/// follows from the daemon's schedule; an element without a window must always be as wanted. What clients saw is judged
/// by what the kernel had at that time: a connection may fail only when something was wrong, and how long something may
/// be wrong is judged already.
public struct Checker: Sendable {
    /// What the table and everything else should be like.
    public struct Expectation: Hashable, Sendable {
        /// Scheduler and options of each service.
        public var configuration: String
        /// All else.
        public var facts: [Fact: String]

        /// An expectation of its parts.
        public init(configuration: String, facts: [Fact: String]) {
            self.configuration = configuration
            self.facts = facts
        }
    }

    /// How often a kind of disturbance happened, and how long each repair took.
    public struct Repairs: Hashable, Sendable {
        /// Number of disturbances.
        public var count = 0
        /// From the end of the disturbance to the first sight of everything as wanted.
        public var times: [Duration] = []
    }

    /// What became of the clients' requests.
    public struct Requests: Hashable, Sendable {
        /// Over new connections.
        public var new = 0
        /// Over connections with earlier requests.
        public var further = 0
        /// Failed with a disturbance as the reason.
        public var excused = 0
        /// Failed without.
        public var unexcused = 0
    }

    let expectation: Expectation
    let timing: Timing

    var running: [Int: Disturbance] = [:]
    var kinds: [Int: Disturbance.Kind] = [:]
    var windows: [Element: [Window]] = [:]
    /// Elements whose violation was told and that have not been as wanted since.
    var lost: Set<Element> = []
    /// Daemons that are not there to repair.
    var absent: Set<VIP> = []
    /// Real servers that are not there to answer, and whether their clients hang.
    var down: [VIP: [Site: Bool]] = [.ipv4: [:], .ipv6: [:]]
    var previous: Observation?
    var lateness = Lateness()
    /// When a new connection may have failed.
    var troubles: [VIP: Spans] = [.ipv4: Spans(), .ipv6: Spans()]
    /// When something ended or may have ended the connections to a real server.
    var tears: [Connection: Spans] = [:]
    /// When a real server left its clients without an answer.
    var hangs: [Connection: Spans] = [:]
    /// Requests that ended after the kernel was looked at last.
    var unjudged: [Request] = []
    /// What was not as wanted when the kernel was looked at last.
    var remaining: Set<Element> = []

    /// By kind of disturbance.
    public private(set) var repairs: [Disturbance.Kind: Repairs] = [:]
    /// What became of the clients' requests.
    public internal(set) var requests = Requests()
    /// The longest time by which an observation was late.
    public private(set) var worstLateness: Duration = .zero

    /// A checker that has seen nothing.
    public init(_ expectation: Expectation, timing: Timing) {
        self.expectation = expectation
        self.timing = timing
    }

    /// Whether all is as wanted, and nothing under way that may change it.
    public var isSettled: Bool {
        running.isEmpty && windows.isEmpty && remaining.isEmpty && previous != nil
    }

    /// What is not as wanted, or may still change.
    public var pending: String {
        Set(windows.keys).union(remaining).map(\.description).sorted().joined(separator: ", ")
    }

    /// Takes the next event; events come in the order of their moments.
    public mutating func take(_ event: Event) -> [Violation] {
        switch event {
        case .began(let number, let disturbance, let moment):
            begin(number, disturbance, at: moment)
            return []
        case .ended(let number, let moment):
            end(number, at: moment)
            return []
        case .observed(let observation):
            defer { previous = observation }
            noteLateness(of: observation)
            let violations = judge(observation)
            noteTrouble(in: observation)
            return violations + judgeRequests(seenAll: observation.began)
        case .requested(let request):
            unjudged.append(request)
            return []
        }
    }

    // MARK: Disturbances

    private mutating func begin(_ number: Int, _ disturbance: Disturbance, at moment: Moment) {
        running[number] = disturbance
        kinds[number] = disturbance.kind
        repairs[disturbance.kind, default: Repairs()].count += 1
        noteClients(of: disturbance, at: moment)
        for element in disturbance.touched {
            open(
                Window(
                    cause: number, harmlessWithin: timing.repair,
                    repairedWithin: element.isUndeclared ? timing.repair + timing.interval : timing.repair,
                    isSticky: false),
                for: element)
        }
        if let (vip, _) = disturbance.absence {
            absent.insert(vip)
        }
        if let (vip, site, hangs) = disturbance.outage {
            down[vip]?[site] = hangs
            let probe = hangs ? timing.timeout : .zero
            let next = max(timing.interval, probe)
            // A first failing probe quiesces it, a second one removes it.
            open(
                Window(
                    cause: number, from: moment, harmlessWithin: timing.interval + probe,
                    repairedWithin: timing.interval + next + probe, isSticky: true, causeEnded: moment),
                for: .realServer(vip, site))
        }
    }

    private mutating func end(_ number: Int, at moment: Moment) {
        guard let disturbance = running.removeValue(forKey: number) else { return }
        noteClients(of: disturbance, at: moment)
        for element in disturbance.touched {
            change(element) { window in
                guard window.cause == number else { return }
                window.from = moment
                window.causeEnded = moment
            }
        }
        if let (vip, restarts) = disturbance.absence { welcome(vip, restarts: restarts, cause: number, at: moment) }
        if let (vip, site, hangs) = disturbance.outage {
            down[vip]?[site] = nil
            windows[.realServer(vip, site)]?.removeAll { $0.cause == number }
            // A probe that began before fails, and the next one succeeds.
            let next = max(timing.interval, hangs ? timing.timeout : .zero)
            open(
                Window(
                    cause: number, from: moment, harmlessWithin: next, repairedWithin: next, isSticky: true,
                    causeEnded: moment),
                for: .realServer(vip, site))
        }
    }

    /// The daemon of `vip` is back, and begins with what was left for it.
    private mutating func welcome(_ vip: VIP, restarts: Bool, cause: Int, at moment: Moment) {
        let nobodyWasThere = absent.count == VIP.allCases.count
        absent.remove(vip)
        for element in windows.keys where element.vip == vip || (element.vip == nil && nobodyWasThere) {
            change(element) { window in
                if let from = window.from { window.from = max(from, moment) }
            }
        }
        guard restarts else { return }
        // It knows of no health, and gives every real server the benefit of the doubt until its first probe.
        for (site, hangs) in down[vip] ?? [:] {
            let probe = hangs ? timing.timeout : .zero
            open(
                Window(
                    cause: cause, from: moment, harmlessWithin: probe,
                    repairedWithin: max(timing.interval, probe) + probe, isSticky: true, causeEnded: moment),
                for: .realServer(vip, site))
        }
    }

    private mutating func open(_ window: Window, for element: Element) {
        windows[element, default: []].append(window)
        lost.remove(element)
    }

    private mutating func change(_ element: Element, _ body: (inout Window) -> Void) {
        guard var list = windows[element] else { return }
        for index in list.indices { body(&list[index]) }
        windows[element] = list
    }

    // MARK: Observations

    private mutating func noteLateness(of observation: Observation) {
        guard let previous else { return }
        let late = observation.ended - previous.ended - timing.cadence
        lateness.record(late, at: observation.ended)
        worstLateness = max(worstLateness, late)
    }

    private mutating func judge(_ observation: Observation) -> [Violation] {
        var violations = observation.duplicates.map {
            Violation(.noDuplicate, at: observation.ended, disturbances: running.keys.sorted(), "twice in the kernel: \($0)")
        }
        remaining = []
        for element in allElements {
            let (badness, text) = compare(element, with: observation)
            if badness != .none { remaining.insert(element) }
            if let violation = judge(element, badness, text, at: observation) { violations.append(violation) }
            close(element, badness, at: observation)
        }
        return violations
    }

    private var allElements: [Element] {
        VIP.allCases.flatMap(Element.table(of:)) + expectation.facts.keys.map(Element.fact)
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
            window.limit(for: badness).map { $0 + timing.work + lateness.total(since: window.from ?? .zero) }
        }
        // As long as a cause lasts, or nobody is there to repair, there is no limit.
        if limits.contains(nil) || (!open.isEmpty && nobodyRepairs(element)) { return nil }
        let limit = limits.compactMap(\.self).max()
        if let limit, observation.began <= limit { return nil }
        guard lost.insert(element).inserted else { return nil }
        windows[element] = nil
        let isEmpty = if let vip = element.vip { lacksHealthyServer(vip, observation) } else { false }
        let since = open.compactMap(\.causeEnded).max()
        let blame = open.isEmpty ? "without a cause" : "\((observation.began - (since ?? .zero)).milliseconds) ms after it"
        return Violation(
            isEmpty ? .healthyServerInTable : .repaired, at: observation.ended,
            disturbances: open.isEmpty ? running.keys.sorted() : open.map(\.cause), "\(element): \(text), \(blame)")
    }

    private func nobodyRepairs(_ element: Element) -> Bool {
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
        if badness == .none {
            list.removeAll { window in
                guard let from = window.from, let ended = window.causeEnded else { return false }
                let quiet = window.isSticky ? from + window.repairedWithin : ended
                guard observation.began > quiet, !(window.isSticky && nobodyRepairs(element)) else { return false }
                finished.append(window)
                return true
            }
        }
        windows[element] = list.isEmpty ? nil : list
        for window in finished {
            guard let kind = kinds[window.cause], let ended = window.causeEnded else { continue }
            repairs[kind, default: Repairs()].times.append(max(.zero, (window.conformsSince ?? ended) - ended))
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

extension Element {
    var isUndeclared: Bool { if case .undeclared = self { true } else { false } }
}
