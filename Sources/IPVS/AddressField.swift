import Addressing
import Netlink

/// An address as IPVS sends it, `union nf_inet_addr` (`linux/netfilter.h`): 16 bytes whatever the family, which stands
/// in an attribute of its own that may come later. IPv4 uses the first four; the rest is 0.
struct AddressField {
    static let size = 16

    /// The bytes as they lie in memory, whatever number that makes.
    private let bits: UInt128

    init(_ value: RawSpan) throws(NetlinkDecodingError) { bits = try value.integer() }

    func address(_ family: IPAddress.Family) throws(NetlinkDecodingError) -> IPAddress {
        let address = withUnsafeBytes(of: bits) {
            IPAddress(family: family, octets: UnsafeRawBufferPointer(rebasing: $0.prefix(family.addressLength)))
        }
        guard let address else { throw NetlinkDecodingError(.invalidValue("no \(family) address")) }
        return address
    }
}

extension AttributeWriter {
    mutating func address(_ type: UInt16, _ address: IPAddress) {
        var octets = address.octets
        octets.append(contentsOf: repeatElement(0, count: AddressField.size - octets.count))
        self.octets(type, octets)
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
