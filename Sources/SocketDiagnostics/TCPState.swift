/// The state of a TCP socket, `TCP_…` (`netinet/tcp.h`; RFC 9293 section 3.3.2).
///
/// Wire: `idiag_state`, u8; in a request the bit of that number in `idiag_states`, u32, host order.
public struct TCPState: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public var rawValue: UInt8

    /// A state of its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `TCP_ESTABLISHED`: both sides may send.
    public static let established = TCPState(rawValue: 1)
    /// `TCP_SYN_SENT`: has asked for a connection and got no answer yet.
    public static let synSent = TCPState(rawValue: 2)
    /// `TCP_SYN_RECV`: was asked for a connection and has answered.
    public static let synReceived = TCPState(rawValue: 3)
    /// `TCP_FIN_WAIT1`: has closed its side, which the other has not acknowledged yet.
    public static let finWait1 = TCPState(rawValue: 4)
    /// `TCP_FIN_WAIT2`: has closed its side; the other may still send.
    public static let finWait2 = TCPState(rawValue: 5)
    /// `TCP_TIME_WAIT`: is closed, and remembered for a while because of late packets.
    public static let timeWait = TCPState(rawValue: 6)
    /// `TCP_CLOSE`: is not connected.
    public static let close = TCPState(rawValue: 7)
    /// `TCP_CLOSE_WAIT`: the other has closed its side; this one may still send.
    public static let closeWait = TCPState(rawValue: 8)
    /// `TCP_LAST_ACK`: both have closed, and the other has not acknowledged it yet.
    public static let lastAck = TCPState(rawValue: 9)
    /// `TCP_LISTEN`: waits for connections.
    public static let listen = TCPState(rawValue: 10)
    /// `TCP_CLOSING`: both have closed at the same time.
    public static let closing = TCPState(rawValue: 11)
}

extension TCPState: CustomStringConvertible {
    /// The name that the `ss` command uses, or the number.
    public var description: String {
        switch self {
        case .established: "ESTAB"
        case .synSent: "SYN-SENT"
        case .synReceived: "SYN-RECV"
        case .finWait1: "FIN-WAIT-1"
        case .finWait2: "FIN-WAIT-2"
        case .timeWait: "TIME-WAIT"
        case .close: "UNCONN"
        case .closeWait: "CLOSE-WAIT"
        case .lastAck: "LAST-ACK"
        case .listen: "LISTEN"
        case .closing: "CLOSING"
        default: "\(rawValue)"
        }
    }
}

extension Set<TCPState> {
    /// The states as the kernel takes them, one bit each; those that have no bit are left out.
    var bits: UInt32 { reduce(into: 0) { $0 |= 1 << UInt32($1.rawValue) } }
}
