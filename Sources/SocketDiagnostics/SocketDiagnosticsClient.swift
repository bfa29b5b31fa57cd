public import Addressing
public import Netlink

/// The TCP sockets of one network namespace, as the `ss` command shows and kills them.
///
/// A client is used by one owner at a time and belongs to the namespace of the thread that opened it. Sockets of other
/// namespaces are neither shown nor reached.
public final class SocketDiagnosticsClient {
    private let connection: NetlinkConnection

    /// A client over `connection`, which must be one to the family `NETLINK_SOCK_DIAG`.
    public init(over connection: NetlinkConnection) { self.connection = connection }

    /// A client over a new socket in this thread's network namespace; `timeout` is the longest wait for an answer.
    public convenience init(timeout: Duration = .seconds(5)) throws(SocketDiagnosticsError) {
        do throws(NetlinkError) {
            self.init(over: try NetlinkConnection(.socketDiagnostics, timeout: timeout))
        } catch {
            throw SocketDiagnosticsError(.open, "a socket-diagnostics netlink socket", underlying: error)
        }
    }

    /// The TCP sockets in `states`, of both families. `ss --tcp state established state syn-sent dst REMOTE`
    ///
    /// With `remote` only those whose other end is there, sockets of IPv6 over IPv4 included; its port 0 stands for any. The
    /// kernel leaves out all others, so that the answer is as long as there are such sockets; the kernel itself looks at all.
    /// It is no snapshot: sockets come and go meanwhile. Needs no privilege.
    ///
    /// Throws ``SocketDiagnosticsError/Reason/notSupported`` when the kernel cannot list TCP sockets.
    public func tcpSockets(
        in states: Set<TCPState> = [.established], to remote: Endpoint? = nil
    ) throws(SocketDiagnosticsError) -> [TCPSocket] {
        // No IPv4 socket has an IPv6 address.
        let families: [IPAddress.Family] = remote?.address.family == .ipv6 ? [.ipv6] : [.ipv4, .ipv6]
        do throws(NetlinkError) {
            var sockets: [TCPSocket] = []
            for family in families {
                let request = NetlinkRequest.sockets(of: family, in: states, to: remote)
                sockets += try connection.dump(request, decode: TCPSocket.init(header:payload:))
            }
            return sockets
        } catch {
            throw SocketDiagnosticsError(
                .list, remote.map { "TCP sockets to \($0)" } ?? "TCP sockets", underlying: error)
        }
    }

    /// Ends the connection of a socket that any process has: whoever waits for it gets `ECONNABORTED`, and the other end a
    /// reset. `ss --kill --tcp src LOCAL dst REMOTE`
    ///
    /// Only the very socket that was listed is meant: one that has taken its place since, with the same ends, stays.
    ///
    /// Throws `ENOENT` when it is gone, `EOPNOTSUPP` when the kernel can destroy none (`CONFIG_INET_DIAG_DESTROY`), `EPERM`
    /// without `CAP_NET_ADMIN`.
    public func destroy(_ socket: TCPSocket) throws(SocketDiagnosticsError) {
        if let error = destroy([socket]).first ?? nil { throw error }
    }

    /// The same for many, in as few system calls as possible; returns for each why it was not destroyed, `nil` for success.
    public func destroy(_ sockets: [TCPSocket]) -> [SocketDiagnosticsError?] {
        zip(sockets, connection.execute(sockets.map(NetlinkRequest.destroy))).map { socket, error in
            error.map { SocketDiagnosticsError(.destroy, "TCP socket \(socket)", underlying: $0) }
        }
    }
}
