import Addressing
import Director
import LVSCareModel
import NFTables
import RouteNetlink
import Testing

@testable import LVSCare

/// What shared tables are called, what follows from the name, and whose their elements are.
@Suite struct SharedTableTests {
    @Test func `tables are told by family and bit`() {
        #expect(MasqueradeTable.identity(.ipv4, bit: 14).description == "ip lvscare-bit-14")
        #expect(MasqueradeTable.identity(.ipv6, bit: 0).description == "ip6 lvscare-bit-0")
        #expect(ResolutionTable.identity.description == "arp lvscare")
    }

    @Test(arguments: [
        ("lvscare-bit-0", true), ("lvscare-bit-31", true), ("lvscare-bit-32", false), ("lvscare-bit--1", false),
        ("lvscare-bit-07", false), ("lvscare-bit-", false), ("lvscare", false), ("lvscare-10.0.0.1-80", false),
    ])
    func `only names of the form have a base`(name: String, isOne: Bool) {
        let identity = Table.Identity(.ip, name)
        #expect((SharedTableKind.masquerade(.ipv4).base(identity) != nil) == isOne)
        #expect(SharedTableKind.masquerade(.ipv6).base(identity) == nil)
        #expect(SharedTableKind.resolution.base(identity) == nil)
    }

    @Test(arguments: [0, 14, 31])
    func `only its own bit is set and looked at`(bit: Int) throws {
        let mark: UInt32 = 1 << UInt32(bit)
        let kind = SharedTableKind.masquerade(.ipv4)
        let table = try #require(kind.base(MasqueradeTable.identity(.ipv4, bit: bit)))
        let masks = table.chains.flatMap(\.rules).flatMap(\.expressions).compactMap { expression in
            if case .bitwise(let bitwise) = expression { bitwise } else { nil }
        }
        let tag = Bitwise(mask: ~mark, xor: mark)
        #expect(masks.prefix(4) == [tag, tag, tag, tag])
        #expect(masks.dropFirst(4).allSatisfy { $0 == Bitwise(mask: mark, xor: 0) })
        #expect(masks.count == 8)
    }

    /// Port 0, that of all ports, is nothing that `Endpoint` reads.
    private static func endpoint(_ address: String, _ port: UInt16) throws -> Endpoint {
        Endpoint(address: try #require(IPAddress(address)), port: port)
    }

    @Test(arguments: ["10.0.0.1", "fd00::1"], [0, 80, 65535] as [UInt16])
    func `an element tells its owner`(address: String, port: UInt16) throws {
        let endpoint = try Self.endpoint(address, port)
        let source = try #require(IPAddress(endpoint.address.family == .ipv4 ? "10.9.9.9" : "fd00::9"))
        for transport in [TransportProtocol.tcp, .udp, .sctp] {
            let share = MasqueradeTable.share(
                Masquerading(of: endpoint, transport, bit: 3, source: source, links: [LinkIndex(rawValue: 7)]))
            #expect(share.owner == .service(transport, endpoint))
            #expect(share.owner.service == .endpoint(transport, endpoint))
            #expect(share.elements.count == 3)
            #expect(share.elements.keys.allSatisfy { $0.isOfAllPorts == (endpoint.port == 0) })
            for (set, elements) in share.elements {
                #expect(elements.count == 1)
                for element in elements {
                    #expect(element.octets.count == set.empty(for: endpoint.address.family).keyLength)
                    #expect(TableOwner(of: element, in: set.rawValue, share.owner.kind) == share.owner)
                    #expect(TableOwner(of: element, in: "other", share.owner.kind) == nil)
                    #expect(TableOwner(of: element, in: set.rawValue, .resolution) == nil)
                }
            }
        }
    }

    @Test func `a VIP is an owner, too`() throws {
        let vip = try #require(IPAddress("10.0.0.1"))
        let share = ResolutionTable.share(vip)
        let element = try #require(share.elements[.vips]?.first)
        #expect(TableOwner(of: element, in: "vips", .resolution) == .vip(vip))
        #expect(share.owner.service == nil)
    }

    @Test(arguments: [[], [1, 2, 3], [10, 0, 0, 1, 6, 0, 0, 0], [10, 0, 0, 1, 6, 0, 0, 0, 0, 0, 0, 0]] as [[UInt8]])
    func `what no owner can have is nobody's`(octets: [UInt8]) {
        let element = NamedSet.Element(octets: octets)
        #expect(TableOwner(of: element, in: "services", .masquerade(.ipv4)) == nil)
        #expect(TableOwner(of: element, in: "services", .masquerade(.ipv6)) == nil)
    }

    @Test func `every service and every VIP had a table of its own before`() throws {
        let owners: [TableOwner] = try [
            .service(.tcp, Endpoint("10.0.0.1:80")), .service(.udp, Endpoint("10.0.0.1:53")),
            .service(.sctp, Self.endpoint("fd00::1", 0)), .vip(#require(IPAddress("10.0.0.1"))),
        ]
        #expect(
            owners.map(\.former.description) == [
                "ip lvscare-10.0.0.1-80", "ip lvscare-udp-10.0.0.1-53", "ip6 lvscare-sctp-fd00__1-0",
                "arp lvscare-10.0.0.1",
            ])
        for owner in owners { #expect(owner.kind.base(owner.former) == nil) }
    }

    @Test func `elements are told as the nft command takes them`() throws {
        let table = MasqueradeTable.identity(.ipv4, bit: 0)
        #expect(
            TableOwner.service(.udp, try Endpoint("10.0.0.1:53")).element(in: table)
                == "element ip lvscare-bit-0 services { 10.0.0.1 . udp . 53 }")
        #expect(
            TableOwner.service(.tcp, try Self.endpoint("10.0.0.1", 0)).element(in: table)
                == "element ip lvscare-bit-0 all-ports { 10.0.0.1 . tcp }")
        #expect(
            TableOwner.vip(try #require(IPAddress("10.0.0.1"))).element(in: ResolutionTable.identity)
                == "element arp lvscare vips { 10.0.0.1 }")
    }
}
