/// The transport protocol of a virtual service, an IP protocol number (`IPPROTO_…`, `netinet/in.h`).
///
/// Wire: `IPVS_SVC_ATTR_PROTOCOL`, u16, host order (`linux/ip_vs.h`).
public struct TransportProtocol: RawRepresentable, Hashable, Sendable {
    /// The protocol's number.
    public var rawValue: UInt16

    /// A protocol of its number; IPVS balances the three that have names here.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `IPPROTO_TCP`. `ipvsadm -t`
    public static let tcp = TransportProtocol(rawValue: 6)
    /// `IPPROTO_UDP`. `ipvsadm -u`
    public static let udp = TransportProtocol(rawValue: 17)
    /// `IPPROTO_SCTP`. `ipvsadm --sctp-service`
    public static let sctp = TransportProtocol(rawValue: 132)
}

extension TransportProtocol: CustomStringConvertible {
    /// The name in lower case, `protocol N` for one that has none here.
    public var description: String {
        switch self {
        case .tcp: "tcp"
        case .udp: "udp"
        case .sctp: "sctp"
        default: "protocol \(rawValue)"
        }
    }
}
