public import Addressing
public import Netlink

/// A kind of changes in the routing that can be listened to, `RTNLGRP_…` (`linux/rtnetlink.h`).
@nonexhaustive
public enum RouteGroup: UInt32, Hashable, Sendable, CaseIterable {
    /// `RTNLGRP_LINK`. `ip monitor link`
    case link = 1
    /// `RTNLGRP_IPV4_IFADDR`. `ip -4 monitor address`
    case ipv4Address = 5
    /// `RTNLGRP_IPV4_ROUTE`. `ip -4 monitor route`
    case ipv4Route = 7
    /// `RTNLGRP_IPV4_RULE`. `ip -4 monitor rule`
    case ipv4Rule = 8
    /// `RTNLGRP_IPV6_IFADDR`. `ip -6 monitor address`
    case ipv6Address = 9
    /// `RTNLGRP_IPV6_ROUTE`. `ip -6 monitor route`
    case ipv6Route = 11
    /// `RTNLGRP_IPV6_RULE`. `ip -6 monitor rule`
    case ipv6Rule = 19

    /// Links, and the addresses, routes and rules of one family.
    public static func all(of family: IPAddress.Family) -> Set<RouteGroup> {
        switch family {
        case .ipv4: [.link, .ipv4Address, .ipv4Route, .ipv4Rule]
        case .ipv6: [.link, .ipv6Address, .ipv6Route, .ipv6Rule]
        }
    }
}

extension NetlinkSubscription {
    /// A socket that hears of changes of these kinds; ``RouteNotice`` reads them. Needs no privilege.
    public static func toRouting(_ groups: Set<RouteGroup>) throws(NetlinkError) -> NetlinkSubscription {
        try NetlinkSubscription(.route, groups: groups.map(\.rawValue))
    }
}
