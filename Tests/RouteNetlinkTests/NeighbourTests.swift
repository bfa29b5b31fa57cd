import Addressing
import Netlink
import NetlinkTestKit
import Testing

@testable import RouteNetlink

/// What the kernel (Linux 6.18) answered to the `ip` command (iproute2 6.1), as shown by
/// `strace -e trace=sendto,recvmsg -e read=3 -e write=3 COMMAND`, after
///
///     ip link add v0 type veth peer name v1
///     ip addr add 10.0.0.5/24 dev v0
///     ip neigh add 10.0.0.1 lladdr 02:00:00:00:00:01 dev v0 nud reachable
///     ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v0 nud permanent
///     ip neigh add 10.0.0.3 lladdr 02:00:00:00:00:03 dev v0 nud stale
///     ip neigh add 10.0.0.4 dev v0 nud failed
///     ip neigh add 10.0.0.6 lladdr 02:00:00:00:00:06 dev v1 nud stale
///     ip -6 neigh add fd00:1::1 lladdr 02:00:00:00:00:01 dev v0 nud stale router
enum CapturedNeighbours {
    /// `ip -4 neigh show dev v0`, where `v0` was link 3: the request.
    static let request = "240000001e0001038b280c6b000000000200000000000000000000000800080003000000"
    /// `ip -6 neigh show dev v0`: the request.
    static let request6 = "240000001e0001038b280c6b000000000a00000000000000000000000800080003000000"

    /// `ip -4 neigh show dev v0`: the answer.
    static let ipv4 = """
        4c0000001c0022008b280c6b9e460000020000000300000004000001080001000a0000030a000200020000000003000008000400
        0000000014000300711700000100000001000000000000004c0000001c0022008b280c6b9e460000020000000300000080000001
        080001000a0000020a0002000200000000020000080004000000000014000300020000000200000002000000000000004c000000
        1c0022008b280c6b9e460000020000000300000002000001080001000a0000010a00020002000000000100000800040000000000
        1400030002000000020000000200000001000000400000001c0022008b280c6b9e46000002000000030000002000000108000100
        0a0000040800040000000000140003007117000001000000010000000000000014000000030002008b280c6b9e46000000000000
        """

    /// `ip -6 neigh show dev v0`: the answer.
    static let ipv6 = """
        580000001c0022008b280c6ba24600000a000000030000000400800114000100fd0000010000000000000000000000010a000200
        020000000001000008000400000000001400030071170000010000000100000000000000580000001c0022008b280c6ba2460000
        0a000000030000004000000514000100ff0200000000000000000000000000160a00020033330000001600000800040000000000
        140003007117000001000000010000000000000014000000030002008b280c6ba246000000000000
        """

    static let all = ipv4 + ipv6
}

/// Messages about neighbours.
@Suite struct NeighbourTests {
    static let v0 = LinkIndex(rawValue: 3)

    @Test func `reads neighbours in every state`() throws {
        let (client, kernel) = try replaying(CapturedNeighbours.ipv4)
        #expect(
            try client.neighbours(of: Self.v0, family: .ipv4) == [
                Neighbour(
                    link: Self.v0, address: address("10.0.0.3"), state: .stale, linkLayerAddress: [2, 0, 0, 0, 0, 3]),
                Neighbour(
                    link: Self.v0, address: address("10.0.0.2"), state: .permanent,
                    linkLayerAddress: [2, 0, 0, 0, 0, 2]),
                Neighbour(
                    link: Self.v0, address: address("10.0.0.1"), state: .reachable,
                    linkLayerAddress: [2, 0, 0, 0, 0, 1]),
                Neighbour(link: Self.v0, address: address("10.0.0.4"), state: .failed),
            ])
        try expectSame(try #require(kernel.requests.first), as: CapturedNeighbours.request)
    }

    @Test func `reads IPv6 neighbours`() throws {
        let (client, kernel) = try replaying(CapturedNeighbours.ipv6)
        #expect(
            try client.neighbours(of: Self.v0, family: .ipv6).map(\.description) == [
                "fd00:1::1 dev if3 lladdr 02:00:00:00:00:01 STALE", "ff02::16 dev if3 lladdr 33:33:00:00:00:16 NOARP",
            ])
        try expectSame(try #require(kernel.requests.first), as: CapturedNeighbours.request6)
    }

    /// Kernels before 4.4 know no filter.
    @Test func `filters again`() throws {
        let (client, _) = try replaying(CapturedNeighbours.ipv4)
        #expect(try client.neighbours(of: .loopback).isEmpty)
        #expect(try client.neighbours(family: .ipv6).isEmpty)
        #expect(try client.neighbours().count == 4)
    }

    @Test func `names states as the command does`() {
        #expect(NeighbourState.valid.isDisjoint(with: [.incomplete, .failed]))
        #expect(NeighbourState([]).description == "NONE")
        #expect(NeighbourState([.delay, .probe]).description == "DELAY,PROBE")
    }

    /// `AF_BRIDGE` (7), and another message.
    @Test func `skips what is no neighbour`() throws {
        var message = try #require(try CapturedMessage.all(CapturedNeighbours.ipv4).first)
        message.payload[0] = 7
        #expect(try message.decoded(Neighbour.init(header:payload:)) == nil)
        message.header.type = RouteMessage.newRoute.rawValue
        #expect(try message.decoded(Neighbour.init(header:payload:)) == nil)
    }

    @Test(
        arguments: [
            ("short header", [2, 0, 0, 0, 3, 0, 0, 0], .truncated(needed: 10, found: 8), []),
            ("no address", [2, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 1], .missingAttribute(1), []),
            (
                "short address", [2, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 1, 6, 0, 1, 0, 10, 0],
                .wrongWidth(expected: 4, found: 2), [1]
            ),
        ] as [(String, [UInt8], NetlinkDecodingError.Kind, [UInt16])])
    func `says what is wrong`(
        name: String, payload: [UInt8], kind: NetlinkDecodingError.Kind, path: [UInt16]
    ) throws {
        var message = try #require(try CapturedMessage.all(CapturedNeighbours.ipv4).first)
        message.payload = payload
        #expect(throws: NetlinkDecodingError(kind, path: path)) {
            try message.decoded(Neighbour.init(header:payload:))
        }
    }
}
