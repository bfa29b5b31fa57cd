import LVSCareModel
import Testing

@testable import Director

/// When a service has enough healthy real servers.
@Suite struct AvailabilityTests {
    private typealias Quorum = ServicePolicy.Quorum

    /// The state by each sum of healthy weights from 0 to the total, from `before`, when nothing is unknown: `U`, `D`.
    private func states(_ quorum: Quorum, total: Int, from before: Availability) -> String {
        (0...total).map { healthy in
            let next = before.next(.init(healthy: healthy, unknown: 0, total: total), by: quorum)
            return next == .up ? "U" : next == .down ? "D" : "?"
        }.joined()
    }

    @Test func `one real server is enough by default`() {
        for before in [Availability.undecided, .up, .down] {
            #expect(states(Quorum(), total: 3, from: before) == "DUUU")
        }
    }

    @Test func `the quorum is a sum of weights, with a hysteresis on both sides`() {
        let quorum = Quorum(weight: 5, hysteresis: 2)
        #expect(states(quorum, total: 10, from: .undecided) == "DDDDDUUUUUU")
        #expect(states(quorum, total: 10, from: .up) == "DDDUUUUUUUU")
        #expect(states(quorum, total: 10, from: .down) == "DDDDDDDUUUU")
    }

    @Test func `more than there is counts as all`() {
        #expect(states(Quorum(weight: 9), total: 3, from: .down) == "DDDU")
        #expect(states(Quorum(weight: 9), total: 3, from: .up) == "DDDU")
        #expect(states(Quorum(weight: 3, hysteresis: 2), total: 4, from: .down) == "DDDDU", "all, if not more")
        #expect(states(Quorum(weight: 9, hysteresis: 8), total: 3, from: .up) == "DUUU", "never up with nobody")
        #expect(states(Quorum(weight: 9, hysteresis: 8), total: 3, from: .down) == "DDDU")
    }

    @Test func `nobody is not enough`() {
        for before in [Availability.undecided, .up, .down] {
            #expect(states(Quorum(weight: 2, hysteresis: 1), total: 0, from: before) == "D")
        }
    }

    @Test func `those of which nothing is known decide nothing`() {
        let quorum = Quorum(weight: 2)
        let pool = Availability.Pool(healthy: 1, unknown: 1, total: 3)
        for before in [Availability.undecided, .up, .down] { #expect(before.next(pool, by: quorum) == before) }
    }

    @Test func `the state of a service follows its real servers, also when others are declared`() {
        var specification = specification([a, b, c])
        specification.policy.quorum = Quorum(weight: 2)
        var desired = DesiredState(specification: specification)
        #expect(desired.availability == .undecided)
        desired[a] = Health(state: .healthy)
        #expect(desired.availability == .undecided)
        desired[b] = Health(state: .unhealthy)
        desired[c] = Health(state: .unhealthy)
        #expect(desired.availability == .down)
        var more = specification
        more.declare([a, b, c, server(4)])
        desired.adopt(more)
        #expect(desired.availability == .down, "the new one has said nothing")
        desired[server(4)] = Health(state: .healthy)
        #expect(desired.availability == .up)
        var heavier = more
        heavier.policy.quorum = Quorum(weight: 3)
        desired.adopt(heavier)
        #expect(desired.availability == .down)
        var fewer = heavier
        fewer.declare([a, server(4)])
        desired.adopt(fewer)
        #expect(desired.availability == .up, "all there are")
        fewer.health = HealthPolicy([])
        #expect(DesiredState(specification: fewer).availability == .up)
    }
}
