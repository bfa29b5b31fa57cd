import Addressing
import Director
import LVSCareModel
import Probing

/// What the verification of a path asks the kernel, replaced in tests.
struct ClientSide {
    /// Whether a packet for this VIP is delivered on this node. An attempt carries what the health check carries, a token for
    /// example, which must not leave the node for who knows where.
    var isLocal: (IPAddress) -> Bool
    /// The real server that the connection of this client to this service got; `nil` where that is not known.
    var realServer: (_ client: Endpoint, _ service: Endpoint) -> Endpoint?
    /// Looks for what may explain attempts at this VIP without an answer. Takes its time, so it is called on a thread of its
    /// own.
    var findFacts: @Sendable (PathFacts, IPAddress) -> PathFacts
}
