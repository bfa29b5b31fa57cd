/// An address block: an address and the length of its prefix, written `10.96.0.0/12`.
public struct CIDR: Hashable, Sendable {
    /// The address as given; bits behind the prefix are kept.
    public let address: IPAddress
    /// Number of leading bits that count: 0–32 for IPv4, 0–128 for IPv6.
    public let prefixLength: Int

    /// A block of its two parts; `nil` when the prefix is longer than the address.
    public init?(address: IPAddress, prefixLength: Int) {
        guard 0...address.family.bitWidth ~= prefixLength else { return nil }
        self.address = address
        self.prefixLength = prefixLength
    }

    /// The block that holds `address` alone: /32 or /128.
    public init(host address: IPAddress) {
        self.address = address
        self.prefixLength = address.family.bitWidth
    }

    /// The block of all addresses of `family`, the destination of a default route: `0.0.0.0/0` or `::/0`.
    public init(all family: IPAddress.Family) {
        address = .unspecified(family)
        prefixLength = 0
    }

    /// Whether `other` is of the same family and shares the prefix.
    public func contains(_ other: IPAddress) -> Bool {
        guard other.family == address.family else { return false }
        var remaining = prefixLength
        for (ours, theirs) in zip(address.octets, other.octets) where remaining > 0 {
            let mask = remaining >= 8 ? 0xff : ~(UInt8(0xff) >> UInt8(remaining))
            if (ours ^ theirs) & mask != 0 { return false }
            remaining -= 8
        }
        return true
    }
}

extension CIDR: CustomStringConvertible {
    /// `address/prefix length`.
    public var description: String { "\(address)/\(prefixLength)" }
}
