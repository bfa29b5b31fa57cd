/// How packets get from the load balancer to a real server.
///
/// Wire: `IPVS_DEST_ATTR_FWD_METHOD`, u32, host order, with the numbers `IP_VS_CONN_F_…` (`linux/ip_vs.h`).
@nonexhaustive
public enum ForwardingMethod: Hashable, Sendable {
    /// `IP_VS_CONN_F_MASQ` (0): addresses and ports are rewritten in both directions (NAT). `ipvsadm -m`
    case masquerade
    /// `IP_VS_CONN_F_LOCALNODE` (1): delivered on this host.
    case local
    /// `IP_VS_CONN_F_TUNNEL` (2): wrapped into packets to the real server, which answers the client. `ipvsadm -i`
    case tunnel(Tunnel)
    /// `IP_VS_CONN_F_DROUTE` (3): sent unchanged to the real server's link address, which answers. `ipvsadm -g`
    case directRoute
    /// `IP_VS_CONN_F_BYPASS` (4): sent to where it was addressed, past all real servers; used by the kernel itself.
    case bypass
    /// A number that this library does not know, 5 to 7; the kernel would take any other for one of these and of those above,
    /// so that it is refused (`EINVAL`) before anything is sent.
    case other(UInt32)

    /// Unchanged packets inside IPv4 or IPv6 packets, the kind of tunnel that `ipvsadm -i` means by itself.
    public static let tunnel = ForwardingMethod.tunnel(.ipip)
}

extension ForwardingMethod: CustomStringConvertible {
    /// The word of `ipvsadm -Ln`: `Masq`, `Local`, `Tunnel`, `Route`; `Bypass`, or the number.
    public var description: String {
        switch self {
        case .masquerade: "Masq"
        case .local: "Local"
        case .tunnel: "Tunnel"
        case .directRoute: "Route"
        case .bypass: "Bypass"
        case .other(let number): "\(number)"
        }
    }
}
