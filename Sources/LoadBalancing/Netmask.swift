/// The part of a client's address that persistence looks at: clients that agree in it count as one.
///
/// A mask that covers the whole address is always ``host``, however it was made.
///
/// Wire: `IPVS_SVC_ATTR_NETMASK`, u32: for IPv4 the mask in network order, for IPv6 the prefix length in host order
/// (`linux/ip_vs.h`). `ipvsadm -M NETMASK`
public struct Netmask: Hashable, Sendable {
    package enum Storage: Hashable, Sendable {
        case host
        /// In host byte order.
        case ipv4(UInt32)
        case ipv6(UInt8)
    }

    package let storage: Storage

    /// The whole address: each client is one of its own.
    public static let host = Netmask(storage: .host)

    /// Any mask for an IPv4 service, in host byte order: `0xffff_ff00` is 255.255.255.0. `ipvsadm -M 255.255.255.0`
    public static func ipv4(_ mask: UInt32) -> Netmask {
        Netmask(storage: mask == .max ? .host : .ipv4(mask))
    }

    /// The first `prefixLength` bits for an IPv4 service; 32 and above are all of them.
    public static func ipv4(prefixLength: UInt8) -> Netmask {
        // Swift shifts a UInt32 by 32 and more to 0.
        .ipv4(~(UInt32.max >> UInt32(prefixLength)))
    }

    /// The first `prefixLength` bits for an IPv6 service, 1 to 128. `ipvsadm -M 64`
    ///
    /// The kernel refuses 0 and more than 128 with `EINVAL`.
    public static func ipv6(prefixLength: UInt8) -> Netmask {
        Netmask(storage: prefixLength == 128 ? .host : .ipv6(prefixLength))
    }
}

extension Netmask: CustomStringConvertible {
    /// The mask as `ipvsadm -M` takes it: `255.255.255.0` for IPv4, `64` for IPv6; `host` for the whole address.
    public var description: String {
        switch storage {
        case .host: "host"
        case .ipv4(let mask): "\(mask >> 24).\(mask >> 16 & 0xff).\(mask >> 8 & 0xff).\(mask & 0xff)"
        case .ipv6(let prefixLength): "\(prefixLength)"
        }
    }
}
