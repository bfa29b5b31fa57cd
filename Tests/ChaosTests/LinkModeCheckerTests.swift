import ChaosModel
import Testing

/// What the checker lets pass and what it finds in link mode, without rules of nf_tables and with them.
@Suite struct LinkModeCheckerTests {
    private static func carryOut(_ disturbance: Disturbance, on kernel: inout Observation) {
        switch disturbance {
        case .linkDown, .linkReset:
            kernel.facts[.link] = "dummy down"
            kernel.facts[.address(.ipv6)] = nil
        case .linkDeleted:
            for fact in [Fact.link, .address(.ipv4), .address(.ipv6)] { kernel.facts[fact] = nil }
        case .addressRemoved(let vip): kernel.facts[.address(vip)] = nil
        case .rulesDeleted(let vip): kernel.facts[.rules(vip)] = nil
        case .rulesetFlushed: for vip in VIP.allCases { kernel.facts[.rules(vip)] = nil }
        case .ruleAdded(let vip), .ruleRemoved(let vip): kernel.facts[.rules(vip)] = "others"
        case .settingRewritten(let name): kernel.facts[.setting(name)] = "0"
        default: Issue.record("nothing to carry out: \(disturbance)")
        }
    }

    static let disturbances: [Disturbance] =
        [
            .linkDown, .linkReset, .linkDeleted, .addressRemoved(.ipv4), .addressRemoved(.ipv6), .rulesDeleted(.ipv4),
            .rulesetFlushed, .ruleAdded(.ipv6), .ruleRemoved(.ipv4),
        ] + Mode.linkWithRules.settings.map { .settingRewritten($0) }

    @Test(arguments: disturbances, [(100, true), (1100, true), (1250, false)])
    func `a repair may take one pass interval`(disturbance: Disturbance, repair: (milliseconds: Int, isInTime: Bool)) {
        var history = History(.linkWithRules)
        let well = history.kernel
        history.disturb(disturbance) { Self.carryOut(disturbance, on: &$0) }
        history.pass(.milliseconds(repair.milliseconds))
        history.kernel = well
        history.pass(.milliseconds(500))
        #expect(history.violations.isEmpty == repair.isInTime, "\(history.violations)")
        #expect(history.checker.hasConverged)
    }

    @Test(arguments: disturbances)
    func `an undisturbed part must not change`(disturbance: Disturbance) {
        var history = History(.linkWithRules)
        Self.carryOut(disturbance, on: &history.kernel)
        history.pass(.milliseconds(25))
        #expect(!history.violations.isEmpty)
        #expect(history.broken.allSatisfy { $0 == .repaired })
    }

    @Test func `the kernel's own route may come and go`() {
        var history = History(.link)
        history.disturb(.kernelRouteDeleted) { _ in }
        history.request(.failed("unreachable"))
        history.pass(.milliseconds(100))
        #expect(history.broken == [.newConnectionAnswered])
    }

    /// Whichever daemon is there repairs the link, but each only its own address.
    @Test func `the link of two services is shared`() {
        var history = History(.link)
        let killed = history.begin(.daemonKilled(.ipv6, away: .seconds(5)))
        history.disturb(.linkDeleted) { Self.carryOut(.linkDeleted, on: &$0) }
        history.pass(.milliseconds(100))
        history.kernel.facts[.link] = "dummy up"
        history.kernel.facts[.address(.ipv4)] = History.facts(of: .link)[.address(.ipv4)]
        history.pass(.seconds(4))
        #expect(history.violations == [])
        history.end(killed)
        history.pass(.milliseconds(1250))
        #expect(history.broken == [.repaired], "the address of the daemon that is back")

        history = History(.link)
        history.begin(.daemonKilled(.ipv6, away: .seconds(5)))
        history.disturb(.linkDeleted) { Self.carryOut(.linkDeleted, on: &$0) }
        history.pass(.milliseconds(1250))
        #expect(history.broken == [.repaired, .repaired], "the link, and the address of the other daemon")
    }

    /// In IPv6 the kernel makes a route for a new address, and that leads until it is taken away.
    @Test func `an address that is back may disturb the route once more`() {
        var history = History(.link)
        let well = history.kernel
        history.disturb(.linkDeleted) { Self.carryOut(.linkDeleted, on: &$0) }
        history.pass(.milliseconds(200))
        history.kernel = well
        history.pass(.milliseconds(50))
        #expect(!history.checker.hasConverged)
        history.kernel.facts[.route(.ipv6)] = "local src fd99::7"
        history.request(.failed("no way back"), .ipv6)
        history.pass(.milliseconds(50))
        history.kernel = well
        history.pass(.milliseconds(300))
        #expect(history.violations == [])
        #expect(history.checker.hasConverged)
        history.kernel.facts[.route(.ipv6)] = "local src fd99::7"
        history.pass(.milliseconds(50))
        #expect(history.broken == [.repaired], "but not later")
    }

    @Test func `an address may go and come between two observations`() {
        var history = History(.link)
        let well = history.kernel
        history.disturb(.addressRemoved(.ipv6)) { _ in }
        history.pass(.milliseconds(50))
        history.kernel.facts[.route(.ipv6)] = "local src fd99::7"
        history.pass(.milliseconds(50))
        history.kernel = well
        history.pass(.milliseconds(300))
        #expect(history.violations == [])
        #expect(history.checker.hasConverged)
    }

    @Test func `clients of IPv4 must not notice the link`() {
        for vip in VIP.allCases {
            var history = History(.link)
            history.disturb(.linkDeleted) { Self.carryOut(.linkDeleted, on: &$0) }
            history.request(.failed("unreachable"), vip)
            history.pass(.milliseconds(50))
            #expect(history.broken == (vip == .ipv4 ? [.newConnectionAnswered] : []))
        }
    }

    // MARK: Rules

    @Test(arguments: [
        Disturbance.rulesDeleted(.ipv4), .rulesetFlushed, .ruleRemoved(.ipv4),
    ])
    func `new connections of routed clients need the rules`(disturbance: Disturbance) {
        for (origin, isExcused) in [(Request.Origin.elsewhere, true), (.node, false)] {
            var history = History(.linkWithRules)
            let well = history.kernel
            history.disturb(disturbance) { Self.carryOut(disturbance, on: &$0) }
            history.request(.timedOut, from: origin)
            history.pass(.milliseconds(500))
            history.request(.timedOut, from: origin)
            history.kernel = well
            history.pass(.milliseconds(500))
            #expect(history.broken.isEmpty == isExcused, "\(origin): \(history.violations)")
            history.violations = []
            history.request(.timedOut, from: origin)
            history.pass(.milliseconds(50))
            #expect(history.broken == [.newConnectionAnswered], "\(origin)")
        }
    }

    @Test(arguments: [
        (Disturbance.rulesDeleted(.ipv4), true), (.rulesetFlushed, true), (.ruleRemoved(.ipv4), false),
        (.ruleAdded(.ipv4), false), (.rulesDeleted(.ipv6), false), (.settingRewritten("net.ipv4.vs.conntrack"), false),
    ])
    func `only masqueraded connections may end with the rules`(disturbance: Disturbance, endsIt: Bool) {
        for (isMasqueraded, outcome) in [
            (true, Request.Outcome.failed("reset")), (true, .timedOut), (false, .timedOut),
        ] {
            var history = History(.linkWithRules)
            let asked = history.now
            history.disturb(disturbance) { Self.carryOut(disturbance, on: &$0) }
            history.request(outcome, on: .remote, asked: asked, isMasqueraded: isMasqueraded)
            history.pass(.milliseconds(50))
            #expect(history.broken == (endsIt && isMasqueraded ? [] : [.connectionKept]))
        }
    }

    // MARK: Statistics

    @Test func `only a disturbance that is alone is timed`() {
        var history = History(.link)
        let well = history.kernel
        history.disturb(.addressRemoved(.ipv4)) { Self.carryOut(.addressRemoved(.ipv4), on: &$0) }
        history.pass(.milliseconds(100))
        history.kernel = well
        history.pass(.milliseconds(500))
        #expect(history.checker.repairs[.addressRemoved]?.times.count == 1)
        for disturbance in [Disturbance.addressRemoved(.ipv4), .linkDeleted] {
            history.disturb(disturbance) { Self.carryOut(disturbance, on: &$0) }
        }
        history.pass(.milliseconds(100))
        history.kernel = well
        history.pass(.milliseconds(500))
        #expect(history.checker.repairs[.addressRemoved]?.count == 2)
        #expect(history.checker.repairs[.addressRemoved]?.times.count == 1)
        #expect(history.checker.repairs[.linkDeleted]?.times == [])
    }
}
