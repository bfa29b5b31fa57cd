import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@testable import RouteNetlink

/// Messages about links; `d0` was link 2.
@Suite struct LinkTests {
    @Test func `a link is read from the kernel's message`() throws {
        let (client, kernel) = try replaying(Captured.link)
        let broadcast = LinkFlags(rawValue: 0x2)
        let link = try client.link(at: LinkIndex(rawValue: 2))
        #expect(
            link
                == Link(
                    index: LinkIndex(rawValue: 2), name: "d0", kind: "dummy",
                    flags: [.up, .running, .noARP, .lowerUp, broadcast], mtu: 1500,
                    operationalState: .unknown))
        #expect(link?.isUp == true)
        #expect(kernel.requests.last?.payload.prefix(16) == [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    /// `ip link show dev d0`, but in front of the mask: family "packet", and with the statistics left out
    @Test func `a link is asked for by name`() throws {
        let (client, kernel) = try replaying(Captured.link)
        #expect(try client.link(named: "d0")?.name == "d0")
        let captured = try CapturedMessage.all(
            "30000000120001002ccd036b0000000011000000000000000000000000000000070003006430000008001d0001000000")
        var expected = try #require(captured.first?.payload)
        expected[0] = 0
        expected[28] = 8
        #expect(kernel.requests.last?.payload == expected)
    }

    @Test func `an absent link is no error`() throws {
        let client = refusing(.operationNotSupportedByDevice)  // ENODEV
        #expect(try client.link(named: "nosuch") == nil)
        #expect(try client.link(at: LinkIndex(rawValue: 99)) == nil)
        #expect(throws: RouteNetlinkError.self) { try refusing(.notPermitted).link(named: "d0") }
    }

    @Test func `switching a link sets one flag only`() throws {
        let d0 = LinkIndex(rawValue: 2)
        // ip link set d0 up
        try expectSame(
            try request { try $0.setLink(at: d0, up: true) },
            as: "200000001000050027cd036b0000000000000000020000000100000001000000")
        // ip link set d0 down
        try expectSame(
            try request { try $0.setLink(at: d0, up: false) },
            as: "200000001000050027cd036b0000000000000000020000000000000001000000")
    }

    /// `ip link add d0 type dummy`; we mark the nested attribute and end the kind with a NUL.
    @Test func `a dummy link is created`() throws {
        let sent = try request { try $0.addDummyLink(named: "d0") }
        let captured = try #require(
            try CapturedMessage.all(
                """
                380000001000050626cd036b00000000000000000000000000000000000000000700030064300000100012000900010064756d6d
                79000000
                """
            ).first)
        #expect(sent.header.type == captured.header.type)
        #expect(sent.header.flags == captured.header.flags)
        var expected = captured.payload
        expected[27] = 0x80
        expected[28] = 10
        #expect(sent.payload == expected)
    }

    /// `ip link del d0`
    @Test func `a link is deleted`() throws {
        try expectSame(
            try request { try $0.deleteLink(at: LinkIndex(rawValue: 2)) },
            as: "20000000110005003bcd036b0000000000000000020000000000000000000000")
    }

    /// Needs no privilege: every network namespace has `lo`.
    @Test func `the loopback link of this machine is found`() throws {
        let client = try RouteNetlinkClient()
        let loopback = try #require(try client.link(at: .loopback))
        #expect(loopback.flags.contains(.loopback))
        #expect(try client.link(named: loopback.name)?.index == .loopback)
        #expect(try client.links().map(\.index).contains(.loopback))
        #expect(try client.link(named: "no-such-link") == nil)
    }
}
