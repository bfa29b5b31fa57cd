package import Addressing
package import LVSCareModel
package import SocketDiagnostics

/// The sockets by which programs on this node are clients of virtual services.
///
/// Implemented by `LinuxClientSockets` in `LVSCare` and by `InMemoryClientSockets` in `DirectorTestKit`.
package protocol ClientSockets: AnyObject {
    /// The TCP sockets of this network namespace that are connected to `service`, or try to be.
    func sockets(to service: Endpoint) throws(KernelFailure) -> [TCPSocket]

    /// The real servers that the balancer gave to `clients` of `service`. Clients of whom it has no connection, or of whom that
    /// cannot be found out in a bounded time, are missing.
    func realServers(of clients: Set<Endpoint>, at service: Endpoint) -> [Endpoint: RealServer]

    /// Aborts the connections of `sockets`, and says of each why that failed, in the same order.
    ///
    /// The error `ENOENT` is that of a socket that is gone already.
    func abort(_ sockets: [TCPSocket]) -> [KernelFailure?]
}
