import Addressing
import Director

/// Says what else keeps clients that are routed through this node from some real servers, once their connections are
/// masqueraded: things that are not ours to set right.
final class RoutedClients: PathPart {
    private let forwarding: Sysctl
    private let loopback: RealServer?
    private let table: MasqueradeTable

    /// The clients of `vip` whose connections `table` masquerades.
    init(of vip: IPAddress, realServers: [RealServer], behind table: MasqueradeTable) {
        self.table = table
        forwarding = Sysctl(name: vip.family == .ipv4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding")
        loopback = realServers.first { $0.endpoint.address.isLoopback }
    }

    func restore(_ report: inout PathReport) {
        // Without it they are out of luck anyway, as it has said itself.
        guard !table.isLacking else { return }
        if (try? forwarding.read()) == "0" {
            report.shortcomings.append(
                Shortcoming(
                    missing: "\(forwarding.name)=1 (found 0)",
                    consequence:
                        "answers of remote real servers do not get back to clients that are routed through this node",
                    remedy: "if there are such clients, set it on the node: sysctl -w \(forwarding.name)=1"))
        }
        if let loopback {
            report.shortcomings.append(
                Shortcoming(
                    missing: "a way to \(loopback) for clients from elsewhere",
                    consequence:
                        "the kernel balances no client that is routed through this node to a loopback address",
                    remedy: "if there are such clients, declare it with an address of this node"))
        }
    }

    func rollBack(_ report: inout PathReport) {}

    func remove(_ report: inout PathReport) {}
}
