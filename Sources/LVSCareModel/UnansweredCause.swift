public import Addressing

/// The likely cause of a virtual service that does not answer although its real servers do.
@nonexhaustive
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
