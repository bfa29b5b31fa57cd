import Addressing
public import Netlink

/// Message types of the `NETLINK_SOCK_DIAG` family that this library speaks (`linux/sock_diag.h`).
enum SocketMessage: UInt16 {
    /// `SOCK_DIAG_BY_FAMILY`: the question and its answers.
    case byFamily = 20
    /// `SOCK_DESTROY`. Linux 4.5.
    case destroy = 21
}

/// The attribute of a question that sockets have to match, `INET_DIAG_REQ_BYTECODE` (`linux/inet_diag.h`).
let bytecodeAttribute: UInt16 = 1

extension TCPSocket {
    /// `struct inet_diag_msg` (`linux/inet_diag.h`): 72 bytes.
    ///
    ///      0        1       2       3         4         52        56       60       64     68      72
    ///     | family | state | timer | retrans | identity | expires | rqueue | wqueue | user | inode |
    static let messageSize = 72

    /// The socket in an answer of the bytes behind the netlink header; `nil` for messages of another type and for families
    /// other than IPv4 and IPv6.
    public init?(header: NetlinkHeader, payload: RawSpan) throws(NetlinkDecodingError) {
        guard SocketMessage(rawValue: header.type) == .byFamily else { return nil }
        let number = try payload.integer(at: 0, as: UInt8.self)
        guard let family = IPAddress.Family(rawValue: number) else { return nil }
        let identity = try SocketIdentity(payload, at: 4, family: family)
        self.init(
            local: identity.local, remote: identity.remote, state: TCPState(rawValue: try payload.integer(at: 1)),
            cookie: identity.cookie, family: family, link: identity.link, user: try payload.integer(at: 64),
            inode: try payload.integer(at: 68))
    }
}

extension NetlinkRequest {
    /// `IPPROTO_TCP`.
    private static let tcp = TransportProtocol.tcp.rawValue

    /// Asks for sockets of `family` in `states`, with their other end at `remote`.
    static func sockets(
        of family: IPAddress.Family, in states: Set<TCPState>, to remote: Endpoint?
    ) -> NetlinkRequest {
        var identity = SocketIdentity(TCPSocket(local: .none(family), remote: .none(family), state: .close, cookie: 0))
        // The kernel compares the port before anything else, and takes 0 for any.
        identity.remote.port = remote?.port ?? 0
        return request(.byFamily, states: states.bits, identity) { writer in
            if let remote { writer.octets(bytecodeAttribute, remote.condition) }
        }
    }

    /// Asks for the end of one socket.
    static func destroy(_ socket: TCPSocket) -> NetlinkRequest {
        request(.destroy, states: 0, SocketIdentity(socket)) { writer in
            if socket.family == .ipv4, socket.local.address.family != .ipv4 || socket.remote.address.family != .ipv4 {
                writer.refuse("\(socket) has an IPv6 address and an IPv4 socket")
            }
        }
    }

    /// A message with `struct inet_diag_req_v2` (`linux/inet_diag.h`): 56 bytes.
    ///
    ///      0        1          2           3          4               8          56
    ///     | family | protocol | extensions | (padding) | states (host) | identity |
    private static func request(
        _ message: SocketMessage, states: UInt32, _ identity: SocketIdentity,
        _ attributes: (inout AttributeWriter) -> Void
    ) -> NetlinkRequest {
        NetlinkRequest(type: message.rawValue) { writer in
            let start = [identity.family.rawValue, tcp, 0, 0] + withUnsafeBytes(of: states) { [UInt8]($0) }
            writer.header(start + identity.octets)
            attributes(&writer)
        }
    }
}

extension Endpoint {
    /// No address and no port.
    fileprivate static func none(_ family: IPAddress.Family) -> Endpoint {
        Endpoint(address: .unspecified(family), port: 0)
    }

    /// The condition that the other end is here, as the kernel's filter takes it: one `struct inet_diag_bc_op` with a
    /// `struct inet_diag_hostcond` (`linux/inet_diag.h`). `ss dst ADDRESS:PORT`
    ///
    ///      0      1     2           4        5             6           8             12
    ///     | code | yes | no (host) | family | prefix bits | (padding) | port (host) | address |
    ///
    /// `yes` leads to the end, which admits the socket, `no` beyond it, which does not. A condition about an IPv4 address
    /// holds for IPv6 sockets over IPv4 as well.
    fileprivate var condition: [UInt8] {
        /// `INET_DIAG_BC_D_COND`.
        let code: UInt8 = 8
        let length = 12 + address.family.addressLength
        let no = withUnsafeBytes(of: UInt16(length + 4)) { [UInt8]($0) }
        let port = withUnsafeBytes(of: self.port == 0 ? -1 : Int32(self.port)) { [UInt8]($0) }
        let host = [address.family.rawValue, UInt8(address.family.bitWidth), 0, 0] + port + address.octets
        return [code, UInt8(length)] + no + host
    }
}
