import Netlink
import NetlinkTestKit
import Testing

@testable import NFTables

func address(_ text: String) throws -> IPAddress {
    try #require(IPAddress(text), "\(text) is an address")
}

extension Table.Identity {
    static let tested = Table.Identity(.inet, "lvscare")
}

extension Table {
    /// What ``Captured/text`` says.
    static func captured() throws -> Table {
        let vip = try address("10.103.97.2")
        let node = try address("10.0.0.1")
        let vip6 = try address("fd00::1")
        return Table(
            .tested, comment: Comment("made by lvscare"),
            sets: [
                NamedSet(
                    "vips4", of: .ipv4Address, .port,
                    elements: [
                        NamedSet.Element(.address(vip), .port(6443)),
                        NamedSet.Element(.address(try address("10.103.97.3")), .port(443)),
                    ]),
                NamedSet(
                    "vips6", of: .ipv6Address, .port, elements: [NamedSet.Element(.address(vip6), .port(6443))]),
                NamedSet(
                    "services", of: .ipv4Address, .transportProtocol, .port,
                    elements: [
                        NamedSet.Element(.address(vip), .transportProtocol(.tcp), .port(6443)),
                        NamedSet.Element(.address(vip), .transportProtocol(.udp), .port(53)),
                    ]),
            ],
            chains: [
                Chain(
                    "tag",
                    rules: [
                        Rule(.counter, .setMark(0x1, mask: 0x1), .verdict(.return), comment: Comment("hello"))
                    ]),
                Chain(
                    "prerouting", hook: Hook(.filter, .prerouting, priority: .mangle),
                    rules: [
                        Rule(
                            .family(.ipv4), .transportProtocol(.tcp), .destinationAndPort(.ipv4, in: "vips4"),
                            .verdict(.jump("tag"))),
                        Rule(
                            .family(.ipv6), .transportProtocol(.tcp), .destinationAndPort(.ipv6, in: "vips6"),
                            .verdict(.jump("tag"))),
                        Rule(
                            .family(.ipv4),
                            [
                                .payload(.destination(.ipv4)), .meta(.load(.transportProtocol, into: .word(1))),
                                .payload(.destinationPort(into: .word(2))),
                                .lookup(Lookup(in: "services", isInverted: true)),
                            ],
                            .verdict(.accept)),
                        Rule(
                            .family(.ipv4), .destination(node), .transportProtocol(.tcp),
                            .destinationPort(80, is: .notEqual), .verdict(.continue)),
                        Rule(
                            .transportProtocol(.udp), .family(.ipv4), .source(node, is: .notEqual),
                            .verdict(.accept)),
                    ]),
                Chain(
                    "input", hook: Hook(.filter, .input, priority: .filter, policy: .drop),
                    rules: [Rule([.immediate(.value(UInt32(5).hostOctets, into: .first)), .meta(.set(.mark))])]),
                Chain(
                    "output", hook: Hook(.route, .output, priority: .mangle),
                    rules: [
                        Rule(
                            .family(.ipv4), .transportProtocol(.tcp), .destinationAndPort(.ipv4, in: "vips4"),
                            .verdict(.jump("tag")))
                    ]),
                Chain(
                    "postrouting", hook: Hook(.nat, .postrouting, priority: .sourceNAT),
                    rules: [
                        Rule(
                            .mark(0x1, mask: 0x1), .counter, .masquerade(), comment: Comment("lvscare masquerade")),
                        Rule(.family(.ipv6), .outputInterface("eth0"), .source(vip6), .verdict(.drop)),
                        Rule(.mark(0x0, mask: 0x1, is: .notEqual), .masquerade(.fullyRandom)),
                        Rule(.mark(0x2, mask: 0x2), .setMark(0, mask: 0x2)),
                    ]),
            ])
    }
}

/// One netlink message.
struct Message: Equatable {
    var type: UInt16
    var flags: NetlinkFlags
    var payload: [UInt8]

    /// The messages of a datagram in hexadecimal, as `strace -e write=3` shows it.
    static func all(_ hexadecimal: String) throws -> [Message] {
        let digits = Array(hexadecimal.filter { !$0.isWhitespace })
        let bytes = try stride(from: 0, to: digits.count, by: 2).map { offset in
            try #require(UInt8(String(digits[offset..<offset + 2]), radix: 16))
        }
        var messages: [Message] = []
        var offset = 0
        while offset < bytes.count {
            let header = try NetlinkHeader(bytes.span.bytes, at: offset)
            let end = offset + Int(header.length)
            messages.append(
                Message(
                    type: header.type, flags: header.flags,
                    payload: Array(bytes[offset + NetlinkHeader.size..<end])))
            offset = (end + 3) & ~3
        }
        return messages
    }

    /// The number of nf_tables' own message.
    var message: NetfilterMessage? { NetfilterMessage(rawValue: type & 0xff) }

    /// The messages that make a table.
    static func creating(_ table: Table) throws -> [Message] {
        let kernel = ScriptedKernel { request in
            request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : []
        }
        try NFTablesClient(over: NetlinkConnection(over: kernel)).replace(table)
        return kernel.requests.map { request in
            Message(type: request.header.type, flags: request.header.flags, payload: request.payload)
        }
    }
}
