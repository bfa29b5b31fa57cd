import Addressing
import Netlink

extension RawSpan {
    /// All bytes as an address of `family`; throws `.wrongWidth` unless there are exactly 4 or 16, as the family demands.
    func ipAddress(_ family: IPAddress.Family) throws(NetlinkDecodingError) -> IPAddress {
        guard let address = IPAddress(family: family, octets: octets) else {
            throw NetlinkDecodingError(.wrongWidth(expected: family.addressLength, found: byteCount))
        }
        return address
    }
}

extension AttributeWriter {
    /// Keeps the message about `family` from being sent where `address` is of the other one, of which the kernel would take the
    /// first four bytes.
    mutating func refuse(_ address: IPAddress?, unlessOf family: IPAddress.Family) {
        if let address, address.family != family { refuse("\(address) is of another family than the rest") }
    }
}

extension CIDR {
    /// A block out of a message, whose parts come from the fixed header and from an attribute.
    ///
    /// The kernel leaves the attribute out when the prefix has no bits; `attribute` is named when it is missing otherwise.
    init(
        decoding address: IPAddress?, prefixLength: UInt8, family: IPAddress.Family, attribute: UInt16
    ) throws(NetlinkDecodingError) {
        guard address != nil || prefixLength == 0 else { throw NetlinkDecodingError(.missingAttribute(attribute)) }
        guard
            let block = CIDR(address: address ?? .unspecified(family), prefixLength: Int(prefixLength))
        else {
            throw NetlinkDecodingError(.invalidValue("a prefix of \(prefixLength) bits"))
        }
        self = block
    }
}
