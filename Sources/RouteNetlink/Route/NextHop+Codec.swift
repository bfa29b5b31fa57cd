import Addressing
import Netlink

/// `RTA_MULTIPATH`: next hops one after the other, each a `struct rtnexthop` (`linux/rtnetlink.h`) with attributes.
///
///      0               2       3            4              8
///     | length        | flags | weight - 1 | index (host) | attributes …
extension NextHop {
    private static let headerSize = 8

    /// All next hops of a route of `family`; every one advances by at least its header.
    static func decodeAll(_ bytes: RawSpan, family: IPAddress.Family) throws(NetlinkDecodingError) -> [NextHop] {
        var hops: [NextHop] = []
        var offset = 0
        while bytes.byteCount - offset >= headerSize {
            let length = Int(try bytes.integer(at: offset, as: UInt16.self))
            guard length >= headerSize else { throw NetlinkDecodingError(.lengthTooShort(length)) }
            guard length <= bytes.byteCount - offset else {
                throw NetlinkDecodingError(.lengthBeyondEnd(claimed: length, available: bytes.byteCount - offset))
            }
            hops.append(try NextHop(bytes.extracting(offset..<offset + length), family: family))
            offset += (length + 3) & ~3
        }
        return hops
    }

    private init(_ bytes: RawSpan, family: IPAddress.Family) throws(NetlinkDecodingError) {
        self.init(
            outputInterface: LinkIndex(rawValue: try bytes.integer(at: 4)), gateway: nil,
            weight: Int(try bytes.integer(at: 3, as: UInt8.self)) + 1,
            flags: RouteFlags(rawValue: UInt32(try bytes.integer(at: 2, as: UInt8.self))))
        try bytes.forEachAttribute(from: Self.headerSize) { (type, value) throws(NetlinkDecodingError) in
            switch RouteAttribute(rawValue: type) {
            case .gateway: gateway = try value.ipAddress(family)
            case .via: gateway = try value.routerAddress()
            case .cacheInformation, .expires: break
            default: RouteAttribute.keep(type, value, in: &otherAttributes)
            }
        }
    }

    /// The bytes of one next hop of a route of `family`.
    func encoded(for family: IPAddress.Family) -> [UInt8] {
        var attributes = AttributeWriter()
        if let gateway { attributes.gateway(gateway, of: family) }
        otherAttributes.encode(into: &attributes)
        // What came in one attribute fits into one again.
        let length = UInt16(clamping: Self.headerSize + attributes.bytes.count)
        let flags = UInt8(truncatingIfNeeded: flags.intersection(.configurable).rawValue)
        return withUnsafeBytes(of: length) { [UInt8]($0) } + [
            flags, UInt8(clamping: weight.subtractingReportingOverflow(1).partialValue),
        ]
            + withUnsafeBytes(of: outputInterface?.rawValue ?? 0) { [UInt8]($0) } + attributes.bytes
    }
}

extension AttributeWriter {
    /// `RTA_GATEWAY`, or `RTA_VIA` where the router's family is not the route's.
    mutating func gateway(_ address: IPAddress, of family: IPAddress.Family) {
        if address.family == family {
            octets(RouteAttribute.gateway.rawValue, address.octets)
        } else {
            let number = withUnsafeBytes(of: UInt16(address.family.rawValue)) { [UInt8]($0) }
            octets(RouteAttribute.via.rawValue, number + address.octets)
        }
    }
}

extension RawSpan {
    /// These bytes as a `struct rtvia`: a family and an address.
    func routerAddress() throws(NetlinkDecodingError) -> IPAddress {
        let number = try integer(at: 0, as: UInt16.self)
        guard let family = UInt8(exactly: number).flatMap(IPAddress.Family.init(rawValue:)) else {
            throw NetlinkDecodingError(.invalidValue("a gateway of address family \(number)"))
        }
        return try extracting(2..<byteCount).ipAddress(family)
    }
}
