import Addressing
internal import Glibc
import LVSCareModel
import SocketDiagnostics

/// The clients on this node whose connections lead to real servers of one service that are about to be removed, because they
/// are dead.
///
/// Found before the removal: soon after it, the kernel forgets the connections (`net.ipv4.vs.expire_nodest_conn`), and nobody
/// knows any more where they led to.
struct WaitingClients: Hashable {
    /// The sockets by real server.
    private(set) var sockets: [RealServer: [TCPSocket]] = [:]

    /// Of `sockets` to one service, those whose local end `realServers` maps to one of `dying`. A socket that is mapped to
    /// another real server, or of which nothing is known, is none of them.
    init(among sockets: [TCPSocket], mappedTo realServers: [Endpoint: RealServer], dying: Set<RealServer>) {
        for socket in sockets {
            guard let realServer = realServers[socket.local], dying.contains(realServer) else { continue }
            self.sockets[realServer, default: []].append(socket)
        }
    }

    /// Those who wait for what `plan` removes; `nil` where nobody does.
    ///
    /// Asks for connections only where a socket is there, and for sockets only where a dead real server is to be removed. Port 0
    /// of a service is any port, and a firewall mark any address, so that other services may be among these.
    init?(for plan: ServicePlan, asking clients: any ClientSockets) throws(KernelFailure) {
        guard case .endpoint(.tcp, let service) = plan.service, service.port != 0 else { return nil }
        let dying = plan.dying
        guard !dying.isEmpty else { return nil }
        let sockets = try clients.sockets(to: service)
        guard !sockets.isEmpty else { return nil }
        let realServers = clients.realServers(of: Set(sockets.map(\.local)), at: service)
        self.init(among: sockets, mappedTo: realServers, dying: dying)
        guard !self.sockets.isEmpty else { return nil }
    }

    /// Aborts the connections to those real servers that `applied` has removed.
    ///
    /// Returns how many of each were, and the first refusal. A connection that has ended meanwhile is neither.
    func abort(
        after applied: [PlannedChange], through clients: any ClientSockets
    ) -> (aborted: [AbortedConnections], refusal: KernelFailure?) {
        var aborted: [AbortedConnections] = []
        var refusal: KernelFailure?
        for planned in applied {
            guard case .remove(let realServer) = planned.change, let waiting = sockets[realServer] else { continue }
            let failures = clients.abort(waiting)
            let count = failures.count { $0 == nil }
            if count > 0 { aborted.append(AbortedConnections(to: realServer, count: count)) }
            refusal = refusal ?? failures.lazy.compactMap(\.self).first { $0.code != ENOENT }
        }
        return (aborted, refusal)
    }
}

extension ServicePlan {
    /// The real servers that it removes because their latest check failed: neither drained nor undeclared, nor cleaned up.
    var dying: Set<RealServer> {
        var dying: Set<RealServer> = []
        for planned in changes {
            if case (.remove(let realServer), .probeFailed) = (planned.change, planned.cause) {
                dying.insert(realServer)
            }
        }
        return dying
    }
}

extension Limitation {
    /// What a node lacks whose kernel does not abort connections, as `refusal` says.
    static func cannotAbort(_ refusal: KernelFailure) -> Limitation {
        Limitation(
            missing: "a way to abort connections (\(refusal))",
            consequence: "clients on this node that only wait for an answer of a removed real server do not learn that "
                + "it is dead",
            remedy: "use a kernel with CONFIG_INET_TCP_DIAG and CONFIG_INET_DIAG_DESTROY")
    }
}
