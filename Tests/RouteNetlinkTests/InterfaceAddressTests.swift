import Addressing
import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@testable import RouteNetlink

/// Messages about addresses; `d0` was link 2.
@Suite struct InterfaceAddressTests {
    static let d0 = LinkIndex(rawValue: 2)

    @Test func `an address is read from the kernel's message`() throws {
        let (client, _) = try replaying(Captured.addresses)
        let addresses = try client.addresses(of: Self.d0)
        #expect(
            addresses == [
                InterfaceAddress(
                    link: Self.d0, local: try block("10.1.2.3/24"), scope: .universe, flags: .permanent, label: "d0"),
                InterfaceAddress(
                    link: Self.d0, local: try block("10.1.2.4/32"), scope: .universe, flags: .permanent,
                    label: "d0:vip"),
                InterfaceAddress(
                    link: Self.d0, local: try block("10.1.3.1/32"), peer: try address("10.1.3.2"), scope: .universe,
                    flags: .permanent, label: "d0"),
                InterfaceAddress(
                    link: Self.d0, local: try block("fd00:1::3/64"), scope: .universe,
                    flags: [.permanent, .withoutDuplicateDetection]),
                InterfaceAddress(
                    link: Self.d0, local: try block("fe80::e0cc:f9ff:fea1:9c5c/64"), scope: .link, flags: .permanent,
                    // `IFAPROT_KERNEL_LL` (linux/if_addr.h)
                    protocol: AddressProtocol(rawValue: 3)),
            ])
        #expect(addresses.filter { !$0.isUsable }.isEmpty)
        #expect(try client.addresses(family: .ipv6).count == 2)
        #expect(try client.addresses(of: .loopback).isEmpty)
    }

    @Test(arguments: [
        ("10.1.2.200", ["10.1.2.3/24"]), ("10.1.2.4", ["10.1.2.3/24", "10.1.2.4/32"]), ("10.1.3.2", ["10.1.3.1/32"]),
        ("10.1.3.1", []), ("fd00:1::77", ["fd00:1::3/64"]), ("fd00:2::1", []),
    ])
    func `finds the addresses on whose networks another one is`(other: String, expected: [String]) throws {
        let (client, _) = try replaying(Captured.addresses)
        #expect(try client.addresses(onNetworkOf: address(other)).map(\.local.description) == expected)
    }

    @Test func `an address is added and deleted with the messages of the ip command`() throws {
        // ip addr add 10.1.2.3/24 dev d0
        let plain = InterfaceAddress(link: Self.d0, local: try block("10.1.2.3/24"))
        try expectSame(
            try request { try $0.add(plain) },
            as: "280000001400050628cd036b000000000218000002000000080002000a010203080001000a010203")
        // ip addr add 10.1.2.4/32 dev d0 label d0:vip
        let labelled = InterfaceAddress(link: Self.d0, local: try block("10.1.2.4/32"), label: "d0:vip")
        try expectSame(
            try request { try $0.add(labelled) },
            as: """
                340000001400050629cd036b000000000220000002000000080002000a0102040b00030064303a766970000008000100
                0a010204
                """)
        // ip addr add 10.1.3.1 peer 10.1.3.2/32 dev d0
        let pair = InterfaceAddress(link: Self.d0, local: try block("10.1.3.1/32"), peer: try address("10.1.3.2"))
        try expectSame(
            try request { try $0.add(pair) },
            as: "28000000140005062acd036b000000000220000002000000080002000a010301080001000a010302")
        #expect(pair.description == "10.1.3.1 peer 10.1.3.2/32 dev if2")
        // ip -6 addr add fd00:1::3/64 dev d0 nodad
        let address6 = InterfaceAddress(
            link: Self.d0, local: try block("fd00:1::3/64"), flags: .withoutDuplicateDetection)
        try expectSame(
            try request { try $0.add(address6) },
            as: """
                40000000140005062acd036b000000000a4002000200000014000200fd00000100000000000000000000000314000100
                fd000001000000000000000000000003
                """)
        // ip addr del 10.1.2.4/32 dev d0
        try expectSame(
            try request { try $0.delete(InterfaceAddress(link: Self.d0, local: try block("10.1.2.4/32"))) },
            as: "28000000150005003acd036b000000000220000002000000080002000a010204080001000a010204")
    }

    @Test func `more than eight flags go into an attribute`() throws {
        let sent = try request { client in
            try client.add(
                InterfaceAddress(
                    link: Self.d0, local: try block("10.1.2.3/24"), flags: [.withoutPrefixRoute, .permanent]))
        }
        #expect(sent.payload[2] == 0x80)
        #expect(sent.payload.suffix(8) == [8, 0, 8, 0, 0x80, 2, 0, 0])
        let decoded = try InterfaceAddress(header: sent.header, payload: sent.payload.span.bytes)
        #expect(decoded?.flags == [.withoutPrefixRoute, .permanent])
    }

    @Test func `unconfirmed addresses are not usable`() throws {
        var address = InterfaceAddress(link: Self.d0, local: try block("fd00:1::3/64"), flags: .tentative)
        #expect(!address.isUsable)
        address.flags = [.duplicate, .permanent]
        #expect(!address.isUsable)
        address.flags = .deprecated
        #expect(address.isUsable)
    }

    @Test func `a missing link has no addresses`() throws {
        let client = refusing(.operationNotSupportedByDevice)  // ENODEV
        #expect(try client.addresses(of: LinkIndex(rawValue: 99)).isEmpty)
        #expect(throws: RouteNetlinkError.self) { try client.addresses() }
    }
}
