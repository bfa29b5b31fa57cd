import Addressing
import Director
import LVSCareModel
import NFTables
import RouteNetlink
import Testing

@testable import LVSCare
@testable import Netlink

/// Which notices make a pass worth while.
@Suite struct KernelInterestsTests {
    private static let vip = "10.103.97.2"
    private static let vip6 = "fd99::2"

    private static func interests(_ vip: String, link: String? = nil) throws -> KernelInterests {
        let address = try address(vip)
        let mode: WantedPath.Mode = link.map { .link(name: $0, masqueradeBit: 0) } ?? .route(nil)
        let service = VirtualService(Endpoint(address: address, port: 443))
        return KernelInterests(of: [WantedPath(to: address, for: [service], mode: mode, realServers: [])])
    }

    private static func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    private static func block(_ text: String, _ prefixLength: Int) throws -> CIDR {
        try #require(CIDR(address: try address(text), prefixLength: prefixLength))
    }

    static let destinations: [(vip: String, destination: String, prefixLength: Int, isInteresting: Bool)] = [
        (vip, vip, 32, true), (vip, "10.103.97.3", 32, false), (vip, "10.103.97.0", 24, false),
        (vip, "0.0.0.0", 0, false), (vip6, vip6, 128, true), (vip6, "fd99::", 64, false), (vip6, "::", 0, false),
    ]

    @Test(arguments: destinations)
    func `routes are of interest only if they lead to the VIP`(
        vip: String, destination: String, prefixLength: Int, isInteresting: Bool
    ) throws {
        let interests = try Self.interests(vip)
        // Whoever made it, whatever it does: it may take the packets.
        for table in [RouteTable.main, .local] {
            let route = Route(destination: try Self.block(destination, prefixLength), table: table, type: .blackhole)
            for isRemoved in [true, false] {
                #expect(interests.concerned(by: .route(route, isRemoved: isRemoved)).isEmpty != isInteresting)
            }
        }
    }

    static let addresses: [(vip: String, address: String, isInteresting: Bool)] = [
        (vip, vip, true), (vip, "192.0.2.7", true), (vip, "169.254.1.1", true), (vip6, vip6, true),
        (vip6, "2001:db8::7", true), (vip6, "fe80::1", false), ("fe80::2", "fe80::2", true),
        ("fe80::2", "fe80::1", false),
    ]

    @Test(arguments: addresses)
    func `addresses are of interest if they may be a source`(vip: String, address: String, isInteresting: Bool) throws {
        let found = InterfaceAddress(
            link: LinkIndex(rawValue: 7), local: CIDR(host: try Self.address(address)))
        for isRemoved in [true, false] {
            #expect(
                try Self.interests(vip).concerned(by: .address(found, isRemoved: isRemoved)).isEmpty
                    != isInteresting)
        }
    }

    static let links: [(link: String?, index: UInt32, name: String, isInteresting: Bool)] = [
        (nil, 1, "lo", true), (nil, 7, "lvscare", false), ("lvscare", 7, "lvscare", true),
        ("lvscare", 7, "lvscare2", false), ("lvscare", 8, "veth0", false), ("lvscare", 1, "lo", true),
    ]

    @Test(arguments: links)
    func `links are of interest if they carry the VIP`(
        link: String?, index: UInt32, name: String, isInteresting: Bool
    ) throws {
        let found = Link(index: LinkIndex(rawValue: index), name: name)
        for isRemoved in [true, false] {
            #expect(
                try Self.interests(Self.vip, link: link).concerned(by: .link(found, isRemoved: isRemoved)).isEmpty
                    != isInteresting)
        }
    }

    @Test func `every rule is of interest`() throws {
        #expect(try Self.interests(Self.vip).concerned(by: .rule) == [Self.address(Self.vip)])
    }

    @Test func `the path decides about the groups`() throws {
        let vip = try Self.address(Self.vip)
        func subjects(_ path: Path) -> [KernelInterests.Subject] {
            let service = VirtualService(Endpoint(address: vip, port: 443))
            let specification = Specification(service: service, realServers: [], path: path)
            return KernelInterests(of: WantedPath.all(of: [specification]).values).subjects
        }
        #expect(subjects(.none) == [])
        #expect(subjects(.route(hint: nil)) == [.routing])
        #expect(subjects(.link(name: "lvscare", masqueradeBit: 0)) == [.routing, .ruleset])
    }

    @Test func `of many VIPs, those that a notice is about`() throws {
        let vips = try ["10.0.0.1", "10.0.0.2", Self.vip6].map(Self.address)
        let paths = vips.enumerated().map { number, vip in
            WantedPath(
                to: vip, for: [VirtualService(Endpoint(address: vip, port: 80))],
                mode: number == 1 ? .link(name: "lvscare", masqueradeBit: 0) : .route(nil), realServers: [])
        }
        let interests = KernelInterests(of: paths)
        #expect(interests.groups == RouteGroup.all(of: .ipv4).union(RouteGroup.all(of: .ipv6)))
        let route = Route(destination: CIDR(host: vips[1]))
        #expect(interests.concerned(by: .route(route, isRemoved: true)) == [vips[1]])
        let address = InterfaceAddress(link: LinkIndex(rawValue: 7), local: CIDR(host: try Self.address("10.1.1.1")))
        #expect(interests.concerned(by: .address(address, isRemoved: true)) == [vips[0], vips[1]])
        let link = Link(index: LinkIndex(rawValue: 7), name: "lvscare")
        #expect(interests.concerned(by: .link(link, isRemoved: true)) == [vips[1]])
        #expect(interests.concerned(by: .link(Link(index: .loopback, name: "lo"), isRemoved: false)) == Set(vips))
    }

    // MARK: Datagrams

    /// `ip route add 10.20.0.0/16 via 10.1.2.1`, what the group `RTNLGRP_IPV4_ROUTE` got.
    private static let routeToNetwork = """
        3c00000018000006d4f6036be602000002100000fe0300010000000008000f00fe000000080001000a140000080005000a010201
        0800040002000000
        """

    /// `ip route del local 10.9.9.9/32 dev lo table local`, the same.
    private static let routeToVIP = """
        3c00000019000000d4f6036bda02000002200000ff4cfe020000000008000f00ff000000080001000a090909080007000a010203
        0800040001000000
        """

    private static func bytes(_ hexadecimal: String) throws -> [UInt8] {
        let digits = Array(hexadecimal.filter { !$0.isWhitespace })
        return try stride(from: 0, to: digits.count, by: 2).map { offset in
            try #require(UInt8(String(digits[offset..<offset + 2]), radix: 16))
        }
    }

    private func concern(
        _ datagram: some Sequence<UInt8>, on subject: KernelInterests.Subject = .routing, _ interests: KernelInterests
    ) -> Bool {
        let datagram = Array(datagram)
        return !interests.concerned(by: subject, datagram.span.bytes).isEmpty
    }

    @Test func `one message of interest is enough`() throws {
        let network = try Self.bytes(Self.routeToNetwork)
        let vip = try Self.bytes(Self.routeToVIP)
        let interests = try Self.interests("10.9.9.9")
        #expect(concern(vip, interests))
        #expect(!concern(network, interests))
        #expect(concern(network + vip + network, interests))
        #expect(!concern([], interests))
    }

    // MARK: Tables

    /// The message that somebody with the port 7 has added these elements to the set of services.
    private static func notice(
        _ type: UInt16 = 0x0a0c, _ family: UInt8 = 2, _ table: String = "lvscare-bit-0", of endpoints: [String]
    ) throws -> [UInt8] {
        var payload = AttributeWriter()
        payload.header([family, 0, 0, 0])
        payload.string(1, table)
        payload.string(2, "services")
        let owners = try endpoints.map { TableOwner.service(.tcp, try Endpoint($0)) }
        payload.nest(3) { writer in
            for owner in owners {
                writer.nest(1) { $0.nest(1) { $0.octets(1, NamedSet.Element(owner.key).octets) } }
            }
        }
        var bytes: [UInt8] = []
        NetlinkHeader(
            length: UInt32(NetlinkHeader.size + payload.bytes.count), type: type, flags: [], sequence: 0, port: 7
        ).encode(into: &bytes)
        return bytes + payload.bytes
    }

    @Test func `elements are of interest to those whom they are about, whole tables to all in them`() throws {
        let paths = try [("10.0.0.1", 0), ("10.0.0.2", 0), ("10.0.0.3", 5), ("fd00::1", 0)].map { text, bit in
            let vip = try Self.address(text)
            return WantedPath(
                to: vip, for: [VirtualService(Endpoint(address: vip, port: 80))],
                mode: .link(name: "lvscare", masqueradeBit: bit), realServers: [])
        }
        let interests = KernelInterests(of: paths)
        func concerned(_ datagram: [UInt8], except port: UInt32? = nil) -> [String] {
            interests.concerned(by: .ruleset, datagram.span.bytes, except: port).map(\.description).sorted()
        }
        #expect(concerned(try Self.notice(of: ["10.0.0.2:80"])) == ["10.0.0.2"])
        #expect(concerned(try Self.notice(0x0a0e, of: ["10.0.0.2:80", "10.0.0.1:443"])) == ["10.0.0.1", "10.0.0.2"])
        #expect(concerned(try Self.notice(of: ["10.0.0.9:80", "10.0.0.3:80"])) == [])
        #expect(concerned(try Self.notice(0x0a0c, 10, of: ["[fd00::1]:80"])) == ["fd00::1"])
        // `NFT_MSG_DELRULE`, `NFT_MSG_DELTABLE`: all that are in it.
        #expect(concerned(try Self.notice(0x0a08, of: [])) == ["10.0.0.1", "10.0.0.2"])
        #expect(concerned(try Self.notice(0x0a02, 2, "lvscare-bit-5", of: [])) == ["10.0.0.3"])
        #expect(concerned(try Self.notice(0x0a02, 2, "lvscare-bit-6", of: [])) == [])
        // What this process has done itself.
        #expect(concerned(try Self.notice(of: ["10.0.0.2:80"]), except: 7) == [])
        #expect(concerned(try Self.notice(0x0a02, of: []), except: 7) == [])
        #expect(concerned(try Self.notice(of: ["10.0.0.2:80"]), except: 8) == ["10.0.0.2"])
    }

    @Test func `an unreadable message may be of interest`() throws {
        let network = try Self.bytes(Self.routeToNetwork)
        let interests = try Self.interests("10.9.9.9", link: "lvscare")
        for length in 1..<network.count {
            for subject in KernelInterests.Subject.allCases {
                #expect(concern(network.prefix(length), on: subject, interests), "cut off at \(length)")
            }
        }
    }
}
