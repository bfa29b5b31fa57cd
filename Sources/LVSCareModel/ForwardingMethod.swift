/// How a packet gets from the load balancer to a real server.
public enum ForwardingMethod: Hashable, Sendable {
    /// NAT, `ipvsadm -m`. The only method that this daemon sets.
    case masquerade
    /// Anything else that was found in the kernel.
    case other
}
