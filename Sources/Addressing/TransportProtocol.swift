/// A protocol above IP, by its number in the IP header (`IPPROTO_…`, `netinet/in.h`).
public struct TransportProtocol: RawRepresentable, Hashable, Sendable {
    /// The protocol's number.
    public var rawValue: UInt8

    /// A protocol of its number; IPVS balances TCP, UDP and SCTP.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `IPPROTO_TCP`. `ipvsadm -t`
    public static let tcp = TransportProtocol(rawValue: 6)
    /// `IPPROTO_UDP`. `ipvsadm -u`
    public static let udp = TransportProtocol(rawValue: 17)
    /// `IPPROTO_ICMPV6`.
    public static let icmpv6 = TransportProtocol(rawValue: 58)
    /// `IPPROTO_SCTP`. `ipvsadm --sctp-service`
    public static let sctp = TransportProtocol(rawValue: 132)
}

extension TransportProtocol: CustomStringConvertible {
    /// The name in lower case, `protocol N` for one that has none here.
    public var description: String {
        switch self {
        case .tcp: "tcp"
        case .udp: "udp"
        case .icmpv6: "icmpv6"
        case .sctp: "sctp"
        default: "protocol \(rawValue)"
        }
    }
}
