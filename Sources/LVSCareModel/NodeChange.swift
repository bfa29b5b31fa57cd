/// One change of what holds for all virtual services of the node.
@nonexhaustive
public enum NodeChange: Hashable, Sendable {
    /// Set how long the kernel remembers connections; where `found` differs. `ipvsadm --set TCP TCPFIN UDP`
    case setTimeouts(ConnectionTimeouts, found: ConnectionTimeouts)
    /// Start a daemon that exchanges connections. `ipvsadm --start-daemon ROLE --mcast-interface NAME --syncid N`
    case startSynchronization(ConnectionSynchronization)
    /// Stop one. `ipvsadm --stop-daemon ROLE`
    case stopSynchronization(ConnectionSynchronization)
}

extension NodeChange: CustomStringConvertible {
    /// An imperative phrase: `start synchronization as master on eth0 with id 7`.
    public var description: String {
        switch self {
        case .setTimeouts(let wanted, let found): "set timeouts to \(wanted) (found \(found))"
        case .startSynchronization(let daemon): "start synchronization as \(daemon)"
        case .stopSynchronization(let daemon): "stop synchronization as \(daemon)"
        }
    }
}

extension ConnectionTimeouts: CustomStringConvertible {
    /// `tcp 900 s, tcp-fin 120 s, udp 300 s`, those that are left alone not.
    public var description: String {
        let parts = [("tcp", tcp), ("tcp-fin", tcpFIN), ("udp", udp)]
        return parts.compactMap { name, value in value.map { "\(name) \($0)" } }.joined(separator: ", ")
    }
}

extension ConnectionSynchronization: CustomStringConvertible {
    /// `master on eth0 with id 7`.
    public var description: String { "\(role.rawValue) on \(interface) with id \(syncID)" }
}
