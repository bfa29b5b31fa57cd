public import Addressing

/// Identity of a virtual service: what clients connect to. TCP.
public struct VirtualService: Hashable, Sendable, CustomStringConvertible {
    /// The VIP and its port.
    public var endpoint: Endpoint

    /// A virtual service at `endpoint`.
    public init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    /// `VIP:port`.
    public var description: String { endpoint.description }
}
