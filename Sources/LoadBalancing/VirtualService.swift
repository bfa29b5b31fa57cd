public import Addressing

/// Identity of a virtual service, which tells it from all others: what clients connect to.
@frozen
public enum VirtualService: Hashable, Sendable {
    /// Packets of this protocol to this address and port; port 0 is every port without a service of its own, and
    /// `ipvsadm` takes it for persistent services only. `ipvsadm -t ADDRESS:PORT`, `-u`, `--sctp-service`
    ///
    /// Wire: `IPVS_SVC_ATTR_AF`, u16, host order; `_PROTOCOL`, u16, host order; `_ADDR`, 16 bytes of which IPv4
    /// uses the first four; `_PORT`, u16, network order.
    case endpoint(TransportProtocol, Endpoint)
    /// Packets of this address family that netfilter gave this mark, which is not 0 (`EINVAL`, and nothing is
    /// sent). `ipvsadm -f MARK [-6]`
    ///
    /// Wire: `IPVS_SVC_ATTR_AF`, u16; `_FWMARK`, u32; both host order.
    case firewallMark(UInt32, IPAddress.Family)

    /// Address family of its packets; real servers reached through a tunnel may be of the other one.
    public var family: IPAddress.Family {
        switch self {
        case .endpoint(_, let endpoint): endpoint.address.family
        case .firewallMark(_, let family): family
        }
    }
}

extension VirtualService: CustomStringConvertible {
    /// `tcp 10.0.0.1:80`, or `firewall mark 7`, with `(IPv6)` behind it where that applies.
    public var description: String {
        switch self {
        case .endpoint(let transport, let endpoint): "\(transport) \(endpoint)"
        case .firewallMark(let mark, .ipv4): "firewall mark \(mark)"
        case .firewallMark(let mark, .ipv6): "firewall mark \(mark) (IPv6)"
        }
    }
}

extension VirtualService {
    /// TCP to an address and port.
    public init(_ endpoint: Endpoint) { self = .endpoint(.tcp, endpoint) }

    /// A protocol to an address and port.
    public init(_ transport: TransportProtocol, _ endpoint: Endpoint) { self = .endpoint(transport, endpoint) }

    /// The address and port that clients connect to; `nil` for a firewall mark, which stands for any number of them.
    public var endpoint: Endpoint? {
        if case .endpoint(_, let endpoint) = self { endpoint } else { nil }
    }

    /// The service in few words, as logs and tables show it: `10.0.0.1:80` for TCP, else ``description``.
    public var name: String {
        if case .endpoint(.tcp, let endpoint) = self { "\(endpoint)" } else { description }
    }
}
