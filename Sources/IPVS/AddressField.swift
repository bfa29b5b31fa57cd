import Addressing
import Netlink

/// An address as IPVS sends it, `union nf_inet_addr` (`linux/netfilter.h`): 16 bytes whatever the family, which stands
/// in an attribute of its own that may come later. IPv4 uses the first four; the rest is 0.
struct AddressField {
    /// The bytes as they lie in memory, whatever number that makes.
    private let bits: UInt128

    init(_ value: RawSpan) throws(NetlinkDecodingError) { bits = try value.integer() }

    func address(_ family: IPAddress.Family) -> IPAddress {
        IPAddress(family: family, number: UInt128(bigEndian: bits) >> (UInt128.bitWidth - family.bitWidth))
    }
}

extension AttributeWriter {
    mutating func address(_ type: UInt16, _ address: IPAddress) {
        bigEndian(type, address.number << (UInt128.bitWidth - address.family.bitWidth))
    }
}

extension IPAddress.Family {
    /// The family with the number of an attribute of two bytes.
    init(_ value: RawSpan) throws(NetlinkDecodingError) {
        let number: UInt16 = try value.integer()
        guard let octet = UInt8(exactly: number), let family = IPAddress.Family(rawValue: octet) else {
            throw NetlinkDecodingError(.invalidValue("address family \(number) is neither IPv4 (2) nor IPv6 (10)"))
        }
        self = family
    }
}
