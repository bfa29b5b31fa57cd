import ChaosModel
import Testing

/// What the checker lets pass and what it finds, on histories that were written down.
@Suite struct CheckerTests {
    @Test func `a history without disturbances has no violation`() {
        var history = History()
        history.request(.answered)
        history.pass(.seconds(5))
        #expect(history.violations == [])
        #expect(history.checker.hasConverged)
        #expect(history.checker.requests.new == 1)
    }

    // MARK: Repairs

    static let disturbances: [Disturbance] = [
        .serviceDeleted(.ipv4), .schedulerChanged(.ipv4, to: "wlc"), .persistenceSet(.ipv4),
        .realServerDeleted(.ipv4, .node), .realServerReweighted(.ipv4, .node, to: 7), .routeDeleted(.ipv4),
        .routeReplaced(.ipv4), .settingRewritten("net.ipv4.vs.expire_nodest_conn"),
    ]

    private static func carryOut(_ disturbance: Disturbance, on kernel: inout Observation) {
        switch disturbance {
        case .serviceDeleted: kernel.services[.ipv4] = nil
        case .schedulerChanged: kernel.services[.ipv4]?.configuration = "wlc"
        case .persistenceSet: kernel.services[.ipv4]?.configuration = "rr persistent"
        case .realServerDeleted: kernel.services[.ipv4]?.weights[.node] = nil
        case .realServerReweighted: kernel.services[.ipv4]?.weights[.node] = 7
        case .routeDeleted:
            kernel.facts[.route(.ipv4)] = nil
            kernel.facts[.ownRoutes(.ipv4)] = ""
        case .routeReplaced: kernel.facts[.route(.ipv4)] = "local src 127.0.0.2"
        case .settingRewritten: kernel.facts[.setting("net.ipv4.vs.expire_nodest_conn")] = "0"
        default: Issue.record("nothing to carry out: \(disturbance)")
        }
    }

    /// How long a repair takes, and whether that is a violation: the pass interval of 1 s and 150 ms of work are allowed.
    @Test(arguments: disturbances, [(100, true), (1100, true), (1250, false)])
    func `a repair may take one pass interval`(disturbance: Disturbance, repair: (milliseconds: Int, isInTime: Bool)) {
        var history = History()
        let well = history.kernel
        history.disturb(disturbance) { Self.carryOut(disturbance, on: &$0) }
        history.pass(.milliseconds(repair.milliseconds))
        history.kernel = well
        history.pass(.milliseconds(100))
        #expect(history.violations.isEmpty == repair.isInTime, "\(history.violations)")
        #expect(history.checker.hasConverged)
        if repair.isInTime {
            let times = history.checker.repairs[disturbance.kind]?.times ?? []
            #expect(times.count == 1)
            #expect(times.allSatisfy { $0 >= .milliseconds(repair.milliseconds - 30) })
        }
    }

    @Test(arguments: disturbances)
    func `an undisturbed part must not change`(disturbance: Disturbance) {
        var history = History()
        Self.carryOut(disturbance, on: &history.kernel)
        history.pass(.milliseconds(25))
        #expect(!history.violations.isEmpty)
    }

    @Test func `a part that was repaired once has no more time`() {
        var history = History()
        let well = history.kernel
        history.disturb(.serviceDeleted(.ipv4)) { $0.services[.ipv4] = nil }
        history.pass(.milliseconds(300))
        history.kernel = well
        history.pass(.milliseconds(50))
        // Long before the time for the repair would be over.
        history.kernel.services[.ipv4] = nil
        history.pass(.milliseconds(50))
        #expect(history.broken.contains(.healthyServerInTable))
    }

    @Test func `a late observer is taken for a late machine`() {
        var history = History()
        let well = history.kernel
        history.disturb(.serviceDeleted(.ipv4)) { $0.services[.ipv4] = nil }
        history.pass(.milliseconds(800), cadence: .milliseconds(400))
        history.pass(.milliseconds(700))
        history.kernel = well
        history.pass(.milliseconds(100))
        #expect(history.violations == [])
    }

    @Test func `a missing daemon owes nothing and a restarted one has the whole time`() {
        var history = History()
        let well = history.kernel
        let killed = history.begin(.daemonKilled(.ipv4, away: .seconds(5)))
        history.disturb(.serviceDeleted(.ipv4)) { $0.services[.ipv4] = nil }
        history.pass(.seconds(5))
        history.end(killed)
        history.pass(.seconds(1))
        #expect(history.violations == [])
        var late = history
        late.pass(.milliseconds(300))
        #expect(late.broken.contains(.healthyServerInTable))
        history.kernel = well
        history.pass(.milliseconds(100))
        #expect(history.violations == [])
        #expect(history.checker.hasConverged)
    }

    @Test func `a missing daemon leaves the table as it is`() {
        var history = History()
        history.begin(.daemonKilled(.ipv4, away: .seconds(5)))
        history.kernel.services[.ipv4] = nil
        history.pass(.milliseconds(50))
        #expect(history.broken.contains(.healthyServerInTable))
    }

    @Test func `an undeclared real server is quiesced and then removed`() {
        let found = "127.0.0.1:8090"
        for (quiesced, removed, isInTime) in [(1000, 1300, true), (1250, 1300, false), (1000, 1600, false)] {
            var history = History()
            history.disturb(.undeclaredAdded(.ipv4, answers: false)) { $0.services[.ipv4]?.undeclared[found] = 1 }
            history.pass(.milliseconds(quiesced))
            history.kernel.services[.ipv4]?.undeclared[found] = 0
            history.pass(.milliseconds(removed - quiesced))
            history.kernel.services[.ipv4]?.undeclared[found] = nil
            history.pass(.milliseconds(100))
            #expect(history.violations.isEmpty == isInTime, "\(quiesced), \(removed): \(history.violations)")
        }
    }

    // MARK: Health

    /// When a real server that does not answer is quiesced and removed, and whether that is in time.
    @Test(arguments: [
        (Disturbance.serverKilled(.ipv4, .node, away: .seconds(5)), 300, 600, true),
        (.serverKilled(.ipv4, .node, away: .seconds(5)), 550, 600, false),
        (.serverKilled(.ipv4, .node, away: .seconds(5)), 300, 900, false),
        (.serverHung(.ipv4, .node, away: .seconds(5)), 900, 1500, true),
        (.serverHung(.ipv4, .node, away: .seconds(5)), 1150, 1500, false),
        (.serverHung(.ipv4, .node, away: .seconds(5)), 900, 1750, false),
    ])
    func `a real server that does not answer is quiesced in time`(
        disturbance: Disturbance, quiesced: Int, removed: Int, isInTime: Bool
    ) {
        var history = History()
        let number = history.begin(disturbance)
        history.pass(.milliseconds(quiesced))
        history.kernel.services[.ipv4]?.weights[.node] = 0
        history.pass(.milliseconds(removed - quiesced))
        history.kernel.services[.ipv4]?.weights[.node] = nil
        history.pass(.seconds(1))
        history.end(number)
        history.pass(.milliseconds(200))
        history.kernel.services[.ipv4]?.weights[.node] = 1
        history.pass(.seconds(2))
        #expect(history.violations.isEmpty == isInTime, "\(history.violations)")
        #expect(history.checker.hasConverged)
    }

    /// A probe that began during a short hang may fail later than its timeout by as long as the daemon was at work
    /// meanwhile, and no longer.
    @Test(arguments: [(8, true), (0, false)])
    func `a probe may fail later when its daemon was busy`(busyForEachLook milliseconds: Int, isInTime: Bool) {
        var history = History()
        let number = history.begin(.serverHung(.ipv4, .node, away: .milliseconds(100)))
        history.pass(.milliseconds(100))
        history.end(number)
        history.kernel.busy[.ipv4] = .milliseconds(milliseconds)
        history.pass(.milliseconds(850))
        history.kernel.services[.ipv4]?.weights[.node] = 0
        history.pass(.milliseconds(50))
        history.kernel.services[.ipv4]?.weights[.node] = 1
        history.pass(.milliseconds(500))
        #expect(history.violations.isEmpty == isInTime, "\(history.violations)")
    }

    @Test func `a real server that is back is soon in the table`() {
        var history = History()
        let number = history.begin(.serverKilled(.ipv4, .node, away: .seconds(2)))
        history.kernel.services[.ipv4]?.weights[.node] = nil
        history.pass(.seconds(2))
        history.end(number)
        history.pass(.milliseconds(500))
        #expect(history.broken == [.repaired])
    }

    @Test func `a flush counts for a real server that was away meanwhile`() {
        var history = History()
        let well = history.kernel
        history.disturb(.tableFlushed) { $0.services = [:] }
        let number = history.begin(.serverKilled(.ipv4, .node, away: .milliseconds(100)))
        history.pass(.milliseconds(100))
        history.end(number)
        history.pass(.milliseconds(800))
        history.kernel = well
        history.pass(.milliseconds(100))
        #expect(history.violations == [])
    }

    @Test func `a restarted daemon gives the benefit of the doubt`() {
        var history = History()
        history.begin(.serverKilled(.ipv4, .node, away: .seconds(9)))
        history.kernel.services[.ipv4]?.weights[.node] = nil
        history.pass(.seconds(2))
        let killed = history.begin(.daemonKilled(.ipv4, away: .zero))
        history.end(killed)
        history.kernel.services[.ipv4]?.weights[.node] = 1
        history.pass(.milliseconds(100))
        #expect(history.violations == [])
        history.pass(.milliseconds(300))
        #expect(history.broken == [.repaired], "but not beyond its first probe")
    }

    @Test func `a healthy real server must not be quiesced`() {
        var history = History()
        let stopped = history.begin(.daemonStopped(.ipv4, away: .seconds(1)))
        history.pass(.seconds(1))
        history.end(stopped)
        history.kernel.services[.ipv4]?.weights = [.loopback: 0, .node: 0, .remote: 0]
        history.pass(.milliseconds(25))
        #expect(history.broken == [.healthyServerInTable, .healthyServerInTable, .healthyServerInTable])
    }

    @Test func `a machine that stood still may make a probe fail`() {
        var history = History()
        history.pass(.milliseconds(400), cadence: .milliseconds(400))
        history.kernel.services[.ipv4]?.weights[.node] = 0
        history.pass(.milliseconds(200))
        #expect(history.violations == [])
        #expect(history.checker.blamedOnMachine == 1)
        history.pass(.seconds(2))
        #expect(history.broken == [.repaired], "but the next probe does not")
    }

    // MARK: Clients

    @Test func `a new connection may fail only while something is wrong`() {
        var history = History()
        let well = history.kernel
        history.request(.failed("refused"))
        history.pass(.milliseconds(50))
        #expect(history.broken == [.newConnectionAnswered])

        history = History()
        history.disturb(.serviceDeleted(.ipv4)) { $0.services[.ipv4] = nil }
        history.request(.failed("refused"))
        history.request(.failed("refused"), .ipv6)
        history.pass(.milliseconds(500))
        history.request(.failed("refused"))
        history.kernel = well
        history.pass(.milliseconds(100))
        #expect(history.broken == [.newConnectionAnswered], "that of the other service")
        history.request(.failed("refused"))
        history.pass(.milliseconds(50))
        #expect(history.broken.count == 2)
        #expect(history.checker.requests.excused == 2)
    }

    @Test func `a service may have no scheduler while it is changed`() {
        var history = History()
        let well = history.kernel
        history.disturb(.schedulerChanged(.ipv4, to: "lc")) { $0.services[.ipv4]?.configuration = "lc" }
        history.request(.failed("refused"))
        history.pass(.milliseconds(300))
        #expect(history.violations == [])
        history.kernel = well
        history.request(.failed("refused"))
        history.pass(.milliseconds(100))
        #expect(history.violations == [])

        history.disturb(.schedulerChanged(.ipv4, to: "lc")) { $0.services[.ipv4]?.configuration = "lc" }
        history.pass(.milliseconds(300))
        history.request(.failed("refused"))
        history.pass(.milliseconds(300))
        #expect(history.broken == [.newConnectionAnswered], "but it has one in between")
    }

    @Test func `a dead real server may refuse only until it is quiesced`() {
        var history = History()
        let number = history.begin(.serverKilled(.ipv4, .node, away: .seconds(5)))
        history.pass(.milliseconds(200))
        history.request(.failed("refused"))
        history.kernel.services[.ipv4]?.weights[.node] = 0
        history.pass(.milliseconds(100))
        #expect(history.violations == [])
        history.request(.failed("refused"))
        // The request that failed is judged after the end of the outage here, and before it above.
        history.end(number)
        history.pass(.milliseconds(50))
        #expect(history.broken == [.newConnectionAnswered])
    }

    @Test func `a slow observation may miss a change`() {
        var history = History()
        history.disturb(.routeDeleted(.ipv4)) { _ in }
        history.request(.failed("unreachable"))
        history.kernel.facts = History.facts
        history.pass(.milliseconds(50))
        history.request(.answered)
        history.pass(.milliseconds(50))
        #expect(history.violations == [])
        history.request(.failed("unreachable"))
        history.pass(.milliseconds(50))
        #expect(history.broken == [.newConnectionAnswered])
    }

    @Test func `a dead real server may refuse until the moment of its return`() {
        var history = History()
        let number = history.begin(.serverClosed(.ipv4, .node, away: .milliseconds(200)))
        history.pass(.milliseconds(200))
        history.request(.failed("refused"), after: .milliseconds(1))
        history.end(number)
        history.pass(.milliseconds(50))
        #expect(history.violations == [])
    }

    @Test(arguments: [
        (Disturbance.serviceDeleted(.ipv4), true), (.tableFlushed, true), (.realServerDeleted(.ipv4, .node), true),
        (.realServerDeleted(.ipv4, .remote), false), (.realServerReweighted(.ipv4, .node, to: 0), false),
        (.schedulerChanged(.ipv4, to: "lc"), false), (.persistenceSet(.ipv4), false), (.routeDeleted(.ipv4), false),
        (.settingRewritten("net.ipv4.vs.expire_nodest_conn"), false), (.undeclaredAdded(.ipv4, answers: true), false),
        (.serviceDeleted(.ipv6), false),
    ])
    func `a connection may end only with its carrier`(disturbance: Disturbance, endsIt: Bool) {
        var history = History()
        let asked = history.now
        history.disturb(disturbance) { _ in }
        history.request(.failed("reset"), on: .node, asked: asked)
        history.pass(.milliseconds(50))
        #expect(history.broken == (endsIt ? [] : [.connectionKept]))
    }

    @Test func `a connection that answered since the disturbance must last`() {
        var history = History()
        history.disturb(.serviceDeleted(.ipv4)) { _ in }
        history.pass(.milliseconds(50))
        let asked = history.now
        history.pass(.milliseconds(250))
        history.request(.failed("reset"), on: .node, asked: asked)
        history.pass(.milliseconds(50))
        #expect(history.broken == [.connectionKept])
    }

    /// For how long the VIP has no route while a request waits, and whether the client may have given up after 5 s before
    /// its TCP repeated the packet that was lost.
    @Test(arguments: [(2900, true), (1000, false)])
    func `a lost packet may be repeated later`(gap: Int, mayWait: Bool) {
        var history = History()
        let well = history.kernel
        let killed = history.begin(.daemonKilled(.ipv4, away: .milliseconds(gap)))
        let asked = history.now
        history.disturb(.routeDeleted(.ipv4)) { $0.facts[.route(.ipv4)] = nil }
        history.pass(.milliseconds(gap))
        history.end(killed)
        history.kernel = well
        history.pass(.milliseconds(5000 - gap))
        history.request(.timedOut, on: .node, after: .seconds(5), asked: asked)
        history.pass(.milliseconds(50))
        #expect(history.broken == (mayWait ? [] : [.connectionKept]))
        #expect(history.violations.first?.disturbances ?? [1, 2] == [1, 2], "those that had to do with it are named")
    }

    @Test func `a repair between two observations excuses clients`() {
        for disturbance in [
            Disturbance.persistenceSet(.ipv4), .routeDeleted(.ipv4), .schedulerChanged(.ipv4, to: "lc"),
        ] {
            var history = History()
            history.disturb(disturbance) { _ in }
            history.request(.failed("refused"), after: .zero)
            history.pass(.milliseconds(50))
            #expect(history.violations == [], "\(disturbance)")
            history.request(.failed("refused"), after: .zero)
            history.pass(.milliseconds(50))
            #expect(history.broken == [.newConnectionAnswered], "but not for longer")
        }
    }

    /// Between the death and the next look at the kernel, in which the real server may have been quiesced already.
    @Test func `a client of a real server that just died may be refused`() {
        var history = History()
        history.pass(.milliseconds(25))
        history.begin(.serverKilled(.ipv4, .node, away: .seconds(1)))
        history.kernel.services[.ipv4]?.weights[.node] = 0
        history.request(.failed("refused"), after: .zero)
        history.pass(.milliseconds(50))
        #expect(history.violations == [])
        history.request(.failed("refused"), after: .zero)
        history.pass(.milliseconds(50))
        #expect(history.broken == [.newConnectionAnswered], "but not for longer")
    }

    @Test func `a slow program may disturb at any time of its run`() {
        var history = History()
        let number = history.begin(.tableFlushed)
        history.pass(.milliseconds(500))
        let asked = history.now
        history.pass(.milliseconds(100))
        history.end(number)
        history.request(.failed("reset"), on: .node, asked: asked)
        history.pass(.milliseconds(50))
        #expect(history.violations == [])
    }

    @Test func `a lost connection must be reset`() {
        for (disturbance, mayHang) in [
            (Disturbance.serverHung(.ipv4, .node, away: .seconds(1)), true),
            (.serverKilled(.ipv4, .node, away: .seconds(1)), false), (.serviceDeleted(.ipv4), false),
        ] {
            var history = History()
            let asked = history.now
            history.begin(disturbance)
            history.request(.timedOut, on: .node, asked: asked)
            history.pass(.milliseconds(50))
            #expect(history.broken.contains(.connectionKept) != mayHang, "\(disturbance)")
        }
    }

    @Test func `a part that is there twice is a violation`() {
        var history = History()
        history.kernel.duplicates = ["local 169.254.7.1/32"]
        history.pass(.milliseconds(25))
        #expect(history.broken == [.noDuplicate])
    }
}
