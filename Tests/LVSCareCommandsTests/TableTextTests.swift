import Addressing
import IPVS
import Testing

@testable import LVSCareCommands

@Suite struct TableTextTests {
    static let info = Info(version: .init(rawValue: 0x010201), connectionTableSize: 4096)

    static func endpoint(_ text: String) throws -> Endpoint {
        guard text.hasSuffix(":0") else { return try Endpoint(text) }
        var endpoint = try Endpoint(text.dropLast() + "1")
        endpoint.port = 0
        return endpoint
    }

    static func destination(
        _ identity: String, _ forwarding: ForwardingMethod, weight: Weight = 1, active: UInt32 = 0,
        inactive: UInt32 = 0,
        statistics: Statistics = Statistics()
    ) throws -> Destination {
        Destination(
            identity: try endpoint(identity), configuration: .init(forwarding: forwarding, weight: weight),
            connections: .init(active: active, inactive: inactive), statistics: statistics)
    }

    static func entry(
        _ transport: TransportProtocol, _ identity: String, _ configuration: Service.Configuration,
        statistics: Statistics = Statistics(), _ destinations: [Destination] = []
    ) throws -> TableSnapshot.Entry {
        .init(
            service: Service(
                identity: .endpoint(transport, try endpoint(identity)), configuration: configuration,
                statistics: statistics),
            destinations: destinations)
    }

    static func entry(
        _ mark: UInt32, _ family: IPAddress.Family, _ configuration: Service.Configuration,
        _ destinations: [Destination] = []
    ) -> TableSnapshot.Entry {
        .init(
            service: Service(identity: .firewallMark(mark, family), configuration: configuration),
            destinations: destinations)
    }

    /// What the commands of ``Listings/commands`` make.
    static func table() throws -> TableSnapshot {
        let gue = ForwardingMethod.tunnel(.gue(port: 6080))
        return TableSnapshot(
            info: info,
            entries: [
                try entry(
                    .tcp, "10.0.0.10:80", .init(scheduler: .roundRobin),
                    [
                        try destination("192.168.1.5:8080", .masquerade),
                        // ipvsadm gives it the port of the service.
                        try destination("192.168.100.205:80", .directRoute, weight: 65535),
                        try destination("192.168.1.7:80", .tunnel, weight: 0),
                        try destination("127.0.0.1:8081", .masquerade, weight: 3),
                        try destination("192.168.1.8:80", gue), try destination("192.168.1.9:80", gue),
                        try destination("192.168.1.11:80", .tunnel(Tunnel(kind: .gre))),
                    ]),
                try entry(
                    .udp, "10.0.0.11:53", .init(scheduler: .weightedLeastConnection, flags: .onePacket),
                    [try destination("192.168.1.5:53", .masquerade)]),
                try entry(
                    .sctp, "10.0.0.12:3868", .init(scheduler: .weightedRoundRobin, persistence: .init()),
                    [try destination("192.168.1.5:3868", .directRoute)]),
                entry(
                    7, .ipv4,
                    .init(scheduler: .sourceHashing, flags: [.sourceHashingFallback, .sourceHashingPort]),
                    [try destination("192.168.1.5:0", .directRoute)]),
                entry(8, .ipv6, .init(scheduler: .roundRobin), [try destination("[fd00::5]:80", .masquerade)]),
                try entry(
                    .tcp, "10.0.0.13:443",
                    .init(
                        scheduler: .roundRobin, persistence: .init(timeout: 600, netmask: .ipv4(0xffff_ff00)))),
                try entry(
                    .tcp, "10.0.0.14:5060", .init(scheduler: .roundRobin, persistence: .init(timeout: 600))),
                try entry(
                    .udp, "10.0.0.14:5060",
                    .init(
                        scheduler: .roundRobin, flags: .onePacket, persistence: .init(timeout: 600),
                        persistenceEngine: "sip")),
                try entry(
                    .tcp, "[fd00::10]:6443",
                    .init(
                        scheduler: .shortestExpectedDelay,
                        persistence: .init(timeout: 120, netmask: .ipv6(prefixLength: 64))),
                    [
                        try destination("[fd00::5]:6443", .masquerade),
                        try destination("[2001:db8:1111:2222:3333:4444:5555:6666]:6443", .masquerade),
                    ]),
                try entry(
                    .tcp, "[fd00:1111:2222:3333:4444:5555:6666:7777]:6443",
                    .init(scheduler: .maglevHashing, flags: [.maglevFallback, .maglevPort])),
                try entry(
                    .tcp, "10.0.0.15:80",
                    .init(scheduler: .sourceHashing, flags: [.scheduler1, .scheduler2, .scheduler3])),
                try entry(
                    .tcp, "10.0.0.16:80", .init(scheduler: .roundRobin, flags: [.scheduler1, .scheduler3])),
                try entry(
                    .tcp, "10.0.0.17:80", .init(scheduler: .roundRobin), [try destination("[fd00::5]:80", .tunnel)]),
                try entry(
                    .tcp, "10.0.0.18:80",
                    .init(
                        scheduler: .roundRobin, flags: .scheduler2,
                        persistence: .init(timeout: 300, netmask: .ipv4(prefixLength: 16)))),
                try entry(
                    .tcp, "255.100.200.210:65535", .init(scheduler: .roundRobin),
                    [try destination("192.168.1.5:65535", .directRoute)]),
            ])
    }

    @Test func `a table is listed`() throws {
        #expect(TableText(columns: .connections).listing(try Self.table().sorted) == Listings.table)
    }

    @Test func `an empty table is listed`() {
        let table = TableSnapshot(info: Self.info, entries: [])
        #expect(TableText(columns: .connections).listing(table) == Listings.empty)
        #expect(TableText(columns: .statistics).listing(table) == Listings.emptyStatistics)
        #expect(TableText(columns: .rates).listing(table) == Listings.emptyRates)
    }

    @Test func `one service is listed without the version`() throws {
        let service = Service.Identity.endpoint(.tcp, try Endpoint("10.0.0.10:80"))
        let entries = try Self.table().sorted.entries.filter { $0.service.identity == service }
        #expect(TableText(columns: .connections).listing(entries) == Listings.one)
        var named = TableText(columns: .connections)
        named.names = Dictionary(uniqueKeysWithValues: entries.map { ($0.service.identity, "web") })
        let lines = named.listing(entries).split(separator: "\n")
        #expect(lines.filter { $0.hasSuffix("  # web") }.count == entries.count)
    }

    @Test func `traffic is listed`() throws {
        let rates = Statistics.Rates(
            connections: 0, incomingPackets: 522, outgoingPackets: 33, incomingBytes: 32_795_153, outgoingBytes: 1738)
        let statistics = Statistics(rates: rates)
        let server = try Self.destination("127.0.0.1:8081", .masquerade, active: 2, inactive: 1, statistics: statistics)
        let table = TableSnapshot(
            info: Self.info,
            entries: [
                try Self.entry(.tcp, "10.0.0.50:80", .init(scheduler: .roundRobin), statistics: statistics, [server])
            ])
        #expect(TableText(columns: .connections).listing(table) == Listings.traffic)
        #expect(TableText(columns: .rates).listing(table) == Listings.trafficRates)
    }

    @Test func `large numbers are shortened`() throws {
        let large = Statistics(
            connections: 99_999_999, incomingPackets: 100_000_000, outgoingPackets: 999_999_999,
            incomingBytes: 1_000_000_000, outgoingBytes: 99_999_999_999,
            rates: .init(
                connections: 100_000_000_000, incomingPackets: 99_999_999_999_999,
                outgoingPackets: 100_000_000_000_000, incomingBytes: .max, outgoingBytes: 1_234_567_890_123))
        let table = TableSnapshot(
            info: Self.info,
            entries: [try Self.entry(.tcp, "10.0.0.10:80", .init(scheduler: .roundRobin), statistics: large)])
        #expect(TableText(columns: .statistics).listing(table) == Listings.largeStatistics)
        #expect(TableText(columns: .statistics, isExact: true).listing(table) == Listings.exactStatistics)
        #expect(TableText(columns: .rates).listing(table) == Listings.largeRates)
        #expect(TableText(columns: .rates, isExact: true).listing(table) == Listings.exactRates)
    }

    @Test func `only some rates of a real server are shortened`() throws {
        func statistics(_ number: UInt64) -> Statistics {
            Statistics(
                rates: .init(
                    connections: number, incomingPackets: number, outgoingPackets: number, incomingBytes: number,
                    outgoingBytes: number))
        }
        let (service, server) = (statistics(123_456_789_012), statistics(4_294_967_295))
        let table = TableSnapshot(
            info: Self.info,
            entries: [
                try Self.entry(.tcp, "10.0.0.10:1", .init(scheduler: .roundRobin), statistics: service),
                try Self.entry(
                    .tcp, "10.0.0.10:80", .init(scheduler: .roundRobin), statistics: service,
                    [try Self.destination("10.0.0.3:1", .masquerade, statistics: server)]),
            ])
        #expect(TableText(columns: .rates).listing(table) == Listings.largeDestinationRates)
    }

    @Test func `rows are sorted as ipvsadm sorts them`() throws {
        let table = TableSnapshot(info: Self.info, entries: try Self.parsed(Listings.unsorted))
        #expect(TableText(columns: .connections).listing(table) == Listings.unsorted)
        #expect(TableText(columns: .connections).listing(table.sorted) == Listings.sorted)
    }

    /// The services of a listing without any options.
    static func parsed(_ listing: String) throws -> [TableSnapshot.Entry] {
        var entries: [TableSnapshot.Entry] = []
        for line in listing.split(separator: "\n").dropFirst(3) {
            let words = line.split(separator: " ").map(String.init)
            switch words[0] {
            case "TCP": entries.append(try entry(.tcp, words[1], .init(scheduler: .roundRobin)))
            case "FWM":
                let mark = UInt32(bitPattern: try #require(Int32(words[1])))
                entries.append(entry(mark, words[2] == "IPv6" ? .ipv6 : .ipv4, .init(scheduler: .roundRobin)))
            default:
                let method = try #require(["Masq": ForwardingMethod.masquerade, "Route": .directRoute][words[2]])
                entries[entries.count - 1].destinations.append(try destination(words[1], method))
            }
        }
        return entries
    }
}
