public import Addressing
import Netlink

extension RouteNetlinkClient {
    /// The addresses of `link`, or of all links, of one family or both. `ip address show [dev LINK]`
    ///
    /// None for a link that does not exist.
    public func addresses(
        of link: LinkIndex? = nil, family: IPAddress.Family? = nil
    ) throws(RouteNetlinkError) -> [InterfaceAddress] {
        let addresses: [InterfaceAddress]
        do throws(RouteNetlinkError) {
            addresses = try list(
                .getAddresses(of: link, family: family), link.map { "addresses dev \(text(of: $0))" } ?? "addresses",
                decode: InterfaceAddress.init(header:payload:))
        } catch {
            if link != nil, error.notFound { return [] }
            throw error
        }
        // Kernels before 4.20 send the addresses of all links.
        return addresses.filter { address in
            (link == nil || address.link == link) && (family == nil || address.local.address.family == family)
        }
    }

    /// The addresses of this node whose networks contain `address`, so that its link is one on which a host may have
    /// `address`, or be asked for it. `ip address show`, compared with each prefix
    ///
    /// Its own entry is among them when this node has `address`.
    public func addresses(onNetworkOf address: IPAddress) throws(RouteNetlinkError) -> [InterfaceAddress] {
        try addresses(family: address.family).filter { $0.network.contains(address) }
    }

    /// Gives a link an address. `ip address add 10.0.0.5/24 dev LINK`
    ///
    /// Throws `EEXIST` when this link has the address with this prefix length already (IPv4), or with any (IPv6), and
    /// `ENODEV` when there is no such link.
    public func add(_ address: InterfaceAddress) throws(RouteNetlinkError) {
        let request = NetlinkRequest(.newAddress, flags: [.create, .exclusive]) { address.encode(into: &$0) }
        try execute(request, .add, "address \(text(of: address))")
    }

    /// Takes an address from a link; with it go its secondary addresses and the routes of its network.
    /// `ip address delete 10.0.0.5/24 dev LINK`
    ///
    /// Throws `EADDRNOTAVAIL` when the link has no such address, `ENODEV` when there is no such link.
    public func delete(_ address: InterfaceAddress) throws(RouteNetlinkError) {
        let request = NetlinkRequest(.deleteAddress) { address.encode(into: &$0) }
        try execute(request, .delete, "address \(text(of: address))")
    }
}

extension NetlinkRequest {
    static func getAddresses(of link: LinkIndex?, family: IPAddress.Family?) -> NetlinkRequest {
        NetlinkRequest(.getAddress) { $0.header(AddressHeader(family: family?.rawValue ?? 0, link: link).octets) }
    }
}
