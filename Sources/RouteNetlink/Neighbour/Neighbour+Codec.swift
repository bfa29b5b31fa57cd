import Addressing
public import Netlink

/// Attributes of a neighbour message, `NDA_…` (`linux/neighbour.h`).
enum NeighbourAttribute: UInt16 {
    case destination = 1
    case linkLayerAddress = 2
    /// The link that a dump is restricted to. Linux 4.4.
    case link = 8
}

/// The fixed header of a neighbour message, `struct ndmsg` (`linux/neighbour.h`): 12 bytes.
///
///      0        1          4              8              10      11     12
///     | family | (padding) | index (host) | state (host) | flags | type |
struct NeighbourHeader {
    static let size = 12

    /// 0 (`AF_UNSPEC`) asks for all families.
    var family: UInt8
    var link: LinkIndex?
    var state: NeighbourState = []

    init(family: UInt8) { self.family = family }

    init(_ bytes: RawSpan) throws(NetlinkDecodingError) {
        family = try bytes.integer(at: 0)
        link = LinkIndex(rawValue: try bytes.integer(at: 4))
        state = NeighbourState(rawValue: try bytes.integer(at: 8))
        _ = try bytes.integer(at: Self.size - 1, as: UInt8.self)
    }

    /// The header of a request; a dump that names a link or a state here is refused (`EINVAL`).
    var octets: [UInt8] { [family] + [UInt8](repeating: 0, count: Self.size - 1) }
}

extension Neighbour {
    /// The neighbour in a reply or notification (`RTM_NEWNEIGH`, `RTM_DELNEIGH`) of the bytes behind the netlink header.
    ///
    /// `nil` for messages of another type and for families other than IPv4 and IPv6, such as a bridge's table.
    public init?(header: NetlinkHeader, payload: RawSpan) throws(NetlinkDecodingError) {
        switch RouteMessage(rawValue: header.type) {
        case .newNeighbour, .deleteNeighbour: break
        default: return nil
        }
        let fixed = try NeighbourHeader(payload)
        guard let family = IPAddress.Family(rawValue: fixed.family), let link = fixed.link else { return nil }
        var address: IPAddress?
        var linkLayerAddress: [UInt8] = []
        try payload.forEachAttribute(from: NeighbourHeader.size) { (type, value) throws(NetlinkDecodingError) in
            switch NeighbourAttribute(rawValue: type) {
            case .destination: address = try value.ipAddress(family)
            case .linkLayerAddress: linkLayerAddress = value.octets
            case .link, nil: break
            }
        }
        guard let address else {
            throw NetlinkDecodingError(.missingAttribute(NeighbourAttribute.destination.rawValue))
        }
        self.init(link: link, address: address, state: fixed.state, linkLayerAddress: linkLayerAddress)
    }
}
