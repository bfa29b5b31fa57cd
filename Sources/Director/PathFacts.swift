package import Addressing
package import LVSCareModel

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
