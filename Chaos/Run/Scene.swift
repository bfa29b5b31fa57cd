import Addressing
import ChaosModel
import IPVS
import KernelTestKit
import RouteNetlink

/// This namespace is the node, with two VIPs; "m1" is another host. Each VIP has a real server on the loopback address,
/// one on the node's own and one on the other host.
enum Scene {
    static func endpoint(of vip: VIP) -> Endpoint { vip == .ipv4 ? Stage.vip : Stage.vip6 }

    static func identity(of vip: VIP) -> Service.Identity { .endpoint(.tcp, endpoint(of: vip)) }

    static func endpoint(of vip: VIP, _ site: Site) -> Endpoint {
        switch (vip, site) {
        case (.ipv4, .loopback): KernelTestKit.endpoint("127.0.0.1:8081")
        case (.ipv4, .node): KernelTestKit.endpoint("10.77.0.1:8082")
        case (.ipv4, .remote): KernelTestKit.endpoint("10.77.0.2:8083")
        case (.ipv6, .loopback): KernelTestKit.endpoint("[::1]:8081")
        case (.ipv6, .node): KernelTestKit.endpoint("[fd77::1]:8082")
        case (.ipv6, .remote): KernelTestKit.endpoint("[fd77::2]:8083")
        }
    }

    static func namespace(of site: Site) -> String? { site == .remote ? "m1" : nil }

    /// The source that clients get, because it is how the node reaches the other host.
    static func source(of vip: VIP) -> String { vip == .ipv4 ? "10.77.0.1" : "fd77::1" }

    /// Another address of the node, for a route that another program makes.
    static func otherSource(of vip: VIP) -> String { vip == .ipv4 ? "127.0.0.2" : "::1" }

    /// An undeclared real server that answers, and an address where nobody listens.
    static func undeclared(of vip: VIP, answers: Bool) -> Endpoint {
        Endpoint(address: .loopback(vip == .ipv4 ? .ipv4 : .ipv6), port: answers ? 8089 : 8090)
    }

    static func site(of endpoint: Endpoint, behind vip: VIP) -> Site? {
        Site.allCases.first { Scene.endpoint(of: vip, $0) == endpoint }
    }

    /// The daemon's mark on its routes.
    static let routeProtocol = RouteProtocol(rawValue: 76)

    static let interval: Duration = .milliseconds(300)
    static let timeout: Duration = .seconds(1)

    static func flags(for vip: VIP, interval: String) -> String {
        let servers = Site.allCases.map { "\(endpoint(of: vip, $0))" }.joined(separator: ",")
        return "care --vs \(endpoint(of: vip)) --rs \(servers) --interval \(interval)"
            + " --health-timeout \(timeout.milliseconds)ms --health-schem http --health-path /"
    }
}
