import Netlink

/// Attributes of a route message, `RTA_…` (`linux/rtnetlink.h`).
enum RouteAttribute: UInt16 {
    case destination = 1
    case source = 2
    case outputInterface = 4
    case gateway = 5
    /// Metric; the header calls it priority.
    case metric = 6
    case preferredSource = 7
    /// Next hops, one `struct rtnexthop` after the other.
    case multipath = 9
    case table = 15
    /// A gateway of another family: `struct rtvia`, a u16 with the family and the address behind it.
    case via = 18
    case nextHopID = 30
}

/// The fixed header of a route message, `struct rtmsg` (`linux/rtnetlink.h`): 12 bytes.
///
///      0        1                    2               3     4       5          6       7      8              12
///     | family | destination length | source length | tos | table | protocol | scope | type | flags (host) |
struct RouteHeader {
    static let size = 12

    /// 0 (`AF_UNSPEC`) asks for all families.
    var family: UInt8
    var destinationLength: UInt8 = 0
    var sourceLength: UInt8 = 0
    var typeOfService: UInt8 = 0
    /// The table if its number fits; `RTA_TABLE` takes precedence.
    var table: UInt8 = 0
    var `protocol`: UInt8 = 0
    var scope: UInt8 = 0
    var type: UInt8 = 0
    var flags: RouteFlags = []

    init(family: UInt8) { self.family = family }

    init(_ bytes: RawSpan) throws(NetlinkDecodingError) {
        family = try bytes.integer(at: 0)
        destinationLength = try bytes.integer(at: 1)
        sourceLength = try bytes.integer(at: 2)
        typeOfService = try bytes.integer(at: 3)
        table = try bytes.integer(at: 4)
        `protocol` = try bytes.integer(at: 5)
        scope = try bytes.integer(at: 6)
        type = try bytes.integer(at: 7)
        flags = RouteFlags(rawValue: try bytes.integer(at: 8))
    }

    var octets: [UInt8] {
        [family, destinationLength, sourceLength, typeOfService, table, `protocol`, scope, type]
            + withUnsafeBytes(of: flags.rawValue) { [UInt8]($0) }
    }
}
