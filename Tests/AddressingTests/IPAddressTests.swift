import Addressing
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("10.0.0.1", [10, 0, 0, 1]),
        ("255.255.255.255", [255, 255, 255, 255]),
        ("fd00::2", [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]),
        ("2001:db8:1:2:3:4:5:6", [0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6]),
    ] as [(String, [UInt8])])
    func textAndOctetsAreTheSame(text: String, octets: [UInt8]) throws {
        let address = try #require(IPAddress(text))
        #expect(address.octets == octets)
        #expect(IPAddress(octets: octets) == address)
        #expect(address.description == text)
    }

    @Test(arguments: ["", "10.0.0", "10.0.0.1.2", "01.2.3.4.", "::g", "1::2::3", "fe80::1%lo", "host", " 10.0.0.1", "10.0.0.1\u{0}"])
    func refuses(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("127.8.9.10", \IPAddress.isLoopback), ("::1", \.isLoopback), ("169.254.0.1", \.isLinkLocal),
        ("fe80::1", \.isLinkLocal), ("febf::1", \.isLinkLocal), ("224.0.0.1", \.isMulticast), ("ff02::1", \.isMulticast), ("0.0.0.0", \.isUnspecified),
        ("::", \.isUnspecified), ("255.255.255.255", \.isLimitedBroadcast), ("::ffff:10.0.0.1", \.isIPv4Mapped),
    ] as [(String, KeyPath<IPAddress, Bool> & Sendable)])
    func classifies(text: String, property: KeyPath<IPAddress, Bool> & Sendable) throws {
        let properties: [KeyPath<IPAddress, Bool> & Sendable] = [
            \.isLoopback, \.isLinkLocal, \.isMulticast, \.isUnspecified, \.isLimitedBroadcast, \.isIPv4Mapped,
        ]
        let address = try #require(IPAddress(text))
        for candidate in properties {
            #expect(address[keyPath: candidate] == (candidate == property), "\(text) \(candidate)")
        }
    }

    @Test func blocksContainTheirAddresses() throws {
        let block = try #require(CIDR(address: try #require(IPAddress("10.96.0.0")), prefixLength: 12))
        #expect(block.contains(try #require(IPAddress("10.111.255.255"))))
        #expect(!block.contains(try #require(IPAddress("10.112.0.0"))))
        #expect(!block.contains(try #require(IPAddress("fd00::1"))))
        #expect(CIDR(address: .loopback(.ipv4), prefixLength: 33) == nil)
        #expect(CIDR(host: .loopback(.ipv6)).description == "::1/128")
    }
}
