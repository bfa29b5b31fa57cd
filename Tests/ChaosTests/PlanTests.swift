import ChaosModel
import Testing

@Suite struct PlanTests {
    @Test func isAPureFunctionOfTheSeed() {
        let plan = Plan(seed: 42, mode: .route, disturbances: 300)
        #expect(plan == Plan(seed: 42, mode: .route, disturbances: 300))
        #expect(plan != Plan(seed: 43, mode: .route, disturbances: 300))
    }

    @Test(arguments: [1, 2, 17, 300])
    func hasAsManyDisturbancesAsAsked(count: Int) {
        for seed in 0..<20 { #expect(Plan(seed: UInt64(seed), mode: .route, disturbances: count).count == count) }
    }

    @Test(arguments: 0..<20)
    func hasEveryKindAndNoMoreAtOnceThanFits(seed: UInt64) {
        let plan = Plan(seed: seed, mode: .route, disturbances: 300)
        let all = plan.rounds.flatMap(\.steps).map(\.disturbance)
        let counts = Dictionary(grouping: all, by: \.kind).mapValues(\.count)
        for kind in Disturbance.Kind.allCases { #expect(counts[kind, default: 0] >= 8, "\(kind)") }
        for round in plan.rounds {
            #expect(1...6 ~= round.steps.count)
            #expect(round.steps.map(\.delay) == round.steps.map(\.delay).sorted())
        }
    }
}
