public import Addressing

/// Identity of a real server: one of the programs that answer for a virtual service.
public struct RealServer: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Where it listens.
    public var endpoint: Endpoint

    /// The real server at `endpoint`.
    public init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    /// By address, then by port.
    public static func < (left: RealServer, right: RealServer) -> Bool { left.endpoint < right.endpoint }

    /// `address:port`.
    public var description: String { endpoint.description }
}
