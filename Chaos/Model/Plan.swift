import Director
import LVSCareModel

/// All that will be done to the daemons, and when: a pure function of seed, mode and number of disturbances.
public struct Plan: Hashable, Sendable {
    /// One disturbance of a round.
    public struct Step: Hashable, Sendable {
        /// When it begins, from the begin of the round.
        public var delay: Duration
        /// What is done.
        public var disturbance: Disturbance
        /// Whether `ipvsadm`, `ip` or `sysctl` does it, where one can.
        public var byProgram: Bool
    }

    /// Disturbances that overlap; the next round waits until all of them are repaired.
    public struct Round: Hashable, Sendable {
        /// In the order of their delays.
        public var steps: [Step]
        /// Quiet time before the round, so that it meets the daemons at any phase of their schedules.
        public var pause: Duration
    }

    /// Where everything comes from.
    public let seed: UInt64
    /// The daemons' mode.
    public let mode: Mode
    /// The service whose daemon is neither killed nor terminated in the second half, so that a slow leak would show.
    public let survivor: VIP
    /// What is done, round by round.
    public let rounds: [Round]

    /// Number of all disturbances.
    public var count: Int { rounds.reduce(0) { $0 + $1.steps.count } }

    /// Plans `disturbances` disturbances, one to three at a time for each service: all that there are to the mode, or
    /// those of some kinds. `changesFiles`: the daemons have configuration files.
    public init(
        seed: UInt64, mode: Mode, disturbances: Int, only kinds: [Disturbance.Kind] = [], changesFiles: Bool = false
    ) {
        self.seed = seed
        self.mode = mode
        var dealer = Dealer(
            seed: seed, mode: mode, kinds: kinds.isEmpty ? mode.kinds + (changesFiles ? [.fileChanged] : []) : kinds)
        survivor = dealer.survivor
        var rounds: [Round] = []
        var planned = 0
        while planned < disturbances {
            let round = dealer.round(atMost: disturbances - planned, isLate: planned >= disturbances / 2)
            planned += round.steps.count
            rounds.append(round)
        }
        self.rounds = rounds
    }
}

/// Deals kinds out evenly, like cards, and everything else at random.
private struct Dealer {
    private let mode: Mode
    private let kinds: [Disturbance.Kind]
    let survivor: VIP
    private var generator: SplitMix64
    private var deck: [Disturbance.Kind] = []

    /// How many disturbances a service has in a round, as often as they are here.
    private static let atOnce = [1, 2, 2, 3, 3, 3]
    private static let attempts = 4

    init(seed: UInt64, mode: Mode, kinds: [Disturbance.Kind]) {
        self.mode = mode
        self.kinds = kinds
        generator = SplitMix64(seed: seed)
        survivor = Bool.random(using: &generator) ? .ipv4 : .ipv6
    }

    mutating func round(atMost limit: Int, isLate: Bool) -> Plan.Round {
        var disturbances: [Disturbance] = []
        for vip in VIP.allCases {
            for _ in 0..<Self.atOnce[Int.random(in: 0..<Self.atOnce.count, using: &generator)]
            where disturbances.count < limit {
                var refused: [Disturbance.Kind] = []
                while refused.count < Self.attempts {
                    let disturbance = draw(for: vip)
                    let isSpared = isLate && disturbance.absence.map { $0.vip == survivor && $0.restarts } == true
                    if !isSpared, Self.fits(disturbance, beside: disturbances) {
                        disturbances.append(disturbance)
                        break
                    }
                    refused.append(disturbance.kind)
                }
                // Another round will have them.
                deck.insert(contentsOf: refused, at: 0)
            }
        }
        let steps = disturbances.map { disturbance in
            Plan.Step(
                delay: milliseconds(0...200), disturbance: disturbance,
                byProgram: Int.random(in: 0..<5, using: &generator) == 0)
        }
        return Plan.Round(
            steps: steps.enumerated().sorted { ($0.element.delay, $0.offset) < ($1.element.delay, $1.offset) }
                .map(\.element),
            pause: milliseconds(0...200))
    }

    private mutating func draw(for vip: VIP) -> Disturbance {
        if deck.isEmpty { deck = kinds.shuffled(using: &generator) }
        let site = Site.allCases[Int.random(in: 0..<Site.allCases.count, using: &generator)]
        switch deck.removeLast() {
        case .serviceDeleted: return .serviceDeleted(vip)
        case .tableFlushed: return .tableFlushed
        case .schedulerChanged:
            return .schedulerChanged(vip, to: ["wrr", "lc", "wlc"][Int.random(in: 0..<3, using: &generator)])
        case .persistenceSet: return .persistenceSet(vip)
        case .realServerDeleted: return .realServerDeleted(vip, site)
        case .realServerReweighted:
            return .realServerReweighted(vip, site, to: [0, 2, 7, 100][Int.random(in: 0..<4, using: &generator)])
        case .undeclaredAdded: return .undeclaredAdded(vip, answers: Bool.random(using: &generator))
        case .routeDeleted: return .routeDeleted(vip)
        case .routeReplaced: return .routeReplaced(vip)
        case .kernelRouteDeleted: return .kernelRouteDeleted
        case .linkDown: return .linkDown
        case .linkReset: return .linkReset
        case .linkDeleted: return .linkDeleted
        case .addressRemoved: return .addressRemoved(vip)
        case .rulesDeleted: return .rulesDeleted(vip)
        case .rulesetFlushed: return .rulesetFlushed
        case .ruleAdded: return .ruleAdded(vip)
        case .ruleRemoved: return .ruleRemoved(vip)
        case .settingRewritten:
            return .settingRewritten(mode.settings[Int.random(in: 0..<mode.settings.count, using: &generator)])
        case .daemonKilled: return .daemonKilled(vip, away: milliseconds(0...600))
        case .daemonTerminated: return .daemonTerminated(vip, away: milliseconds(0...600))
        case .daemonStopped: return .daemonStopped(vip, away: milliseconds(50...1200))
        case .daemonStarved: return .daemonStarved(vip, away: milliseconds(1000...3000))
        case .descriptorsTaken: return .descriptorsTaken(vip, away: milliseconds(1000...3000))
        case .serverKilled: return .serverKilled(vip, site, away: milliseconds(50...1000))
        case .serverHung: return .serverHung(vip, site, away: milliseconds(50...1000))
        case .serverClosed: return .serverClosed(vip, site, away: milliseconds(50...1000))
        case .foreignBurst:
            return .foreignBurst(count: Int.random(in: 1...8, using: &generator), away: milliseconds(50...500))
        case .fileChanged: return .fileChanged(vip, away: milliseconds(50...1500))
        }
    }

    /// At most two real servers of a service are away at a time, each for one reason, and each daemon for one reason;
    /// what concerns all is done once.
    private static func fits(_ disturbance: Disturbance, beside others: [Disturbance]) -> Bool {
        if let (vip, site, _) = disturbance.outage {
            let away = others.compactMap(\.outage).filter { $0.vip == vip }
            return away.count < Site.allCases.count - 1 && !away.contains { $0.site == site }
        }
        if let (vip, _) = disturbance.absence { return !others.contains { $0.absence?.vip == vip } }
        switch disturbance {
        case .fileChanged(let vip, _):
            return !others.contains { if case .fileChanged(vip, _) = $0 { true } else { false } }
        case .foreignBurst:
            return !others.contains { $0.kind == disturbance.kind }
        default: return !others.contains(disturbance)
        }
    }

    private mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .milliseconds(Int.random(in: range, using: &generator))
    }
}

extension Plan: CustomStringConvertible {
    /// One line a disturbance.
    public var description: String {
        var lines: [String] = []
        for (number, round) in rounds.enumerated() {
            for step in round.steps {
                let program = step.byProgram ? ", by another program" : ""
                lines.append("round \(number + 1) + \(step.delay.milliseconds) ms: \(step.disturbance)\(program)")
            }
        }
        return lines.joined(separator: "\n")
    }
}
