import Addressing
public import Netlink

/// Attributes of an address message, `IFA_…` (`linux/if_addr.h`).
enum AddressAttribute: UInt16 {
    /// The peer's address where there is a peer, else the same as ``local``.
    case address = 1
    case local = 2
    case label = 3
    case flags = 8
    case `protocol` = 11

    /// What is no property of an address: `IFA_CACHEINFO` (its lifetimes), `IFA_TARGET_NETNSID` (where a dump looks).
    static let passing: Set<UInt16> = [6, 10]
}

/// The fixed header of an address message, `struct ifaddrmsg` (`linux/if_addr.h`): 8 bytes.
///
///      0        1               2       3       4                8
///     | family | prefix length | flags | scope | index (host)   |
struct AddressHeader {
    static let size = 8

    /// 0 (`AF_UNSPEC`) asks for all families.
    var family: UInt8
    var prefixLength: UInt8 = 0
    /// The lowest eight flags; all of them are in an attribute where there are more.
    var flags: UInt8 = 0
    var scope: UInt8 = 0
    var link: LinkIndex?

    init(family: UInt8, prefixLength: UInt8 = 0, flags: UInt8 = 0, scope: UInt8 = 0, link: LinkIndex?) {
        self.family = family
        self.prefixLength = prefixLength
        self.flags = flags
        self.scope = scope
        self.link = link
    }

    init(_ bytes: RawSpan) throws(NetlinkDecodingError) {
        family = try bytes.integer(at: 0)
        prefixLength = try bytes.integer(at: 1)
        flags = try bytes.integer(at: 2)
        scope = try bytes.integer(at: 3)
        link = LinkIndex(rawValue: try bytes.integer(at: 4))
    }

    var octets: [UInt8] {
        [family, prefixLength, flags, scope] + withUnsafeBytes(of: link?.rawValue ?? 0) { [UInt8]($0) }
    }
}

extension InterfaceAddress {
    /// The address in a reply or notification (`RTM_NEWADDR`, `RTM_DELADDR`) of the bytes behind the netlink header.
    ///
    /// `nil` for messages of another type and for families other than IPv4 and IPv6.
    public init?(header: NetlinkHeader, payload: RawSpan) throws(NetlinkDecodingError) {
        switch RouteMessage(rawValue: header.type) {
        case .newAddress, .deleteAddress: break
        default: return nil
        }
        let fixed = try AddressHeader(payload)
        guard let family = IPAddress.Family(rawValue: fixed.family), let link = fixed.link else { return nil }
        var local: IPAddress?
        var far: IPAddress?
        var label: String?
        var flags = AddressFlags(rawValue: UInt32(fixed.flags))
        var `protocol`: AddressProtocol?
        var others = OpaqueAttributes()
        try payload.forEachAttribute(from: AddressHeader.size) { (type, value) throws(NetlinkDecodingError) in
            switch AddressAttribute(rawValue: type) {
            case .address: far = try value.ipAddress(family)
            case .local: local = try value.ipAddress(family)
            case .label: label = value.cString
            case .flags: flags = AddressFlags(rawValue: try value.integer())
            case .protocol: `protocol` = AddressProtocol(rawValue: try value.integer())
            case nil: if !AddressAttribute.passing.contains(type) { others.keep(type, value) }
            }
        }
        // IPv6 sends the local address only where there is a peer as well.
        guard let address = local ?? far else {
            throw NetlinkDecodingError(.missingAttribute(AddressAttribute.address.rawValue))
        }
        self.init(
            link: link,
            local: try CIDR(
                decoding: address, prefixLength: fixed.prefixLength, family: family,
                attribute: AddressAttribute.address.rawValue),
            peer: far == address ? nil : far, scope: Scope(rawValue: fixed.scope), flags: flags, label: label,
            protocol: `protocol`)
        otherAttributes = others
    }

    /// Writes the message that creates or removes this address.
    func encode(into writer: inout AttributeWriter) {
        let address = local.address
        writer.header(
            AddressHeader(
                family: address.family.rawValue, prefixLength: UInt8(local.prefixLength),
                flags: UInt8(truncatingIfNeeded: flags.rawValue),
                scope: (scope ?? (address.isLoopback ? .host : .universe)).rawValue, link: link
            ).octets)
        writer.refuse(peer, unlessOf: address.family)
        writer.octets(AddressAttribute.local.rawValue, address.octets)
        if let label { writer.string(AddressAttribute.label.rawValue, label) }
        writer.octets(AddressAttribute.address.rawValue, (peer ?? address).octets)
        if let `protocol` { writer.integer(AddressAttribute.protocol.rawValue, `protocol`.rawValue) }
        otherAttributes.encode(into: &writer)
        if flags.rawValue > UInt8.max { writer.integer(AddressAttribute.flags.rawValue, flags.rawValue) }
    }
}
