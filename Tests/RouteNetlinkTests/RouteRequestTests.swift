import Addressing
import Netlink
import NetlinkTestKit
import Testing

@testable import RouteNetlink

/// Requests about routes, against what `ip` (iproute2 6.1) sent; `d0` was link 2.
@Suite struct RouteRequestTests {
    struct Case: CustomTestStringConvertible {
        /// Arguments of `ip route add`; `if1` and `if2` stand for `lo` and `d0`.
        var command: String
        var route: Route
        var captured: String

        var testDescription: String { command }
    }

    static func cases() throws -> [Case] {
        let d0 = LinkIndex(rawValue: 2)
        return [
            Case(
                command: "local 10.9.9.9/32 dev lo table local src 10.1.2.3",
                route: Route(
                    destination: try block("10.9.9.9/32"), table: .local, type: .local, outputInterface: .loopback,
                    preferredSource: try address("10.1.2.3")),
                captured: """
                    34000000180005062dcd036b0000000002200000ff03fe0200000000080001000a090909080007000a01020308000400
                    01000000
                    """),
            Case(
                command: "local fd99::9/128 dev lo table local src fd00:1::3",
                route: Route(
                    destination: try block("fd99::9/128"), table: .local, type: .local, outputInterface: .loopback,
                    preferredSource: try address("fd00:1::3")),
                captured: """
                    4c000000180005062fcd036b000000000a800000ff0300020000000014000100fd990000000000000000000000000009
                    14000700fd0000010000000000000000000000030800040001000000
                    """),
            Case(
                command: "10.20.0.0/16 via 10.1.2.1 metric 50",
                route: Route(destination: try block("10.20.0.0/16"), metric: 50, gateway: try address("10.1.2.1")),
                captured: """
                    340000001800050631cd036b0000000002100000fe03000100000000080001000a140000080005000a01020108000600
                    32000000
                    """),
            // ip route add 10.20.0.0/16 src 10.1.2.3 via 10.1.2.1 metric 50 dev d0
            Case(
                command: "10.20.0.0/16 via 10.1.2.1 dev if2 src 10.1.2.3 metric 50",
                route: Route(
                    destination: try block("10.20.0.0/16"), metric: 50, outputInterface: d0,
                    gateway: try address("10.1.2.1"), preferredSource: try address("10.1.2.3")),
                captured: """
                    44000000180005064bcf036b0000000002100000fe03000100000000080001000a140000080007000a01020308000500
                    0a01020108000600320000000800040002000000
                    """),
            Case(
                command: "fd20::/32 via fd00:1::1 dev if2 metric 50",
                route: Route(
                    destination: try block("fd20::/32"), metric: 50, outputInterface: d0,
                    gateway: try address("fd00:1::1")),
                captured: """
                    540000001800050631cd036b000000000a200000fe0300010000000014000100fd200000000000000000000000000000
                    14000500fd00000100000000000000000000000108000600320000000800040002000000
                    """),
            Case(
                command: "10.21.0.0/16 via inet6 fd00:1::1 dev if2",
                route: Route(
                    destination: try block("10.21.0.0/16"), outputInterface: d0, gateway: try address("fd00:1::1")),
                captured: """
                    440000001800050631cd036b0000000002100000fe03000100000000080001000a150000160012000a00fd0000010000
                    0000000000000000000100000800040002000000
                    """),
            Case(
                command: "10.22.0.0/16 nexthop via 10.1.2.1 dev if2 weight 2 nexthop via 10.1.2.2 dev if2",
                route: Route(
                    destination: try block("10.22.0.0/16"),
                    nextHops: [
                        NextHop(outputInterface: d0, gateway: try address("10.1.2.1"), weight: 2),
                        NextHop(outputInterface: d0, gateway: try address("10.1.2.2")),
                    ]),
                captured: """
                    480000001800050632cd036b0000000002100000fe03000100000000080001000a160000240009001000000102000000
                    080005000a0102011000000002000000080005000a010202
                    """),
            Case(
                command: "fd22::/32 nexthop via fd00:1::1 dev if2 nexthop via fd00:1::2 dev if2",
                route: Route(
                    destination: try block("fd22::/32"),
                    nextHops: [
                        NextHop(outputInterface: d0, gateway: try address("fd00:1::1")),
                        NextHop(outputInterface: d0, gateway: try address("fd00:1::2")),
                    ]),
                captured: """
                    6c0000001800050632cd036b000000000a200000fe0300010000000014000100fd220000000000000000000000000000
                    3c0009001c0000000200000014000500fd0000010000000000000000000000011c0000000200000014000500fd000001
                    000000000000000000000002
                    """),
            Case(
                command: "blackhole fd23::/32 table 1000",
                route: Route(
                    destination: try block("fd23::/32"), table: RouteTable(rawValue: 1000), type: .blackhole),
                captured: """
                    380000001800050633cd036b000000000a200000000300060000000014000100fd230000000000000000000000000000
                    08000f00e8030000
                    """),
            // ip route add 10.24.0.1/32 via 192.0.2.1 dev d0 onlink proto 42
            Case(
                command: "10.24.0.1/32 via 192.0.2.1 dev if2 proto 42 onlink",
                route: Route(
                    destination: try block("10.24.0.1/32"), protocol: RouteProtocol(rawValue: 42), outputInterface: d0,
                    gateway: try address("192.0.2.1"), flags: .onLink),
                captured: """
                    340000001800050633cd036b0000000002200000fe2a000104000000080001000a18000108000500c000020108000400
                    02000000
                    """),
            Case(
                command: "default via 10.1.2.1",
                route: Route(destination: try block("0.0.0.0/0"), gateway: try address("10.1.2.1")),
                captured: "240000001800050634cd036b0000000002000000fe03000100000000080005000a010201"),
            // ip route add 10.25.0.0/16 nhid 7
            Case(
                command: "10.25.0.0/16 nhid 7",
                route: Route(destination: try block("10.25.0.0/16"), nextHopID: 7),
                captured: "2c0000001800050635cd036b0000000002100000fe03000100000000080001000a19000008001e0007000000"),
        ]
    }

    @Test(arguments: try cases())
    func `a route is added with the message of the ip command`(_ `case`: Case) throws {
        try expectSame(try request { try $0.add(`case`.route) }, as: `case`.captured)
        #expect(`case`.route.description == `case`.command)
    }

    /// What is sent reads back as what was meant.
    @Test(arguments: try cases())
    func `a route survives encoding and decoding`(_ `case`: Case) throws {
        let sent = try request { try $0.add(`case`.route) }
        let decoded = try Route(header: sent.header, payload: sent.payload.span.bytes)
        #expect(decoded?.fulfills(`case`.route) == true)
    }

    /// `ip route replace local 10.9.9.9/32 dev lo table local src 10.1.2.4`
    @Test func `a route is replaced with the message of the ip command`() throws {
        let route = Route(
            destination: try block("10.9.9.9/32"), table: .local, type: .local, outputInterface: .loopback,
            preferredSource: try address("10.1.2.4"))
        try expectSame(
            try request { try $0.replace(route) },
            as: """
                34000000180005052fcd036b0000000002200000ff03fe0200000000080001000a090909080007000a01020408000400
                01000000
                """)
    }

    /// `ip route prepend local 10.9.9.9/32 dev lo table local src 10.1.2.3`
    @Test func `a route is prepended with the message of the ip command`() throws {
        let route = Route(
            destination: try block("10.9.9.9/32"), table: .local, type: .local, outputInterface: .loopback,
            preferredSource: try address("10.1.2.3"))
        try expectSame(
            try request { try $0.prepend(route) },
            as: """
                3400000018000504fed3036b0000000002200000ff03fe0200000000080001000a090909080007000a01020308000400
                01000000
                """)
    }

    static let deletions: [(block: String, source: String, captured: String)] = [
        // ip route del local 10.9.9.9/32 dev lo table local src 10.1.2.3 metric 0 proto boot scope host
        (
            "10.9.9.9/32", "10.1.2.3",
            """
            3c000000190005004dcf036b0000000002200000ff03fe0200000000080001000a090909080007000a01020308000600
            000000000800040001000000
            """
        ),
        // ip -6 route del local fd99::9/128 dev lo table local src fd00:1::3 metric 1024 proto boot
        (
            "fd99::9/128", "fd00:1::3",
            """
            54000000190005004ecf036b000000000a800000ff0300020000000014000100fd990000000000000000000000000009
            14000700fd00000100000000000000000000000308000600000400000800040001000000
            """
        ),
    ]

    @Test(arguments: deletions)
    func `a deletion carries everything that the kernel shows`(
        block text: String, source: String, captured: String
    ) throws {
        let dump = try replies(Captured.routes)
        let kernel = ScriptedKernel {
            [.replies($0.header.type == RouteMessage.getRoute.rawValue ? dump : [.status(0)])]
        }
        let client = RouteNetlinkClient(over: NetlinkConnection(over: kernel))
        var route = Route(destination: try block(text), table: .local, type: .local)
        route.preferredSource = try address(source)
        try client.delete(route)
        try expectSame(try #require(kernel.requests.last), as: captured)
    }

    @Test(arguments: deletions)
    func `a route with another source is not deleted`(block text: String, source: String, captured: String) throws {
        let (client, kernel) = try replaying(Captured.routes)
        let neighbour = Route(
            destination: try block(text), table: .local, type: .local,
            preferredSource: .loopback(try address(source).family))
        let error = #expect(throws: RouteNetlinkError.self) { try client.delete(neighbour) }
        #expect(error?.notFound == true)
        #expect(kernel.requests.map(\.header.type) == [RouteMessage.getRoute.rawValue])
    }

    @Test func `a lookup is the message of the ip command`() throws {
        // ip route get 10.20.0.1 from 10.1.2.4
        let (client, kernel) = try replaying(Captured.routeFromSource)
        _ = try client.route(to: try address("10.20.0.1"), from: try address("10.1.2.4"))
        #expect(
            kernel.requests.last?.payload
                == (try CapturedMessage.all(
                    "2c0000001a00010038cd036b00000000022020000000000000100000080001000a140001080002000a010204"
                ).first?.payload))
        // ip -6 route get fd99::9
        let (client6, kernel6) = try replaying(Captured.localRoute6)
        _ = try client6.route(to: try address("fd99::9"))
        #expect(
            kernel6.requests.last?.payload
                == (try CapturedMessage.all(
                    "300000001a00010037cd036b000000000a800000000000000000000014000100fd990000000000000000000000000009"
                ).first?.payload))
    }

    /// `ip -4 route show table 1000`, which pads its request with zeros
    @Test func `a list of one table is the message of the ip command`() throws {
        let (client, kernel) = scripted([.replies([.done()])])
        #expect(try client.routes(RouteFilter(family: .ipv4, table: RouteTable(rawValue: 1000))).isEmpty)
        let sent = try #require(kernel.requests.last)
        #expect(sent.header.flags == [.request, .dump])
        #expect(sent.payload == [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0x0f, 0, 0xe8, 3, 0, 0])
    }
}
