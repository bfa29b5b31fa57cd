import ChaosModel

/// A history that a test writes, with the checker that judges it as it goes.
///
/// The observer looks every 25 ms; `interval` is 300 ms, `timeout` 600 ms, and whatever takes work gets 150 ms.
struct History {
    var violations: [Violation] = []
    private(set) var checker: Checker
    private(set) var now: Moment = .zero
    private var number = 0
    /// What the kernel has, until the test changes it.
    var kernel: Observation

    static let cadence: Duration = .milliseconds(25)
    static let facts = facts(of: .route)

    static func facts(of mode: Mode) -> [Fact: String] {
        var facts: [Fact: String] = [:]
        for (vip, source) in [(VIP.ipv4, "10.77.0.1"), (.ipv6, "fd77::1")] {
            facts[.route(vip)] = "local src \(source)"
            facts[.ownRoutes(vip)] = "local src \(source)"
            if mode.hasLink { facts[.address(vip)] = "on lvscare" }
            if mode.hasRules { facts[.rules(vip)] = "as at first" }
        }
        if mode.hasLink { facts[.link] = "dummy up" }
        for name in mode.settings { facts[.setting(name)] = "1" }
        return facts
    }

    /// All is well, and has been looked at.
    init(_ mode: Mode = .route) {
        let facts = Self.facts(of: mode)
        checker = Checker(
            Checker.Expectation(configuration: "rr", facts: facts),
            timing: Timing(
                interval: .milliseconds(300), timeout: .milliseconds(600), work: .milliseconds(150),
                cadence: Self.cadence))
        kernel = Observation(
            began: .zero, ended: .zero, services: [.ipv4: Self.complete, .ipv6: Self.complete], facts: facts)
        pass(.milliseconds(100))
    }

    /// A service with all that was declared.
    static let complete = ServiceSight(configuration: "rr", weights: [.loopback: 1, .node: 1, .remote: 1])

    /// Lets time pass, in which the observer looks at the kernel.
    mutating func pass(_ time: Duration, cadence: Duration = cadence) {
        let end = now + time
        while now + cadence <= end {
            now += cadence
            kernel.began = now
            kernel.ended = now + .milliseconds(1)
            violations += checker.record(.observed(kernel))
        }
        now = end
    }

    /// A disturbance begins; returns its number.
    @discardableResult
    mutating func begin(_ disturbance: Disturbance) -> Int {
        number += 1
        now += .milliseconds(2)
        violations += checker.record(.began(number, disturbance, at: now))
        return number
    }

    /// What was away is back.
    mutating func end(_ number: Int) {
        now += .milliseconds(2)
        violations += checker.record(.ended(number, at: now))
    }

    /// A disturbance of one moment, and what it makes of the kernel's state.
    mutating func disturb(_ disturbance: Disturbance, _ body: (inout Observation) -> Void) {
        let number = begin(disturbance)
        body(&kernel)
        end(number)
    }

    /// A client's request ends now.
    mutating func request(
        _ outcome: Request.Outcome, _ vip: VIP = .ipv4, on site: Site? = nil, after length: Duration = .milliseconds(5),
        asked: Moment? = nil, isMasqueraded: Bool = false, from origin: Request.Origin = .node
    ) {
        let earlier = asked.map { Request.Earlier(site: site, asked: $0, isMasqueraded: isMasqueraded) }
        now += .milliseconds(2)
        violations += checker.record(
            .requested(
                Request(
                    vip: vip, origin: origin, earlier: earlier, began: now - length, ended: now, outcome: outcome)))
    }

    /// A client's tour ends now.
    mutating func tour(
        _ reached: Set<Site>, _ vip: VIP = .ipv4, after length: Duration = .milliseconds(20),
        from origin: Request.Origin = .node
    ) {
        now += length
        violations += checker.record(
            .toured(
                Tour(vip: vip, origin: origin, began: now - length, ended: now, reached: reached, connections: 15)))
    }

    /// The promises that were broken.
    var broken: [Violation.Invariant] { violations.map(\.invariant) }
}
