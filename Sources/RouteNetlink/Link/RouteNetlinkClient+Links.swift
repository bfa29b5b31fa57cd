import Netlink

extension RouteNetlinkClient {
    /// All links. `ip link show`
    public func links() throws(RouteNetlinkError) -> [Link] {
        try list(.getLink(), "links", decode: Link.init(header:payload:))
    }

    /// The link of this name, `nil` when there is none. `ip link show dev NAME`
    public func link(named name: String) throws(RouteNetlinkError) -> Link? {
        // To a name that is too long the kernel says ERANGE, and one with a NUL is another link's.
        guard Link.isPossible(name: name) else { return nil }
        return try existing(.getLink { $0.string(LinkAttribute.name.rawValue, name) }, "link \(name)")
    }

    /// The link of this number, `nil` when there is none.
    public func link(at index: LinkIndex) throws(RouteNetlinkError) -> Link? {
        try existing(.getLink(index), "link \(text(of: index))")
    }

    /// Creates a link that drops what is sent through it, administratively down. `ip link add NAME type dummy`
    ///
    /// Throws `EEXIST` when there is a link of this name, `EOPNOTSUPP` when the kernel has no dummy links, and `EINVAL`,
    /// without sending anything, for what can be no name: empty, longer than 15 bytes, or with a NUL or `%` in it, which the
    /// kernel takes for a pattern (`eth%d`) and makes up a name each time.
    public func addDummyLink(named name: String) throws(RouteNetlinkError) {
        try execute(.addLink(named: name, kind: "dummy"), .add, "link \(name) type dummy")
    }

    /// Removes a link and with it its addresses and routes. `ip link delete NAME`
    ///
    /// Throws `ENODEV` when it is gone, `EOPNOTSUPP` for links that cannot be removed.
    public func deleteLink(at index: LinkIndex) throws(RouteNetlinkError) {
        try execute(.deleteLink(index), .delete, "link \(text(of: index))")
    }

    /// Switches a link on or off and changes nothing else of it. `ip link set NAME up`, `ip link set NAME down`
    ///
    /// Throws `ENODEV` when it is gone. Switching off removes the IPv6 addresses of the link and all routes over it.
    public func setLink(at index: LinkIndex, up: Bool) throws(RouteNetlinkError) {
        try execute(.setLink(index, up: up), .set, "link \(text(of: index)) \(up ? "up" : "down")")
    }

    /// Gives a link a remark in the place of the one that it has. `ip link set NAME alias TEXT`
    ///
    /// At most 255 bytes; the empty text takes the remark away. Throws `ENODEV` when the link is gone, `EINVAL` when the
    /// text is too long or has a NUL in it.
    public func setLink(at index: LinkIndex, alias: String) throws(RouteNetlinkError) {
        try execute(.setLink(index, alias: alias), .set, "link \(text(of: index)) alias \(alias)")
    }

    private func existing(
        _ request: NetlinkRequest, _ object: @autoclosure () -> String
    ) throws(RouteNetlinkError) -> Link? {
        do throws(RouteNetlinkError) {
            return try lookUp(request, object(), decode: Link.init(header:payload:))
        } catch {
            if error.notFound { return nil }
            throw error
        }
    }
}

/// Bits of `IFLA_EXT_MASK`.
enum LinkRequest {
    /// `RTEXT_FILTER_SKIP_STATS` (`linux/rtnetlink.h`).
    static let skipStatistics: UInt32 = 1 << 3
}

extension NetlinkRequest {
    /// `RTM_GETLINK`, without the statistics that make up most of a reply.
    static func getLink(
        _ index: LinkIndex? = nil, _ selector: (inout AttributeWriter) -> Void = { _ in }
    ) -> NetlinkRequest {
        NetlinkRequest(.getLink) { writer in
            writer.header(LinkHeader(index: index).octets)
            selector(&writer)
            writer.integer(LinkAttribute.extensionMask.rawValue, LinkRequest.skipStatistics)
        }
    }

    static func addLink(named name: String, kind: String) -> NetlinkRequest {
        NetlinkRequest(.newLink, flags: [.create, .exclusive]) { writer in
            writer.header(LinkHeader().octets)
            if !Link.isPossible(name: name) || name.utf8.contains(UInt8(ascii: "%")) {
                writer.refuse("a link cannot have the name \(name)")
            }
            writer.string(LinkAttribute.name.rawValue, name)
            writer.nest(LinkAttribute.linkInfo.rawValue) { $0.string(LinkInfoAttribute.kind.rawValue, kind) }
        }
    }

    static func deleteLink(_ index: LinkIndex) -> NetlinkRequest {
        NetlinkRequest(.deleteLink) { $0.header(LinkHeader(index: index).octets) }
    }

    static func setLink(_ index: LinkIndex, alias: String) -> NetlinkRequest {
        NetlinkRequest(.newLink) { writer in
            writer.header(LinkHeader(index: index).octets)
            if alias.utf8.contains(0) { writer.refuse("an alias with a NUL in it") }
            writer.octets(LinkAttribute.alias.rawValue, Array(alias.utf8))
        }
    }

    static func setLink(_ index: LinkIndex, up: Bool) -> NetlinkRequest {
        NetlinkRequest(.newLink) { $0.header(LinkHeader(index: index, flags: up ? .up : [], change: .up).octets) }
    }
}
