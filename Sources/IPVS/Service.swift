public import Addressing

/// A virtual service as the kernel has it: what clients connect to, how it is balanced, and what passed through it.
///
/// The three parts are separate types because they are compared separately: ``Identity`` says whether two services are
/// the same, ``Configuration`` whether one has to be changed, and ``Statistics`` differ from one moment to the next.
public struct Service: Hashable, Sendable {
    /// What tells it from all others.
    public var identity: Identity
    /// What can be set.
    public var configuration: Configuration
    /// What the kernel counts.
    public var statistics: Statistics

    /// A service of its parts.
    public init(identity: Identity, configuration: Configuration, statistics: Statistics = Statistics()) {
        self.identity = identity
        self.configuration = configuration
        self.statistics = statistics
    }
}

extension Service {
    /// What tells one virtual service from another.
    public enum Identity: Hashable, Sendable {
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
}

extension Service.Identity: CustomStringConvertible {
    /// `tcp 10.0.0.1:80`, or `firewall mark 7`, with `(IPv6)` behind it where that applies.
    public var description: String {
        switch self {
        case .endpoint(let transport, let endpoint): "\(transport) \(endpoint)"
        case .firewallMark(let mark, .ipv4): "firewall mark \(mark)"
        case .firewallMark(let mark, .ipv6): "firewall mark \(mark) (IPv6)"
        }
    }
}
