package import Addressing
import Director
internal import Glibc
package import LVSCareModel
package import SocketDiagnostics

/// Clients on this node and the connections that the balancer has of them, in memory.
package final class InMemoryClientSockets: ClientSockets {
    /// Sockets that are open; tests add to them what programs open.
    package var open: [TCPSocket] = []
    /// The real server that each client got, while the balancer knows.
    package var connections: [Endpoint: RealServer] = [:]
    /// Thrown by a list of sockets while it is set.
    package var listFailure: KernelFailure?
    /// Said of every socket that is to be aborted while it is set.
    package var abortFailure: KernelFailure?
    /// Called before sockets are aborted.
    package var willAbort: () -> Void = {}

    /// Number of times that sockets were listed.
    package private(set) var lists = 0
    /// Number of times that connections were looked up.
    package private(set) var lookups = 0
    /// The sockets that were aborted, in order.
    package private(set) var aborted: [TCPSocket] = []

    /// No clients.
    package init() {}

    /// Opens a socket from `client` to `service`; the balancer knows its connection where it gave it a real server.
    @discardableResult
    package func open(from client: Endpoint, to service: Endpoint, leadingTo realServer: RealServer?) -> TCPSocket {
        let socket = TCPSocket(
            local: client, remote: service, state: .established, cookie: UInt64(open.count + aborted.count + 1))
        open.append(socket)
        connections[client] = realServer
        return socket
    }

    /// The open ones.
    package func sockets(to service: Endpoint) throws(KernelFailure) -> [TCPSocket] {
        lists += 1
        if let listFailure { throw listFailure }
        return open.filter { $0.remote == service }
    }

    /// What the balancer knows.
    package func realServers(of clients: Set<Endpoint>, at service: Endpoint) -> [Endpoint: RealServer] {
        lookups += 1
        return connections.filter { clients.contains($0.key) }
    }

    /// Closes those that are open.
    package func abort(_ sockets: [TCPSocket]) -> [KernelFailure?] {
        willAbort()
        return sockets.map { socket in
            if let abortFailure { return abortFailure }
            guard let index = open.firstIndex(of: socket) else {
                return KernelFailure(operation: "destroy", object: "\(socket)", code: ENOENT)
            }
            open.remove(at: index)
            aborted.append(socket)
            return nil
        }
    }
}
