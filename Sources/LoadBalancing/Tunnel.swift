/// How packets to a real server are wrapped (Linux 5.3; earlier kernels always use ``ipip``).
public struct Tunnel: Hashable, Sendable {
    /// The protocol of the wrapping.
    ///
    /// Wire: `IPVS_DEST_ATTR_TUN_TYPE`, u8 (`linux/ip_vs.h`). `ipvsadm --tun-type ipip|gue|gre`
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The number `IP_VS_CONN_F_TUNNEL_TYPE_…`.
        public var rawValue: UInt8

        /// A kind of its number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `IP_VS_CONN_F_TUNNEL_TYPE_IPIP`: IP in IP.
        public static let ipip = Kind(rawValue: 0)
        /// `IP_VS_CONN_F_TUNNEL_TYPE_GUE`: generic UDP encapsulation.
        public static let gue = Kind(rawValue: 1)
        /// `IP_VS_CONN_F_TUNNEL_TYPE_GRE`: generic routing encapsulation (RFC 2784).
        public static let gre = Kind(rawValue: 2)
    }

    /// Which checksums the wrapping carries; none by default.
    ///
    /// Wire: `IPVS_DEST_ATTR_TUN_FLAGS`, u16, host order. `ipvsadm --tun-nocsum`, `--tun-csum`, `--tun-remcsum`
    public struct Checksum: OptionSet, Hashable, Sendable {
        /// The bits `IP_VS_TUNNEL_ENCAP_FLAG_…`.
        public var rawValue: UInt16

        /// Checksums of their bits.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// `IP_VS_TUNNEL_ENCAP_FLAG_NOCSUM`: none.
        public static let none: Checksum = []
        /// `IP_VS_TUNNEL_ENCAP_FLAG_CSUM`: one over the wrapping's content.
        public static let full = Checksum(rawValue: 1)
        /// `IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM`: left to the receiver ("remote checksum offload"); GUE only.
        public static let remote = Checksum(rawValue: 2)
    }

    /// The protocol of the wrapping.
    public var kind: Kind
    /// UDP port on which the real server unwraps; GUE only, where the kernel refuses 0 with `EINVAL`.
    ///
    /// Wire: `IPVS_DEST_ATTR_TUN_PORT`, u16, network order. `ipvsadm --tun-port PORT`
    public var port: UInt16
    /// Which checksums the wrapping carries.
    public var checksum: Checksum

    /// Creates a tunnel, by default without checksums; `port` is used by GUE only.
    public init(kind: Kind, port: UInt16 = 0, checksum: Checksum = .none) {
        self.kind = kind
        self.port = port
        self.checksum = checksum
    }

    /// IP in IP. `ipvsadm -i --tun-type ipip`
    public static let ipip = Tunnel(kind: .ipip)

    /// Generic UDP encapsulation to `port`. `ipvsadm -i --tun-type gue --tun-port PORT`
    public static func gue(port: UInt16, checksum: Checksum = .none) -> Tunnel {
        Tunnel(kind: .gue, port: port, checksum: checksum)
    }

    /// Generic routing encapsulation. `ipvsadm -i --tun-type gre`
    public static func gre(checksum: Checksum = .none) -> Tunnel { Tunnel(kind: .gre, checksum: checksum) }
}
