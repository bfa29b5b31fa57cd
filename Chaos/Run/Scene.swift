import Addressing
import ChaosModel
import IPVS
import KernelTestKit
import RouteNetlink

/// This namespace is the node, with two VIPs; "m1" is another host, and "c1" one whose clients come through the node. Each
/// VIP has a real server that only the node itself reaches, one on the node's own address and one on "m1".
struct Scene: Sendable {
    /// The daemons' mode.
    let mode: Mode
    /// What else the daemons keep, told by files; `nil` for daemons that are told by flags.
    var companions: Companions?

    /// Makes the hosts.
    func prepare(_ stage: Stage) throws {
        try stage.addHost()
        guard mode.hasRules else { return }
        try stage.addRoutedClient()
        try IPCommand.run(["addr add 10.76.0.1/32 dev lo", "addr add fd76::1/128 dev lo nodad"])
    }

    static func endpoint(of vip: VIP) -> Endpoint { vip == .ipv4 ? Stage.vip : Stage.vip6 }

    static func identity(of vip: VIP) -> Service.Identity { .endpoint(.tcp, endpoint(of: vip)) }

    func endpoint(of vip: VIP, _ site: Site) -> Endpoint {
        switch (vip, site) {
        case (_, .loopback): Endpoint(address: inside(vip), port: 8081)
        case (.ipv4, .node): KernelTestKit.endpoint("10.77.0.1:8082")
        case (.ipv4, .remote): KernelTestKit.endpoint("10.77.0.2:8083")
        case (.ipv6, .node): KernelTestKit.endpoint("[fd77::1]:8082")
        case (.ipv6, .remote): KernelTestKit.endpoint("[fd77::2]:8083")
        }
    }

    /// The kernel balances nobody from elsewhere to 127.0.0.1 or ::1, so where there are such clients it is another
    /// address of the loopback link.
    private func inside(_ vip: VIP) -> IPAddress {
        guard mode.hasRules else { return .loopback(vip == .ipv4 ? .ipv4 : .ipv6) }
        return KernelTestKit.endpoint(vip == .ipv4 ? "10.76.0.1:0" : "[fd76::1]:0").address
    }

    static func namespace(of site: Site) -> String? { site == .remote ? "m1" : nil }

    /// The source that clients get, because it is how the node reaches the other host.
    static func source(of vip: VIP) -> String { vip == .ipv4 ? "10.77.0.1" : "fd77::1" }

    /// Another address of the node, for a route that another program makes.
    static func otherSource(of vip: VIP) -> String { vip == .ipv4 ? "127.0.0.2" : "::1" }

    /// An undeclared real server that answers, and an address where nobody listens.
    func undeclared(of vip: VIP, answers: Bool) -> Endpoint {
        Endpoint(address: inside(vip), port: answers ? 8089 : 8090)
    }

    func site(of endpoint: Endpoint, behind vip: VIP) -> Site? {
        Site.allCases.first { self.endpoint(of: vip, $0) == endpoint }
    }

    /// The link of both services.
    static let link = "lvscare"

    /// The daemon's mark on its routes.
    static let routeProtocol = RouteProtocol(rawValue: 76)

    /// `--interval`
    var interval: Duration { mode.hasRules ? .milliseconds(500) : .milliseconds(300) }

    /// `--health-timeout`; the kernel that has rules may be an emulated one, on which a healthy real server takes seconds
    /// to answer while another program starts.
    var timeout: Duration { mode.hasRules ? .seconds(6) : .seconds(1) }

    func flags(for vip: VIP, interval: String) -> String {
        let servers = Site.allCases.map { "\(endpoint(of: vip, $0))" }.joined(separator: ",")
        if companions != nil { return "care --config \(Companions.file(of: vip))" }
        return "care --vs \(Self.endpoint(of: vip)) --rs \(servers) --mode \(mode.hasLink ? "link" : "route")"
            + " --interval \(interval) --health-timeout \(timeout.milliseconds)ms --health-schem http"
            + " --health-path /"
    }

    /// What must be in the kernel besides the table.
    var facts: [Fact: String] {
        var facts: [Fact: String] = [:]
        for vip in VIP.allCases {
            facts[.route(vip)] = "local src \(Self.source(of: vip))"
            facts[.ownRoutes(vip)] = "local src \(Self.source(of: vip))"
            if mode.hasLink { facts[.address(vip)] = "\(CIDR(host: Self.endpoint(of: vip).address)) on \(Self.link)" }
            if mode.hasRules { facts[.rules(vip)] = Sight.rulesAsAtFirst }
        }
        for name in mode.settings { facts[.setting(name)] = "1" }
        if mode.hasLink { facts[.link] = "dummy up" }
        return facts
    }
}
