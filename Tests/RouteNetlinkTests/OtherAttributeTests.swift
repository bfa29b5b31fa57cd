import Addressing
import Netlink
import NetlinkTestKit
import Testing

@testable import RouteNetlink

/// What a route can have beside what this library knows is kept when it is read and written.
@Suite struct OtherAttributeTests {
    /// `ip route show table all` (Linux 6.18), after
    ///
    ///     ip route add 10.20.0.0/16 via 10.5.0.1 mtu lock 1400 advmss 1360 congctl reno realms 3
    ///     ip route add 10.21.0.0/16 encap ip id 5 dst 10.5.0.9 via 10.5.0.1
    ///     ip route add 10.22.0.0/16 nexthop via 10.5.0.1 dev v0 realms 5 weight 3 nexthop via 10.5.0.3 dev v0
    ///     ip -6 route add fd01::/64 dev v0 mtu 1300 pref high expires 500
    ///     ip -6 route add fd02::/64 dev v0
    static let captured = """
        6c000000180022003d5e0c6bb526000002100000fe0300010000000008000f00fe000000080001000a14000028000800080001000400
        0000080002007805000008000800500500000900100072656e6f00000000080005000a050001080004000300000008000b0003000000
        7c000000180022003d5e0c6bb526000002100000fe0300010000000008000f00fe000000080001000a150000080005000a0500010800
        040003000000380016000c0001000000000000000005080002000a05000908000300000000000500050000000000050004000000000006
        0006000000000006001500020000005800000018002200
        3d5e0c6bb526000002100000fe0300010000000008000f00fe000000080001000a1600002c000900180000020300000008000500
        0a05000108000b000500000010000000 03000000080005000a05000380000000180022003d5e0c6bc32600000a400000fe030001
        0000000008000f00fe00000014000100fd0100000000000000000000000000000c000800080002001405000008000600000400000800
        0400030000002400 0c0000000000000000004bc30000000000000000000000000000000000000000000005001400010000007400
        0000180022003d5e0c6bc32600000a400000fe0300010000000008000f00fe00000014000100fd02000000000000000000000000
        00000800060000040000080004000300000024000c000000000000000000000000000000000000000000000000000000000000000000
        0500140000000000
        """

    private func routes() throws -> [Route] {
        try CapturedMessage.all(Self.captured).map { try #require(try $0.decoded(Route.init(header:payload:))) }
    }

    @Test func `reads the MTU`() throws {
        #expect(try routes().map(\.mtu) == [1400, nil, nil, 1300, nil])
        #expect(try routes()[0].description.contains(" mtu 1400"))
    }

    @Test func `what is usual or passing leaves nothing behind`() throws {
        #expect(try routes().map(\.otherAttributes.isEmpty) == [false, false, true, false, true])
        #expect(try routes()[2].nextHops.map(\.otherAttributes.isEmpty) == [false, true])
    }

    @Test func `a route that was read is written with all that it had`() throws {
        for (route, message) in zip(try routes(), try CapturedMessage.all(Self.captured)) {
            let sent = try request { try $0.replace(route) }
            let again = try #require(try Route(header: sent.header, payload: sent.payload.span.bytes))
            #expect(again.normalized == route.normalized)
            // Metrics, realms, encapsulation and preference as the kernel sent them.
            for type in [8, 11, 21, 22, 20] as [UInt16] where route.otherAttributes[type] != nil {
                #expect(attribute(type, of: sent.payload) == attribute(type, of: message.payload))
            }
        }
    }

    @Test func `a lifetime goes on, and makes no difference`() throws {
        let routes = try routes()
        #expect(routes.map(\.lifetime) == [nil, nil, nil, .seconds(499), nil])
        var route = routes[3]
        #expect(attribute(23, of: try request { try $0.replace(route) }.payload) == [0xf3, 1, 0, 0])
        route.lifetime = nil
        #expect(route == routes[3])
        for lifetime in [Duration.zero, .seconds(-5), .seconds(Int64.max) * 3] {
            route.lifetime = lifetime
            #expect(route.lifetime.map { .seconds(1)...(.seconds(UInt32.max)) ~= $0 } == true)
        }
    }

    @Test func `routes that differ in a metric are different`() throws {
        let route = try routes()[0]
        var plain = route
        plain.otherAttributes = OpaqueAttributes()
        #expect(plain != route)
        #expect(!route.fulfills(plain))
        #expect(route.identity == plain.identity)
    }

    /// `ip -4 address show dev v0` (Linux 6.18), after `ip address add 10.9.0.1/24 brd 10.9.0.255 dev v0 metric 77`
    static let address = """
        5c00000014002200fd660c6bb34900000218800003000000080001000a090001080002000a090001080004000a0900ff070003007630
        00000800080080000000080009004d00000014000600ffffffffffffffff69db190069db1900
        """

    @Test func `an address is added again with its broadcast address and metric`() throws {
        let message = try #require(try CapturedMessage.all(Self.address).first)
        let address = try #require(try message.decoded(InterfaceAddress.init(header:payload:)))
        let sent = try request { try $0.add(address) }
        let again = try #require(try InterfaceAddress(header: sent.header, payload: sent.payload.span.bytes))
        #expect(again == address)
        #expect(again.otherAttributes[4] == [10, 9, 0, 255])
        #expect(again.otherAttributes[9] == [77, 0, 0, 0])
    }

    private func attribute(_ wanted: UInt16, of payload: [UInt8]) -> [UInt8]? {
        var octets: [UInt8]?
        try? payload.span.bytes.forEachAttribute(from: RouteHeader.size) { (type, value) throws(NetlinkDecodingError) in
            if type == wanted { octets = value.octets }
        }
        return octets
    }
}
