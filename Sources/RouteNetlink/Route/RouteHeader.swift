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
    /// Nested, `RTAX_…`.
    case metrics = 8
    /// Next hops, one `struct rtnexthop` after the other.
    case multipath = 9
    /// `struct rta_cacheinfo`, of which the lifetime is at offset 8, i32, in hundredths of a second (`USER_HZ`).
    case cacheInformation = 12
    case table = 15
    /// A gateway of another family: `struct rtvia`, a u16 with the family and the address behind it.
    case via = 18
    /// The lifetime in a request, u32, seconds.
    case expires = 23
    case nextHopID = 30

    /// `RTAX_MTU`, u32, among the metrics.
    static let mtu: UInt16 = 2

    /// Attributes that are no property of a route: what the kernel counts (`RTA_MFC_STATS`), what a lookup
    /// was about (`RTA_IIF`, `RTA_MARK`, `RTA_UID`, `RTA_IP_PROTO`, `RTA_SPORT`, `RTA_DPORT`, `RTA_FLOWLABEL`),
    /// padding, and those that are used no more.
    private static let passing: Set<UInt16> = [3, 10, 13, 14, 16, 17, 24, 25, 27, 28, 29, 31]
    /// `RTA_PREF`, the preference of an IPv6 router, u8; IPv6 always sends it, and 0 is the usual one.
    private static let preference: UInt16 = 20

    /// Keeps an attribute that is given no meaning here, if it is a property of the route or next hop.
    static func keep(_ type: UInt16, _ value: RawSpan, in others: inout OpaqueAttributes) {
        if passing.contains(type) || type == preference && value.octets == [0] { return }
        others.keep(type, value)
    }
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
