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

    /// How often a kind of disturbance happened, and how long each repair took of what nothing else disturbed then.
    public struct Repairs: Hashable, Sendable {
        /// Number of disturbances.
        public var count = 0
        /// From the end of the disturbance, or from when there was a daemon again, to the first sight of all as wanted.
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

    /// What is under way, and since when.
    var running: [Int: (disturbance: Disturbance, since: Moment)] = [:]
    var kinds: [Int: Disturbance.Kind] = [:]
    /// From when to when it went on, for all that are over.
    private var history: [Int: ClosedRange<Moment>] = [:]
    var windows: [Element: [Window]] = [:]
    /// Elements whose violation was told and that have not been as wanted since.
    var lost: Set<Element> = []
    /// Daemons that are not there to repair.
    var absent: Set<VIP> = []
    /// What has happened since the kernel was looked at last.
    var fresh: [(disturbance: Disturbance, at: Moment)] = []
    /// Real servers that are not there to answer, and whether their clients hang.
    var down: [VIP: [Site: Bool]] = [.ipv4: [:], .ipv6: [:]]
    var previous: Observation?
    /// How late the observer was; whatever delayed it may have delayed the daemons as well.
    var lateness = LostTime()
    /// When the daemons were busy, or without a processor.
    var busyness: [VIP: LostTime] = [.ipv4: LostTime(), .ipv6: LostTime()]
    /// When a new connection may have failed.
    var troubles: [VIP: Spans] = [.ipv4: Spans(), .ipv6: Spans()]
    /// When one of a client elsewhere may have failed for other reasons: it needs to be masqueraded.
    var routedTroubles: [VIP: Spans] = [.ipv4: Spans(), .ipv6: Spans()]
    /// Services where one may have failed when the kernel was looked at last.
    var troubled: Set<VIP> = []
    /// The same for clients elsewhere.
    var routedTroubled: Set<VIP> = []
    /// When there was no route to the VIP, or a wrong one.
    var unrouted: [VIP: Spans] = [.ipv4: Spans(), .ipv6: Spans()]
    /// When the rules vanished, and with them the kernel's care for connections that are masqueraded.
    var unmasked: [VIP: Spans] = [.ipv4: Spans(), .ipv6: Spans()]
    /// When something ended or may have ended the connections to a real server.
    var tears: [Connection: Spans] = [:]
    /// When a real server left its clients without an answer.
    var hangs: [Connection: Spans] = [:]
    /// Requests that ended after the kernel was looked at last.
    var unjudged: [Request] = []
    /// What was not as wanted when the kernel was looked at last.
    var remaining: Set<Element> = []
    /// Since when each element has been as wanted.
    var conformingSince: [Element: Moment] = [:]

    /// How long it took to repair all that a disturbance touched, by its number.
    var repairTimes: [Int: Duration] = [:]
    /// Disturbances that shared an element with another one, so that nobody can tell which of them was repaired when, or
    /// that met a daemon which was away.
    var entangled: Set<Int> = []
    /// How often the daemons made a mistake for which this machine was too slow.
    public internal(set) var blamedOnMachine = 0
    /// What became of the clients' requests.
    public internal(set) var requests = Requests()
    /// The longest time by which an observation was late.
    public internal(set) var worstLateness: Duration = .zero

    /// A checker that has seen nothing.
    public init(_ expectation: Expectation, timing: Timing) {
        self.expectation = expectation
        self.timing = timing
    }

    /// Whether all is as wanted, and nothing under way that may change it.
    public var hasConverged: Bool {
        running.isEmpty && windows.isEmpty && remaining.isEmpty && previous != nil
    }

    /// What is not as wanted, or may still change.
    public var pending: String {
        Set(windows.keys).union(remaining).map(\.description).sorted().joined(separator: ", ")
    }

    /// By kind of disturbance.
    public var repairs: [Disturbance.Kind: Repairs] {
        var repairs: [Disturbance.Kind: Repairs] = [:]
        for (number, kind) in kinds {
            repairs[kind, default: Repairs()].count += 1
            guard !entangled.contains(number) else { continue }
            if let time = repairTimes[number] { repairs[kind, default: Repairs()].times.append(time) }
        }
        return repairs
    }

    /// The time by which the observer was late since `moment`, which must be of the last seconds.
    public func lateness(since moment: Moment) -> Duration { lateness.total(since: moment) }

    /// Takes the next event; events come in the order of their moments.
    public mutating func record(_ event: Event) -> [Violation] {
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
        case .toured(let tour):
            return judge(tour)
        }
    }

    // MARK: Disturbances

    private mutating func begin(_ number: Int, _ disturbance: Disturbance, at moment: Moment) {
        running[number] = (disturbance, moment)
        kinds[number] = disturbance.kind
        fresh.append((disturbance, moment))
        noteClients(of: disturbance, during: moment...moment)
        for element in disturbance.touched {
            open(
                Window(
                    cause: number, harmlessWithin: timing.repair,
                    repairedWithin: element.isUndeclared ? timing.repair + timing.interval : timing.repair,
                    turnsAway: disturbance.turnsAway(from: element), isSticky: false),
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

    /// What went on at some time of these.
    func disturbances(during span: ClosedRange<Moment>) -> [Int] {
        (history.filter { $0.value.overlaps(span) }.map(\.key) + running.keys).sorted()
    }

    private mutating func end(_ number: Int, at moment: Moment) {
        guard let (disturbance, since) = running.removeValue(forKey: number) else { return }
        history[number] = since...moment
        fresh.append((disturbance, moment))
        noteClients(of: disturbance, during: since...moment)
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
        let timeout = timing.timeout
        for element in windows.keys where element.vip == vip || (element.vip == nil && nobodyWasThere) {
            entangled.formUnion((windows[element] ?? []).compactMap(\.cause))
            change(element) { window in
                if let from = window.from { window.from = max(from, moment) }
                // Its first probe may take all of its time, as much has to be set up for it.
                guard restarts, case .realServer = element else { return }
                window.harmlessWithin = max(window.harmlessWithin, timeout)
                window.repairedWithin = max(window.repairedWithin, timeout)
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
        let causes = Set(((windows[element] ?? []) + [window]).compactMap(\.cause))
        if causes.count > 1 || nobodyRepairs(element) || (element.vip == nil && !absent.isEmpty) {
            entangled.formUnion(causes)
        }
        windows[element, default: []].append(window)
        lost.remove(element)
    }

    private mutating func change(_ element: Element, _ body: (inout Window) -> Void) {
        guard var list = windows[element] else { return }
        for index in list.indices { body(&list[index]) }
        windows[element] = list
    }
}

extension Element {
    var isUndeclared: Bool { if case .undeclared = self { true } else { false } }
}
