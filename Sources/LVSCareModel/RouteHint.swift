public import Addressing

/// An address that somebody named for the route to a VIP.
public struct RouteHint: Hashable, Sendable {
    /// The address.
    public var address: IPAddress
    /// Where others have noted it as an address of this node: `LVSCARE_NODE_IP`, `/etc/hosts:3`. `nil` when the operator
    /// named it for this very route.
    ///
    /// A noted address that this node does not have is out of date: the source is chosen as without it, and the path
    /// reports a limitation. One that the operator named is a gateway then.
    public var note: String?

    /// Creates a hint, by default one that the operator named for this route.
    public init(_ address: IPAddress, notedIn note: String? = nil) {
        self.address = address
        self.note = note
    }
}
