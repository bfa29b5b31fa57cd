/// How packets for the VIP reach the kernel's load balancer.
@nonexhaustive
public enum Path: Hashable, Sendable {
    /// Somebody else sees to it.
    case none
    /// A route to the VIP.
    ///
    /// `hint` is one of this node's addresses, which clients then use as their source, or a gateway when the operator
    /// named it and it is not an address of this node. Without it the source is the one that the kernel uses to reach
    /// most of the real servers in service.
    case route(hint: RouteHint?)
    /// A dummy link that carries the VIP, and masquerading.
    ///
    /// `masqueradeBit`: number (0–31) of the packet mark's bit that marks connections to masquerade.
    case link(name: String, masqueradeBit: Int)
}
