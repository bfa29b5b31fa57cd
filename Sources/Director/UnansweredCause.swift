public import Addressing

/// The likely cause of a virtual service that does not answer although its real servers do.
public enum UnansweredCause: Hashable, Sendable {
    /// Packets for the VIP are not delivered on this node: they take this route, in the words of the `ip` command. Empty
    /// where there is none.
    case otherRoute(String)
    /// The packet filter tells connections by their state, and `net.ipv4.vs.conntrack` is 0, so the answers of
    /// real servers belong to none.
    case untrackedConnections
    /// The packet filter drops what comes to loopback addresses from others (the kubelet's chain KUBE-FIREWALL), and the
    /// route to the VIP gives clients this source.
    case guardedLoopback(source: IPAddress)
    /// Clients talk to this real server from `used`, while the kernel itself would talk to it from `expected`.
    case otherSource(used: IPAddress, expected: IPAddress, RealServer)
    /// The VIP lies in this network, to which the node is attached.
    case attachedNetwork(CIDR)
    /// Nothing that this node can see explains it.
    case unknown
}

/// What this node can see that may explain why its virtual service does not answer.
package struct PathFacts: Hashable, Sendable {
    /// What the kernel does with a packet for the VIP.
    package enum Route: Hashable, Sendable {
        /// It is delivered on this node.
        case local
        /// It takes this route; empty where there is none.
        case other(String)
    }

    /// The real servers that did not answer, none where it is not known which ones they are.
    package var realServers: [RealServer]
    /// The source of the attempts; `nil` where they had none.
    package var source: IPAddress?
    /// What the kernel does with a packet for the VIP.
    package var route = Route.local
    /// Whether IPVS tells connection tracking of its connections; `nil` where that cannot be read.
    package var tracksConnections: Bool?
    /// Whether the packet filter looks at the state of connections to this node.
    package var hasStatefulRules = false
    /// Whether the packet filter drops what comes to loopback addresses from others.
    package var guardsLoopback = false
    /// The sources that the kernel would choose towards real servers on other nodes.
    package var sources: [RealServer: IPAddress] = [:]
    /// The network of this node in which the VIP lies.
    package var attachedNetwork: CIDR?

    /// Facts about `realServers`, to be filled in.
    package init(realServers: [RealServer], source: IPAddress?) {
        self.realServers = realServers
        self.source = source
    }
}

extension UnansweredCause {
    /// The cause that `facts` suggest; what keeps packets from the load balancer comes before what happens behind it.
    package static func likely(_ facts: PathFacts) -> UnansweredCause {
        if case .other(let route) = facts.route { return .otherRoute(route) }
        if let source = facts.source, !source.isLoopback, facts.guardsLoopback, !facts.realServers.isEmpty,
            facts.realServers.allSatisfy(\.endpoint.address.isLoopback)
        {
            return .guardedLoopback(source: source)
        }
        if facts.tracksConnections == false, facts.hasStatefulRules { return .untrackedConnections }
        for realServer in facts.realServers {
            if let expected = facts.sources[realServer], let used = facts.source, used != expected {
                return .otherSource(used: used, expected: expected, realServer)
            }
        }
        if facts.realServers.isEmpty, let network = facts.attachedNetwork { return .attachedNetwork(network) }
        return .unknown
    }
}
