import Addressing
import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@testable import RouteNetlink

/// The kernel's answers about routes.
@Suite struct RouteReplyTests {
    @Test func `every route of a dump is read`() throws {
        let (client, _) = try replaying(Captured.routes)
        let routes = try client.routes()
        #expect(
            routes.map(\.description) == [
                "blackhole 10.23.0.0/16 table 1000",
                "default via 10.1.2.1 dev if2",
                "10.1.2.0/24 dev if2 proto kernel src 10.1.2.3",
                "10.21.0.0/16 via inet6 fd00:1::1 dev if2",
                "10.22.0.0/16 nexthop via 10.1.2.1 dev if2 weight 2 nexthop via inet6 fd00:1::2 dev if2",
                "10.25.0.0/16 nhid 7 via 10.1.2.1 dev if2 proto 42",
                "local 10.1.2.3/32 dev if2 table local proto kernel src 10.1.2.3",
                "broadcast 10.1.2.255/32 dev if2 table local proto kernel src 10.1.2.3",
                "local 10.9.9.9/32 dev lo table local src 10.1.2.3",
                "local 127.0.0.0/8 dev lo table local proto kernel src 127.0.0.1",
                "local 127.0.0.1/32 dev lo table local proto kernel src 127.0.0.1",
                "broadcast 127.255.255.255/32 dev lo table local proto kernel src 127.0.0.1",
                "blackhole fd23::/32 dev lo table 1000",
                "fd00:1::/64 dev if2 proto kernel metric 256",
                "fd20::/32 via fd00:1::1 dev if2 metric 50",
                "fd22::/32 nexthop via fd00:1::1 dev if2 nexthop via fd00:1::2 dev if2",
                "fe80::/64 dev if2 proto kernel metric 256",
                "local ::1/128 dev lo table local proto kernel metric 0",
                "local fd00:1::3/128 dev if2 table local proto kernel metric 0",
                "local fd99::9/128 dev lo table local src fd00:1::3",
                "local fe80::206e:67ff:fef0:fdfc/128 dev if2 table local proto kernel metric 0",
                "multicast ff00::/8 dev if2 table local proto kernel metric 256",
            ])
    }

    @Test func `every field of a route is read`() throws {
        let (client, _) = try replaying(Captured.routes)
        let routes = try client.routes()
        let local = try #require(routes.first { $0.destination.description == "10.9.9.9/32" })
        #expect(
            local
                == Route(
                    destination: try block("10.9.9.9/32"), table: .local, type: .local, protocol: .boot, scope: .host,
                    metric: 0, outputInterface: .loopback, preferredSource: try address("10.1.2.3")))
        let local6 = try #require(routes.first { $0.destination.description == "fd99::9/128" })
        #expect(
            local6
                == Route(
                    destination: try block("fd99::9/128"), table: .local, type: .local, protocol: .boot,
                    scope: .universe, metric: 1024, outputInterface: .loopback,
                    preferredSource: try address("fd00:1::3")))
    }

    @Test func `routes are filtered again where the kernel does not`() throws {
        let all = try replaying(Captured.routes).0
        let destination = try block("10.9.9.9/32")
        #expect(try all.routes(RouteFilter(family: .ipv6)).allSatisfy { $0.family == .ipv6 })
        #expect(try all.routes(RouteFilter(table: RouteTable(rawValue: 1000))).count == 2)
        #expect(
            try all.routes(RouteFilter(table: .local, destination: destination)).map(\.destination) == [destination])
        #expect(try all.routes(RouteFilter(table: .main, destination: destination)).isEmpty)
    }

    @Test func `lists default routes and their gateways`() throws {
        let all = try replaying(Captured.routes).0
        let defaults = try all.routes(.defaultRoutes(.ipv4))
        #expect(defaults.flatMap(\.hops).map(\.gateway) == [try address("10.1.2.1")])
        #expect(try all.routes(.defaultRoutes(.ipv6)).isEmpty)
        #expect(try all.routes(.defaultRoutes(.ipv4, table: .local)).isEmpty)
    }

    @Test func `every way of a route is a hop`() throws {
        let routes = try replaying(Captured.routes).0.routes()
        func gateways(_ destination: String) throws -> [IPAddress?] {
            try #require(routes.first { $0.destination.description == destination }).hops.map(\.gateway)
        }
        #expect(try gateways("10.21.0.0/16") == [address("fd00:1::1")])
        #expect(try gateways("10.22.0.0/16") == [address("10.1.2.1"), address("fd00:1::2")])
        #expect(try gateways("10.1.2.0/24") == [nil])
        #expect(try gateways("10.23.0.0/16") == [])
        #expect(try gateways("fd23::/32") == [])
    }

    /// A lookup's answer is in no table, so a list leaves such routes out.
    @Test func `cloned routes are left out`() throws {
        let (client, _) = scripted([.replies(try replies(Captured.routeToGateway) + [.done()])])
        #expect(try client.routes().isEmpty)
    }

    @Test(arguments: [
        (Captured.routeToGateway, "10.20.0.1", "10.20.0.1/32 via 10.1.2.1 dev if2 proto 0 src 10.1.2.3"),
        (Captured.routeFromSource, "10.20.0.1", "10.20.0.1/32 from 10.1.2.4/32 via 10.1.2.1 dev if2 proto 0"),
        (Captured.routeToGateway6, "fd20::1", "fd20::1/128 via fd00:1::1 dev if2 src fd00:1::3 metric 50"),
        (Captured.localRoute6, "fd99::9", "local fd99::9/128 dev lo table local src fd00:1::3"),
    ])
    func `a lookup is read`(captured: String, destination: String, expected: String) throws {
        let (client, _) = try replaying(captured)
        #expect(try client.route(to: try address(destination)).description == expected)
    }

    /// The refusals of unreachable, prohibit and blackhole routes, of no route at all, of a kernel without IPv6.
    @Test(arguments: [Errno.noRouteToHost, .permissionDenied, .invalidArgument, .networkUnreachable, .notSupported])
    func `many lookups are one exchange, and a destination out of reach is no error`(refusal: Errno) throws {
        let captured = try replies(Captured.routeToGateway) + replies(Captured.localRoute6)
        let kernel = ScriptedKernel { request in
            switch request.header.sequence {
            case 1: [.replies([captured[0]])]
            case 2: [.replies([.status(refusal.rawValue)])]
            default: [.replies([captured[1]]), .replies([.status(0)])]
            }
        }
        let client = RouteNetlinkClient(over: NetlinkConnection(over: kernel))
        let routes = try client.routes(to: ["10.20.0.1", "192.0.2.1", "fd99::9"].map(address))
        #expect(
            routes.map { $0?.description } == [
                "10.20.0.1/32 via 10.1.2.1 dev if2 proto 0 src 10.1.2.3", nil,
                "local fd99::9/128 dev lo table local src fd00:1::3",
            ])
        #expect((kernel.sentDatagrams, kernel.receipts) == (1, 1))
        #expect(kernel.requests.map(\.payload.count) == [20, 20, 32])
    }

    @Test func `a lookup that fails otherwise is thrown with its destination`() throws {
        let error = #expect(throws: RouteNetlinkError.self) {
            try refusing(.noMemory).routes(to: [address("10.20.0.1")])
        }
        #expect(error?.description == "cannot look up route to 10.20.0.1: Cannot allocate memory")
        let (silent, _) = scripted([])
        #expect(throws: RouteNetlinkError.self) { try silent.routes(to: [address("10.20.0.1")]) }
    }

    @Test func `a missing table is empty`() throws {
        let (client, _) = try replaying(Captured.missingTable)
        #expect(try client.routes(RouteFilter(family: .ipv4, table: RouteTable(rawValue: 77))).isEmpty)
        #expect(throws: RouteNetlinkError.self) { try client.routes(RouteFilter(family: .ipv4)) }
    }

    /// `RTM_NEWROUTE` of another family (MPLS, 28), and another message.
    @Test func `messages that are no routes are skipped`() throws {
        var message = try #require(try CapturedMessage.all(Captured.routeToGateway).first)
        message.payload[0] = 28
        #expect(try message.decoded(Route.init(header:payload:)) == nil)
        message.header.type = 16
        #expect(try message.decoded(Route.init(header:payload:)) == nil)
    }

    static let faults: [(name: String, payload: [UInt8], kind: NetlinkDecodingError.Kind, path: [UInt16])] = [
        ("short header", [2, 32, 0, 0], .truncated(needed: 5, found: 4), []),
        ("no destination", [2, 32, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0], .missingAttribute(1), []),
        (
            "prefix too long", [2, 33, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0, 8, 0, 1, 0, 10, 0, 0, 1],
            .invalidValue("a prefix of 33 bits"), []
        ),
        (
            "short gateway", [2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0, 6, 0, 5, 0, 10, 0],
            .wrongWidth(expected: 4, found: 2), [5]
        ),
        (
            "gateway of unknown family", [2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0, 8, 0, 18, 0, 17, 0, 1, 2],
            .invalidValue("a gateway of address family 17"), [18]
        ),
        (
            "next hop without length",
            [2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0, 12, 0, 9, 0, 0, 0, 0, 0, 2, 0, 0, 0], .lengthTooShort(0), [9]
        ),
        (
            "next hop beyond end",
            [2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0, 12, 0, 9, 0, 16, 0, 0, 0, 2, 0, 0, 0],
            .lengthBeyondEnd(claimed: 16, available: 8), [9]
        ),
    ]

    @Test(arguments: faults)
    func `a malformed route is refused with its fault`(
        name: String, payload: [UInt8], kind: NetlinkDecodingError.Kind, path: [UInt16]
    ) throws {
        var message = try #require(try CapturedMessage.all(Captured.routeToGateway).first)
        message.payload = payload
        #expect(throws: NetlinkDecodingError(kind, path: path)) { try message.decoded(Route.init(header:payload:)) }
    }
}
