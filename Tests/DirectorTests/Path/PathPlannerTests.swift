import Addressing
import Director
import DirectorTestKit
import LVSCareModel
import RouteNetlink
import Testing

@Suite struct PathPlannerTests {
    private func reconciler(_ situation: PathSituation, _ network: InMemoryNetwork) -> PathReconciler {
        PathReconciler(PathPlanner(situation.wanted, on: nil), in: network)
    }

    @Test(arguments: PathSituation.all)
    func `comes to what the truth table says`(_ situation: PathSituation) throws {
        let network = situation.network()
        let path = reconciler(situation, network)
        if let refusal = situation.refusal {
            #expect(path.refusal()?.kind == .unusableVIP)
            #expect(path.refusal().map { "\($0)".contains(refusal) } == true)
            #expect(network.steps.isEmpty)
            return
        }
        #expect(path.refusal() == nil)
        let report = path.reconcile(serving: situation.inService)
        #expect(report.failures.isEmpty == (situation.failure == nil), "\(report.failures)")
        if let failure = situation.failure { #expect("\(report.failures)".contains(failure)) }
        let effective = network.ways(to: [situation.vip])[situation.vip]
        #expect(effective?.gateway == situation.via)
        if let source = situation.source {
            #expect(effective?.type == .local)
            #expect(effective?.preferredSource == source)
        }
        #expect(network.isSilenced == situation.isSilenced)
        #expect((network.masquerading != nil) == situation.isLink)
        let names = network.masquerading?.links.map { index in
            network.links.first { $0.link.index == index }?.link.name
        }
        #expect(names ?? [] == situation.masqueradedLinks)
        expect(report.limitations, situation.limitations)
        #expect(BalancerSetting.all(on: nil).allSatisfy { network.settings[$0.name] == $0.value })

        let steps = network.steps.count
        let surveys = network.surveys
        let quiet = path.reconcile(serving: situation.inService)
        #expect(quiet.changes.isEmpty && network.steps.count == steps, "\(quiet.changes)")
        #expect(quiet.limitations == report.limitations)
        if situation.failure == nil { #expect(network.surveys == surveys) }

        _ = path.remove()
        #expect(network.routes.allSatisfy { $0.protocol != .lvscare })
        #expect(network.masquerading == nil && !network.isSilenced)
        #expect(network.links.count == situation.links.count)
    }

    private func expect(_ found: [Limitation], _ expected: [[String]]) {
        #expect(found.count == expected.count, "\(found)")
        for (found, words) in zip(found, expected) {
            for word in words { #expect("\(found)".contains(word), "\(found)") }
        }
    }

    private func first(_ name: String, isLink: Bool = false, _ family: IPAddress.Family = .ipv4) throws -> PathSituation
    {
        try #require(PathSituation.all.first { $0.name == name && $0.isLink == isLink && $0.family == family })
    }

    @Test func `the source follows the real servers in service, and stays while they agree with it`() throws {
        let situation = try first("the first real server is dead and behind another link")
        let network = situation.network()
        let path = reconciler(situation, network)
        func source(_ inService: Set<RealServer>) -> IPAddress? {
            let report = path.reconcile(serving: inService)
            #expect(report.failures.isEmpty)
            return network.ways(to: [situation.vip])[situation.vip]?.preferredSource
        }
        let all = Set(situation.realServers)
        let (one, two) = (situation.links[0].address.address, situation.links[1].address.address)
        #expect(source(all) == one)
        #expect(source(situation.inService) == two)
        #expect(source(all) == two, "one for each: nothing to change")
        #expect(source(situation.outOfService) == one)
        #expect(network.routes.count == 1)
    }

    @Test func `the source stays while only real servers on this node are in service`() throws {
        var situation = try first("real servers in one network")
        let remote = situation.realServers[0]
        let own = RealServer(Endpoint(address: situation.links[1].address.address, port: 8080))
        situation.realServers = [own, remote]
        let network = situation.network()
        let path = reconciler(situation, network)
        for inService in [[own, remote], [own], [], [own, remote]] as [Set<RealServer>] {
            #expect(path.reconcile(serving: inService).failures.isEmpty)
            #expect(network.ways(to: [situation.vip])[situation.vip]?.preferredSource == situation.source)
        }
        #expect(network.steps.filter { $0.part == .route }.count == 1)
    }

    @Test func `masquerades nothing more where nf_tables is missing, and says so`() throws {
        let situation = try first("real servers in two networks", isLink: true)
        let network = situation.network()
        network.hasPacketFilter = false
        let report = reconciler(situation, network).reconcile(serving: situation.inService)
        #expect(report.limitations.count == 2)
        #expect("\(report.limitations)".contains("mode link"))
    }

    @Test func `says who answers for a VIP in a network of the node, and what helps without nf_tables`() throws {
        let situation = try first("the VIP in a network of the node")
        let network = situation.network()
        network.hasPacketFilter = false
        network.holders = ["52:54:00:12:34:56 on a1"]
        let report = reconciler(situation, network).reconcile(serving: situation.inService)
        expect(report.limitations, [["52:54:00:12:34:56 on a1"], ["ARP", "a1", "arp_ignore"]])
    }

    @Test func `answers for a VIP that somebody gave to a link of the node`() throws {
        let situation = try first("the VIP in a network of the node")
        let network = situation.network()
        network.addLink("a3", [CIDR(host: situation.vip)])
        _ = reconciler(situation, network).reconcile(serving: situation.inService)
        #expect(!network.isSilenced)
    }

    @Test(arguments: [false, true], [IPAddress.Family.ipv4, .ipv6])
    func `takes back what it added and nothing else`(isLink: Bool, family: IPAddress.Family) throws {
        let situation = try first("real servers in one network", isLink: isLink, family)
        let network = situation.network()
        let foreign = Route(
            destination: CIDR(host: situation.vip), metric: 50, gateway: situation.realServers[0].endpoint.address)
        network.routes.append(foreign)
        let path = reconciler(situation, network)
        #expect(path.reconcile(serving: situation.inService).failures.isEmpty)
        _ = path.rollBack()
        #expect(network.routes == [foreign])
        #expect(network.links.count == situation.links.count)
        #expect(network.masquerading == nil)
    }

    @Test(arguments: [IPAddress.Family.ipv4, .ipv6])
    func `the other mode takes over, and takes down what is left as soon as its own route leads`(
        family: IPAddress.Family
    ) throws {
        let link = try first("real servers in one network", isLink: true, family)
        let route = try first("real servers in one network", isLink: false, family)
        let network = link.network()
        for (situation, count) in [(route, 2), (link, 3), (route, 2)] {
            let report = reconciler(situation, network).reconcile(serving: situation.inService)
            #expect(report.failures.isEmpty)
            #expect(network.links.count == count)
            #expect((network.masquerading != nil) == situation.isLink)
            #expect(network.ways(to: [situation.vip])[situation.vip]?.preferredSource == situation.source)
        }
    }

    @Test func `a failure of one part keeps no other from being put right`() throws {
        let situation = try first("real servers in one network", isLink: true)
        let network = situation.network()
        let refused = KernelFailure(operation: "add", object: "route", code: 1, message: "Operation not permitted")
        network.objection = { if case .addRoute = $0 { refused } else { nil } }
        let path = reconciler(situation, network)
        let report = path.reconcile(serving: situation.inService)
        #expect(report.failures == [refused])
        #expect(network.links.count == 3)
        #expect(network.masquerading != nil)
        #expect(network.settings["net.ipv4.vs.conntrack"] == "1")
        network.objection = { _ in nil }
        #expect(path.reconcile(serving: situation.inService).failures.isEmpty)
    }

    @Test(arguments: ["%d", "vip%s", "a b", "..", "all", "sixteen-letters0", ""])
    func `makes no link of a name that the kernel would not give it`(name: String) throws {
        let situations = PathSituation.all.filter(\.isLink)
        let situation = try #require(situations.first)
        let network = situation.network()
        var wanted = situation.wanted
        wanted.mode = .link(name: name, masqueradeBit: 0)
        let report = PathReconciler(PathPlanner(wanted, on: nil), in: network).reconcile(serving: situation.inService)
        #expect("\(report.failures)".contains("link \(name)"), "\(report.failures)")
        #expect(network.steps.allSatisfy { $0 != .addLink(name) })
    }

    @Test func `a setting that cannot be had is a limitation with its remedy`() throws {
        let situation = try first("real servers in one network")
        let network = situation.network()
        network.readOnly = ["net.ipv4.vs.conntrack"]
        network.settings["net.ipv4.vs.expire_nodest_conn"] = nil
        let path = reconciler(situation, network)
        let report = path.reconcile(serving: situation.inService)
        #expect(report.failures.isEmpty)
        expect(
            report.limitations,
            [
                ["conntrack=1 (found 0, cannot set it: Read-only file system)", "firewalld", "sysctl -w"],
                ["expire_nodest_conn=1 (cannot read it: No such file or directory)", "hang"],
            ])
        #expect(path.reconcile(serving: situation.inService).limitations == report.limitations)
    }

    @Test func `a setting that this process cannot ask for is not said to be missing`() throws {
        let situation = try first("real servers in one network")
        let network = situation.network()
        let path = reconciler(situation, network)
        _ = path.reconcile(serving: situation.inService)
        network.lacksDescriptors = true
        let report = path.reconcile(serving: situation.inService)
        #expect(report.limitations.isEmpty && report.failures.isEmpty && report.changes.isEmpty)
    }

    @Test func `two services with the same VIP agree on the source of the first`() throws {
        let situation = try first("real servers in two networks")
        let network = situation.network()
        #expect(reconciler(situation, network).reconcile(serving: situation.inService).failures.isEmpty)
        network.sharing = situation.wanted.services
        var other = situation
        other.realServers = [situation.realServers[0]]
        let report = reconciler(other, network).reconcile(serving: other.inService)
        #expect(report.changes.isEmpty && report.failures.isEmpty)
    }

    @Test(arguments: [
        ("5.4.0-200-generic", true), ("4.1.0", true), ("5.8.18", true), ("5.9.0", false), ("4.0", false), ("6", false),
        ("", false),
    ])
    func `kernels that delay clients with tracked connections get another reuse mode`(release: String, isOld: Bool) {
        let settings = BalancerSetting.all(on: KernelRelease(Array(release.utf8)))
        #expect(settings.contains(.reuseConnections) == isOld)
        #expect(settings.contains(.trackConnections))
    }

    @Test func `looks closely again when it is told of a change, and once in a while`() throws {
        let situation = try first("real servers in one network")
        let network = situation.network()
        let path = reconciler(situation, network)
        _ = path.reconcile(serving: situation.inService)
        let surveys = network.surveys
        for _ in 1..<PathReconciler.surveyPeriod { _ = path.reconcile(serving: situation.inService) }
        #expect(network.surveys == surveys)
        _ = path.reconcile(serving: situation.inService)
        #expect(network.surveys == surveys + 1)
        path.noticed()
        _ = path.reconcile(serving: situation.inService)
        #expect(network.surveys == surveys + 2)
    }
}
