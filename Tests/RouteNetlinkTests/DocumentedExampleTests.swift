import RouteNetlink
import Testing

/// The code that `RouteNetlink.docc` quotes.
@Suite struct RouteNetlinkExampleTests {
    @Test func `the links and the route to an address are read`() throws {
        let destination = IPAddress.loopback(.ipv4)

        let network = try RouteNetlinkClient()
        for link in try network.links() where link.isUp {
            print("\(link.name), at most \(link.mtu) bytes in a packet")
        }
        if let route = try network.routes(to: [destination]).first ?? nil {
            print(network.text(of: route))
        }

        #expect(try network.link(named: "lo") != nil)
    }

    @Test func `a wanted route is a value`() throws {
        let block = try #require(IPAddress("10.103.97.2").map(CIDR.init(host:)))
        let loopback = LinkIndex(rawValue: 1)

        let route = Route(destination: block, table: .local, type: .local, outputInterface: loopback)

        #expect(route.description(naming: { _ in "lo" }) == "local 10.103.97.2/32 dev lo table local")
    }
}
