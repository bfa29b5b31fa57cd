public import Addressing

/// A TCP socket of this network namespace. `ss --tcp --numeric --extended`
public struct TCPSocket: Hashable, Sendable {
    /// The family of the socket. One of IPv6 may have a connection over IPv4, and does in many programs.
    public var family: IPAddress.Family
    /// This end, as it is in the packets: IPv4 also where an IPv6 socket has `::ffff:a.b.c.d`.
    public var local: Endpoint
    /// The other end, in the same form; all zeros where there is none.
    public var remote: Endpoint
    /// How far the connection has got.
    public var state: TCPState
    /// The number that the kernel gave to this socket, and will give to no other as long as it runs.
    ///
    /// Wire: `idiag_cookie`, two u32 in host order, the lower one first.
    public var cookie: UInt64
    /// The number of the link to which the socket is bound; 0 for none.
    public var link: UInt32
    /// The user to whom it belongs.
    public var user: UInt32
    /// The number under which processes hold it, `socket:[N]` in `/proc/PID/fd`; 0 when no process does.
    public var inode: UInt32

    /// Creates a socket, by default one of the family of its end that is bound to no link and belongs to root.
    public init(
        local: Endpoint, remote: Endpoint, state: TCPState, cookie: UInt64, family: IPAddress.Family? = nil,
        link: UInt32 = 0, user: UInt32 = 0, inode: UInt32 = 0
    ) {
        self.family = family ?? local.address.family
        self.local = local
        self.remote = remote
        self.state = state
        self.cookie = cookie
        self.link = link
        self.user = user
        self.inode = inode
    }
}

extension TCPSocket: CustomStringConvertible {
    /// `ESTAB 127.0.0.1:36542 127.0.0.1:8081`, in the order of the `ss` command.
    public var description: String { "\(state) \(local) \(remote)" }
}
