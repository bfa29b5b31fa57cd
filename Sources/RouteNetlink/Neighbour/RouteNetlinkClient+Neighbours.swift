public import Addressing
import Netlink

extension RouteNetlinkClient {
    /// The hosts that this node spoke to, or tried to, on `link`, or on all links, of one family or both.
    /// `ip neighbour show nud all [dev LINK]`
    ///
    /// The kernel forgets them after a while, so that the absence of a host means nothing. None for a link that does not
    /// exist. Needs no privilege.
    public func neighbours(
        of link: LinkIndex? = nil, family: IPAddress.Family? = nil
    ) throws(RouteNetlinkError) -> [Neighbour] {
        let neighbours = try list(
            .getNeighbours(of: link, family: family), link.map { "neighbours dev \($0)" } ?? "neighbours",
            decode: Neighbour.init(header:payload:))
        // Kernels before 4.4 send the neighbours of all links.
        return neighbours.filter { neighbour in
            (link == nil || neighbour.link == link) && (family == nil || neighbour.address.family == family)
        }
    }
}

extension NetlinkRequest {
    static func getNeighbours(of link: LinkIndex?, family: IPAddress.Family?) -> NetlinkRequest {
        NetlinkRequest(.getNeighbour) { writer in
            writer.header(NeighbourHeader(family: family?.rawValue ?? 0).octets)
            if let link { writer.integer(NeighbourAttribute.link.rawValue, link.rawValue) }
        }
    }
}
