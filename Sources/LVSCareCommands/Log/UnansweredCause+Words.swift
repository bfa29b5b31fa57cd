import LVSCareModel
import LVSCareSettings

extension UnansweredCause {
    /// What keeps clients from an answer.
    var explanation: String {
        switch self {
        case .otherRoute(""): "there is no route to the VIP"
        case .otherRoute(let route): "packets for the VIP take another route: \(route)"
        case .untrackedConnections:
            "the packet filter goes by the state of connections, and balanced ones have none: net.ipv4.vs.conntrack is 0"
        case .guardedLoopback(let source):
            """
            the packet filter drops packets from other than loopback addresses to loopback ones (KUBE-FIREWALL), and \
            clients come from \(source)
            """
        case .otherSource(let used, let expected, let realServer):
            "clients come from \(used), but \(realServer) is reached from \(expected)"
        case .attachedNetwork(let network): "the VIP lies in \(network), a network of this node"
        case .unknown: "not found"
        }
    }

    /// What to do about it.
    var remedy: String {
        switch self {
        case .otherRoute: "remove that route, or the rule that leads to it (ip rule)"
        case .untrackedConnections: "set it on the node: sysctl -w net.ipv4.vs.conntrack=1"
        case .guardedLoopback: "declare real servers on this node by one of its own addresses instead of a loopback one"
        case .otherSource(_, let expected, _):
            "have the real server's host answer to the first address, or name \(expected) as the source (--ip, in a file \"address\" of the route)"
        case .attachedNetwork: "take a VIP from a network that is nobody's"
        case .unknown:
            """
            look at the packet filters of this node and of the real servers' hosts (nft list ruleset, iptables-save): \
            clients come from ports of net.ipv4.ip_local_port_range, and probes do not
            """
        }
    }
}
