public import Addressing
public import Netlink

/// An IP address of a link. `ip address show`
///
/// Its lifetimes are left out: where it is added again it stays for ever.
public struct InterfaceAddress: Hashable, Sendable {
    /// The link that has it.
    public var link: LinkIndex
    /// The address of this node with the length of its network's prefix, `10.0.0.5/24`.
    public var local: CIDR
    /// The address at the other end of a point-to-point link; the prefix length belongs to it then.
    public var peer: IPAddress?
    /// How far away it is known; in requests `nil` stands for ``Scope/host`` (loopback) or ``Scope/universe`` (others).
    public var scope: Scope?
    /// Its permitted uses, and whether it may be used yet.
    public var flags: AddressFlags
    /// Name of the link, perhaps with `:` and a suffix (IPv4 only); in requests `nil` stands for the link's name.
    public var label: String?
    /// Its maker, `ip address add … proto N`; `nil` when nobody told, and with kernels before 5.18.
    public var `protocol`: AddressProtocol?
    /// Broadcast address, metric of its routes and other properties, as they were read; none in an address of its parts.
    public internal(set) var otherAttributes = OpaqueAttributes()

    /// Creates an address; the kernel chooses what is `nil`.
    public init(
        link: LinkIndex, local: CIDR, peer: IPAddress? = nil, scope: Scope? = nil, flags: AddressFlags = [],
        label: String? = nil, protocol: AddressProtocol? = nil
    ) {
        self.link = link
        self.local = local
        self.peer = peer
        self.scope = scope
        self.flags = flags
        self.label = label
        self.protocol = `protocol`
    }

    /// The network that the link leads to by this address: that of the peer where there is one, `10.0.0.5/24` else.
    ///
    /// Bits behind the prefix are kept; ``CIDR/contains(_:)`` ignores them.
    public var network: CIDR {
        peer.flatMap { CIDR(address: $0, prefixLength: local.prefixLength) } ?? local
    }

    /// Whether connections may come from it: neither unconfirmed nor found on another node.
    public var isUsable: Bool { flags.isDisjoint(with: [.tentative, .duplicate]) }
}

extension InterfaceAddress: CustomStringConvertible {
    /// `10.0.0.5/24 dev if2`, as the `ip address` command takes it.
    public var description: String { description { _ in nil } }

    /// The same with the name of the link, if `names` has it: `10.0.0.5/24 dev eth0`.
    public func description(naming names: (LinkIndex) -> String?) -> String {
        let block = peer.map { "\(local.address) peer \($0)/\(local.prefixLength)" } ?? "\(local)"
        return "\(block) dev \(link.text(names))"
    }
}

/// The maker of an address, `IFAPROT_…` (`linux/if_addr.h`); the kernel stores it and gives it no meaning.
public struct AddressProtocol: RawRepresentable, Hashable, Sendable {
    /// The number: `IFA_PROTO`, u8; the kernel itself uses 1 to 3, programs that keep addresses may take others.
    public var rawValue: UInt8

    /// A protocol of its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// Flags of an address, `IFA_F_…` (`linux/if_addr.h`).
public struct AddressFlags: OptionSet, Hashable, Sendable {
    /// The bits: `IFA_FLAGS`, u32.
    public var rawValue: UInt32

    /// Flags of their bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `IFA_F_SECONDARY` (IPv4), `IFA_F_TEMPORARY` (IPv6): not the first address of its network; privacy address.
    public static let secondary = AddressFlags(rawValue: 0x01)
    /// `IFA_F_NODAD`: usable at once, without looking for duplicates (IPv6).
    public static let withoutDuplicateDetection = AddressFlags(rawValue: 0x02)
    /// `IFA_F_DADFAILED`: another node has it (IPv6).
    public static let duplicate = AddressFlags(rawValue: 0x08)
    /// `IFA_F_DEPRECATED`: not for new connections (IPv6).
    public static let deprecated = AddressFlags(rawValue: 0x20)
    /// `IFA_F_TENTATIVE`: still looking for duplicates (IPv6).
    public static let tentative = AddressFlags(rawValue: 0x40)
    /// `IFA_F_PERMANENT`: without an expiry date.
    public static let permanent = AddressFlags(rawValue: 0x80)
    /// `IFA_F_NOPREFIXROUTE`: without a route to its network.
    public static let withoutPrefixRoute = AddressFlags(rawValue: 0x200)
}
