import ChaosModel
import Testing

/// Who is healthy is reachable through the VIP, whatever the daemon lacks.
@Suite struct ReachabilityTests {
    // MARK: Tours

    @Test(arguments: Mode.allCases)
    func `passes a client that reached all real servers`(mode: Mode) {
        var history = History(mode)
        for vip in VIP.allCases { history.tour(Set(Site.allCases), vip) }
        #expect(history.violations == [])
    }

    @Test(arguments: Site.allCases, [Request.Origin.node, .elsewhere])
    func `finds a healthy real server that no client reached although the table has it`(
        site: Site, origin: Request.Origin
    ) {
        var history = History(.linkWithRules)
        history.tour(Set(Site.allCases).subtracting([site]), from: origin)
        #expect(history.broken == [.healthyServerReachable])
        #expect(history.violations.first?.text.contains("\(site)") == true)
    }

    @Test func `finds a VIP that answers nobody`() {
        var history = History()
        history.tour([], .ipv6)
        #expect(history.broken == [.healthyServerReachable])
    }

    @Test func `expects nothing of a tour during a disturbance`() {
        var history = History()
        let killed = history.begin(.serverKilled(.ipv4, .remote, away: .seconds(1)))
        history.tour([.node])
        history.kernel.services[.ipv4]?.weights[.remote] = nil
        history.end(killed)
        #expect(history.violations == [])
    }

    @Test func `expects a real server that is back only when it is back in the table`() {
        var history = History()
        let killed = history.begin(.serverKilled(.ipv4, .remote, away: .milliseconds(1)))
        history.end(killed)
        history.tour([.node, .loopback])
        #expect(history.violations == [])
        history.pass(.seconds(2))
        history.tour([.node, .loopback])
        #expect(history.broken == [.healthyServerReachable])
    }

    @Test func `blames a machine that stood still`() {
        var history = History()
        history.pass(.seconds(2), cadence: .seconds(2))
        history.tour([], after: .seconds(2))
        #expect(history.violations == [])
    }

    // MARK: A daemon's own troubles

    static let privations: [Disturbance] = [
        .daemonStarved(.ipv4, away: .seconds(3)), .descriptorsTaken(.ipv4, away: .seconds(3)),
    ]

    @Test(arguments: privations)
    func `finds a healthy real server that a daemon quiesces for its own troubles`(privation: Disturbance) {
        var history = History()
        history.begin(privation)
        history.pass(.milliseconds(500))
        #expect(history.violations == [])
        history.kernel.services[.ipv4]?.weights[.node] = 0
        history.pass(.milliseconds(500))
        #expect(history.broken == [.repaired])
    }

    @Test func `takes no late observer for an excuse while the daemon is starved`() {
        var history = History()
        let starved = history.begin(.daemonStarved(.ipv4, away: .seconds(3)))
        history.pass(.seconds(2), cadence: .seconds(1))
        history.end(starved)
        history.kernel.services[.ipv6]?.weights[.node] = 0
        history.pass(.milliseconds(500), cadence: .milliseconds(500))
        #expect(history.broken == [.repaired])
        #expect(history.checker.blamedOnMachine == 0)
    }

    @Test(arguments: privations)
    func `expects nothing to be noticed before the daemon has what it needs, and all in time afterwards`(
        privation: Disturbance
    ) {
        for (milliseconds, isInTime) in [(400, true), (1200, false)] {
            var history = History()
            let deprived = history.begin(privation)
            let killed = history.begin(.serverKilled(.ipv4, .node, away: .seconds(9)))
            history.disturb(.routeDeleted(.ipv4)) { $0.facts[.route(.ipv4)] = nil }
            history.pass(.seconds(3))
            #expect(history.violations == [])
            history.end(deprived)
            history.pass(.milliseconds(milliseconds))
            history.kernel.services[.ipv4]?.weights[.node] = nil
            history.kernel.facts[.route(.ipv4)] = "local src 10.77.0.1"
            history.pass(.milliseconds(50))
            #expect(history.violations.isEmpty == isInTime, "\(history.violations)")
            _ = killed
        }
    }

    // MARK: The firewall

    @Test func `lets new connections fail while replies are invalid to the firewall`() {
        var history = History(.link)
        let well = history.kernel
        history.disturb(.settingRewritten(Mode.conntrack)) { $0.facts[.setting(Mode.conntrack)] = "0" }
        history.pass(.milliseconds(50))
        history.request(.timedOut)
        history.kernel = well
        history.pass(.milliseconds(500))
        #expect(history.violations == [])
        history.request(.timedOut)
        history.pass(.milliseconds(50))
        #expect(history.broken == [.newConnectionAnswered])
    }
}
