public import Netlink

/// Attributes of a link message, `IFLA_…` (`linux/if_link.h`).
enum LinkAttribute: UInt16 {
    case name = 3
    case mtu = 4
    case operationalState = 16
    case linkInfo = 18
    case alias = 20
    case extensionMask = 29
}

/// Attributes within `IFLA_LINKINFO`.
enum LinkInfoAttribute: UInt16 {
    case kind = 1
}

/// The fixed header of a link message, `struct ifinfomsg` (`linux/rtnetlink.h`): 16 bytes in host byte order.
///
///      0        1     2        4       8       12       16
///     | family | pad | type   | index | flags | change |
struct LinkHeader {
    static let size = 16

    var index: LinkIndex?
    var flags: LinkFlags = []
    /// The flags that a request changes; the kernel leaves all others as they are.
    var change: LinkFlags = []

    init(index: LinkIndex? = nil, flags: LinkFlags = [], change: LinkFlags = []) {
        self.index = index
        self.flags = flags
        self.change = change
    }

    init(_ bytes: RawSpan) throws(NetlinkDecodingError) {
        index = LinkIndex(rawValue: try bytes.integer(at: 4))
        flags = LinkFlags(rawValue: try bytes.integer(at: 8))
        change = LinkFlags(rawValue: try bytes.integer(at: 12))
    }

    var octets: [UInt8] {
        [0, index?.rawValue ?? 0, flags.rawValue, change.rawValue].flatMap { word in
            withUnsafeBytes(of: word) { [UInt8]($0) }
        }
    }
}

extension Link {
    /// The link in a reply or notification (`RTM_NEWLINK`, `RTM_DELLINK`) of the bytes behind the netlink header.
    ///
    /// `nil` for messages of another type.
    public init?(header: NetlinkHeader, payload: RawSpan) throws(NetlinkDecodingError) {
        switch RouteMessage(rawValue: header.type) {
        case .newLink, .deleteLink: break
        default: return nil
        }
        let fixed = try LinkHeader(payload)
        guard let index = fixed.index else { return nil }
        self.init(index: index, name: "", flags: fixed.flags)
        try payload.forEachAttribute(from: LinkHeader.size) { (type, value) throws(NetlinkDecodingError) in
            switch LinkAttribute(rawValue: type) {
            case .name: name = value.cString
            case .mtu: mtu = try value.integer()
            case .operationalState: operationalState = OperationalState(rawValue: try value.integer()) ?? .unknown
            case .alias: alias = value.cString
            case .linkInfo:
                try value.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
                    if LinkInfoAttribute(rawValue: type) == .kind { kind = value.cString }
                }
            default: break
            }
        }
    }
}
