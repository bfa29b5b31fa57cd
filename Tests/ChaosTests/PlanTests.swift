import ChaosModel
import Testing

@Suite struct PlanTests {
    @Test(arguments: Mode.allCases)
    func `a plan is a pure function of seed and mode`(mode: Mode) {
        let plan = Plan(seed: 42, mode: mode, disturbances: 300)
        #expect(plan == Plan(seed: 42, mode: mode, disturbances: 300))
        #expect(plan != Plan(seed: 43, mode: mode, disturbances: 300))
    }

    @Test(arguments: [1, 2, 17, 300])
    func `a plan has as many disturbances as asked`(count: Int) {
        for seed in 0..<20 { #expect(Plan(seed: UInt64(seed), mode: .route, disturbances: count).count == count) }
    }

    @Test(arguments: 0..<20, Mode.allCases)
    func `a plan has every kind of its mode and no more at once than fits`(seed: UInt64, mode: Mode) {
        let plan = Plan(seed: seed, mode: mode, disturbances: 300)
        let all = plan.rounds.flatMap(\.steps).map(\.disturbance)
        let counts = Dictionary(grouping: all, by: \.kind).mapValues(\.count)
        for kind in Disturbance.Kind.allCases {
            let isOfLink = [.kernelRouteDeleted, .linkDown, .linkReset, .linkDeleted, .addressRemoved].contains(kind)
            let isOfRules = [.rulesDeleted, .rulesetFlushed, .ruleAdded, .ruleRemoved].contains(kind)
            // Asked for by name only, until the daemon is immune to them.
            if kind == .fileChanged || (isOfLink && !mode.hasLink) || (isOfRules && !mode.hasRules) {
                #expect(counts[kind] == nil, "\(kind)")
            } else {
                #expect(counts[kind, default: 0] >= 7, "\(kind)")
            }
        }
        for round in plan.rounds {
            #expect(1...6 ~= round.steps.count)
            #expect(round.steps.map(\.delay) == round.steps.map(\.delay).sorted())
        }
    }

    @Test func `deals kinds that are asked for in any mode`() {
        let plan = Plan(seed: 1, mode: .route, disturbances: 30, only: [.daemonStarved, .descriptorsTaken])
        let kinds = plan.rounds.flatMap(\.steps).map(\.disturbance.kind)
        #expect(Set(kinds) == [.daemonStarved, .descriptorsTaken])
    }

    @Test func `changes files where there are some`() {
        let plan = Plan(seed: 7, mode: .route, disturbances: 300, changesFiles: true)
        #expect(plan.rounds.flatMap(\.steps).count { $0.disturbance.kind == .fileChanged } >= 7)
        for round in plan.rounds {
            let changed = round.steps.compactMap { step -> VIP? in
                if case .fileChanged(let vip, _) = step.disturbance { vip } else { nil }
            }
            #expect(Set(changed).count == changed.count)
        }
    }

    @Test(arguments: 0..<20)
    func `a plan leaves one daemon alive in its second half`(seed: UInt64) {
        let plan = Plan(seed: seed, mode: .link, disturbances: 300)
        var ends: [VIP] = []
        for (number, step) in plan.rounds.flatMap(\.steps).enumerated() where number >= 156 {
            switch step.disturbance {
            case .daemonKilled(let vip, _), .daemonTerminated(let vip, _): ends.append(vip)
            default: break
            }
        }
        #expect(!ends.isEmpty)
        #expect(!ends.contains(plan.survivor))
    }
}
