/// The packets that a table sees, `NFPROTO_…` (`linux/netfilter.h`).
@nonexhaustive
public enum Family: UInt8, Hashable, Sendable, CaseIterable {
    /// `NFPROTO_INET`: IPv4 and IPv6. Chains of type `nat` in it need Linux 5.2.
    case inet = 1
    /// `NFPROTO_IPV4`.
    case ip = 2
    /// `NFPROTO_ARP`: requests and answers of the address resolution, where chains are of type `filter` and the network
    /// header is the whole ARP message. Needs a kernel with `CONFIG_NF_TABLES_ARP`.
    case arp = 3
    /// `NFPROTO_NETDEV`: everything that single links take in or send off, before and behind all other families. Each base
    /// chain names its links (``Hook/devices``).
    case netdev = 5
    /// `NFPROTO_BRIDGE`: frames that a bridge of this host switches. Needs a kernel with `CONFIG_NF_TABLES_BRIDGE`.
    case bridge = 7
    /// `NFPROTO_IPV6`.
    case ip6 = 10
}

extension Family: CustomStringConvertible {
    /// The word of the `nft` command: `inet`, `ip`, `arp`, `netdev`, `bridge` or `ip6`.
    public var description: String {
        switch self {
        case .inet: "inet"
        case .ip: "ip"
        case .arp: "arp"
        case .netdev: "netdev"
        case .bridge: "bridge"
        case .ip6: "ip6"
        }
    }
}
