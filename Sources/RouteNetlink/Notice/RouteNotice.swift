public import Netlink

/// Something that changed in the routing of this network namespace, as `ip monitor` shows it.
///
/// Not everything that changes is told: the IPv4 routes that go away together with a link that goes down, or with their
/// preferred source, go silently on many kernels; only the link, or the address, makes a notice.
@nonexhaustive
public enum RouteNotice: Hashable, Sendable {
    /// A link is new, has another state, or is gone.
    case link(Link, isRemoved: Bool)
    /// An address is new, has other properties, or is gone.
    case address(InterfaceAddress, isRemoved: Bool)
    /// A route is new, was replaced, or is gone.
    case route(Route, isRemoved: Bool)
    /// A policy rule is new or gone: packets may find their way in other tables now. `ip rule`
    case rule

    /// The notice of one message; `nil` for messages about other things and families.
    public init?(header: NetlinkHeader, payload: RawSpan) throws(NetlinkDecodingError) {
        let type = RouteMessage(rawValue: header.type)
        switch type {
        case .newLink, .deleteLink:
            guard let link = try Link(header: header, payload: payload) else { return nil }
            self = .link(link, isRemoved: type == .deleteLink)
        case .newAddress, .deleteAddress:
            guard let address = try InterfaceAddress(header: header, payload: payload) else { return nil }
            self = .address(address, isRemoved: type == .deleteAddress)
        case .newRoute, .deleteRoute:
            guard let route = try Route(header: header, payload: payload) else { return nil }
            self = .route(route, isRemoved: type == .deleteRoute)
        case .newRule, .deleteRule:
            self = .rule
        default:
            return nil
        }
    }
}
