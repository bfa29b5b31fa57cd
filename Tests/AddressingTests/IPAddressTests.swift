import Addressing
import Glibc
import Testing

@Suite struct IPAddressTests {
    @Test(
        arguments: [
            ("10.0.0.1", [10, 0, 0, 1]),
            ("255.255.255.255", [255, 255, 255, 255]),
            ("fd00::2", [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]),
            ("2001:db8:1:2:3:4:5:6", [0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6]),
        ] as [(String, [UInt8])])
    func `text and octets are the same address`(text: String, octets: [UInt8]) throws {
        let address = try #require(IPAddress(text))
        #expect(address.octets == octets)
        #expect(IPAddress(octets: octets) == address)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.1.2", "01.2.3.4.", "::g", "1::2::3", "fe80::1%lo", "host", " 10.0.0.1", "10.0.0.1\u{0}",
    ])
    func `a text that is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    /// Four parts of all these, and what may follow them.
    static let parts = ["0", "1", "00", "01", "255", "256", "99", "1000", "", "x", "-1"]

    @Test(arguments: parts)
    func `a dotted text is read as inet_pton(3) reads it`(first: String) {
        for second in Self.parts {
            for third in ["0", "255", "01", ""] {
                for fourth in Self.parts {
                    for end in ["", ".", ":80", " ", ".1"] {
                        let text = "\(first).\(second).\(third).\(fourth)\(end)"
                        var octets: [UInt8] = [0, 0, 0, 0]
                        let isAddress = inet_pton(AF_INET, text, &octets) == 1
                        if IPAddress(text)?.octets != (isAddress ? octets : nil) { Issue.record("\(text)") }
                    }
                }
            }
        }
    }

    @Test func `addresses of the same numbers and other families are not equal`() throws {
        let (short, long) = (try #require(IPAddress("10.0.0.1")), try #require(IPAddress("::a00:1")))
        #expect(short != long)
        #expect(Set([short, long]).count == 2)
    }

    @Test(arguments: [
        ("127.8.9.10", "loopback"), ("::1", "loopback"), ("169.254.0.1", "link-local"), ("fe80::1", "link-local"),
        ("febf::1", "link-local"), ("fec0::1", ""), ("224.0.0.1", "multicast"), ("ff02::1", "multicast"),
        ("0.0.0.0", "unspecified"), ("::", "unspecified"), ("255.255.255.255", "broadcast"),
        ("::ffff:10.0.0.1", "IPv4-mapped"), ("10.0.0.1", ""), ("fd00::1", ""),
    ])
    func `an address knows its special ranges`(text: String, kind: String) throws {
        let address = try #require(IPAddress(text))
        let kinds = [
            "loopback": address.isLoopback, "link-local": address.isLinkLocal, "multicast": address.isMulticast,
            "unspecified": address.isUnspecified, "broadcast": address.isLimitedBroadcast,
            "IPv4-mapped": address.isIPv4Mapped,
        ]
        #expect(kinds.filter(\.value).map(\.key) == (kind.isEmpty ? [] : [kind]))
    }

    @Test func `a block contains its addresses and no others`() throws {
        let network = try #require(IPAddress("10.96.0.0"))
        let block = try #require(CIDR(address: network, prefixLength: 12))
        #expect(IPAddress("10.111.255.255").map(block.contains) == true)
        #expect(IPAddress("10.112.0.0").map(block.contains) == false)
        #expect(IPAddress("fd00::1").map(block.contains) == false)
        #expect(CIDR(address: .loopback(.ipv4), prefixLength: 33) == nil)
        #expect(CIDR(host: .loopback(.ipv6)).description == "::1/128")
    }
}

/// A block always has a prefix that its address has room for, so that nobody who reads one has to look.
@Suite struct CIDRTests {
    @Test(arguments: IPAddress.Family.allCases, [Int.min, -1, 33, 129, 300, .max])
    func `a prefix that the address has no room for makes no block`(family: IPAddress.Family, length: Int) {
        let fits = 0...family.bitWidth ~= length
        #expect((CIDR(address: .loopback(family), prefixLength: length) != nil) == fits)
    }

    @Test(arguments: IPAddress.Family.allCases)
    func `a block holds the addresses of its prefix and no others`(family: IPAddress.Family) throws {
        let all = CIDR(all: family)
        #expect(all.contains(.loopback(family)) && all.contains(.unspecified(family)))
        let host = CIDR(host: .loopback(family))
        #expect(host.contains(.loopback(family)) && !host.contains(.unspecified(family)))
        #expect(!all.contains(.loopback(family == .ipv4 ? .ipv6 : .ipv4)))
    }
}
