import ChaosModel

/// A history that a test writes, with the checker that judges it as it goes.
///
/// The observer looks every 25 ms; `interval` is 300 ms, `timeout` 600 ms, and whatever takes work gets 150 ms.
struct History {
    private(set) var violations: [Violation] = []
    private(set) var checker: Checker
    private(set) var now: Moment = .zero
    private var number = 0
    /// What the kernel has, until the test changes it.
    var kernel: Observation

    static let cadence: Duration = .milliseconds(25)
    static let facts: [Fact: String] = [
        .route(.ipv4): "local src 10.77.0.1", .route(.ipv6): "local src fd77::1",
        .ownRoutes(.ipv4): "local src 10.77.0.1", .ownRoutes(.ipv6): "local src fd77::1",
        .setting("net.ipv4.vs.expire_nodest_conn"): "1",
    ]

    /// All is well, and has been looked at.
    init() {
        checker = Checker(
            Checker.Expectation(configuration: "rr", facts: Self.facts),
            timing: Timing(
                interval: .milliseconds(300), timeout: .milliseconds(600), work: .milliseconds(150),
                cadence: Self.cadence))
        kernel = Observation(
            began: .zero, ended: .zero, services: [.ipv4: Self.complete, .ipv6: Self.complete], facts: Self.facts)
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
            violations += checker.take(.observed(kernel))
        }
        now = end
    }

    /// A disturbance begins; returns its number.
    @discardableResult
    mutating func begin(_ disturbance: Disturbance) -> Int {
        number += 1
        now += .milliseconds(2)
        violations += checker.take(.began(number, disturbance, at: now))
        return number
    }

    /// What was away is back.
    mutating func end(_ number: Int) {
        now += .milliseconds(2)
        violations += checker.take(.ended(number, at: now))
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
        asked: Moment? = nil
    ) {
        let earlier = asked.map { Request.Earlier(site: site, asked: $0) }
        now += .milliseconds(2)
        violations += checker.take(
            .requested(Request(vip: vip, earlier: earlier, began: now - length, ended: now, outcome: outcome)))
    }

    /// The promises that were broken.
    var broken: [Violation.Invariant] { violations.map(\.invariant) }
}
