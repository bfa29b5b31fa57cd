import Addressing
import Foundation
import SystemPackage
import Testing

@testable import IPVS

/// The kernel's table of connections.
@Suite struct ConnectionTableTests {
    /// `/proc/net/ip_vs_conn` of Linux 6.1 with connections to a loopback address, to an address of the node, to an IPv6
    /// address and by direct routing (`-g`), and with a persistent client (`-p 300`), whose template has the port 0.
    static let captured = """
        Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
        TCP 0A4D0001 B320 A9FE0701 0050 7F000001 1F91 ESTABLISHED     899
        TCP fd77:0000:0000:0000:0000:0000:0000:0001 9710 fd99:0000:0000:0000:0000:0000:0000:0007 0050 fd77:0000:0000:0000:0000:0000:0000:0001 1F91 ESTABLISHED     899
        TCP 0A4D0001 9E80 A9FE0701 0052 0A4D0001 0052 CLOSE             9
        TCP 0A4D0001 B31C A9FE0701 0050 0A4D0001 1F92 ESTABLISHED     899
        TCP 0A4D0001 0000 A9FE0701 0051 0A4D0001 1F92 ASSURED         299
        TCP 0A4D0001 A7B8 A9FE0701 0051 0A4D0001 1F92 ESTABLISHED     899

        """

    /// What `ipvsadm -Lnc` showed for it: client, service, real server.
    static let shown = [
        ("10.77.0.1:45856", "169.254.7.1:80", "127.0.0.1:8081"), ("[fd77::1]:38672", "[fd99::7]:80", "[fd77::1]:8081"),
        ("10.77.0.1:40576", "169.254.7.1:82", "10.77.0.1:82"), ("10.77.0.1:45852", "169.254.7.1:80", "10.77.0.1:8082"),
        ("10.77.0.1:0", "169.254.7.1:81", "10.77.0.1:8082"), ("10.77.0.1:42936", "169.254.7.1:81", "10.77.0.1:8082"),
    ]

    private func find(
        _ client: String, _ service: String, in text: String, pieces size: Int = .max
    ) throws -> Endpoint? {
        let client = try Endpoint(client)
        return try find([client], service, in: text, pieces: size)[client]
    }

    private func find(
        _ clients: Set<Endpoint>, _ service: String, in text: String, pieces size: Int = .max
    ) throws -> [Endpoint: Endpoint] {
        var search = ConnectionSearch(clients: clients, service: try Endpoint(service))
        var octets = Array(text.utf8)[...]
        while !octets.isEmpty {
            let piece = Array(octets.prefix(size))
            octets = octets.dropFirst(size)
            piece.withUnsafeBytes { search.take($0) }
        }
        return search.found
    }

    @Test func `reads each line as ipvsadm shows it`() throws {
        let entries = Self.captured.split(separator: "\n").compactMap { ConnectionEntry($0.utf8) }
        #expect(
            entries.map { "\($0.client) \($0.service) \($0.destination)" } == Self.shown.map { "\($0) \($1) \($2)" })
        #expect(entries.map(\.isTemplate) == [false, false, false, false, true, false])
        #expect(entries[2].state == "CLOSE")
        #expect(entries.map(\.expires) == [899, 899, 9, 899, 299, 899])
        #expect(entries.allSatisfy { $0.transport == "TCP" })
    }

    @Test(arguments: shown.filter { !$0.0.hasSuffix(":0") })
    func `finds each connection, however the table is cut in pieces`(
        client: String, service: String, destination: String
    ) throws {
        for size in [1, 2, 7, 64, 4096] {
            #expect(try find(client, service, in: Self.captured, pieces: size) == Endpoint(destination))
        }
    }

    /// A client of the other family has no connection to the service.
    @Test(arguments: [1, 7, 64, 4096])
    func `finds several connections to one service, and those of no other`(size: Int) throws {
        let clients = Set(try Self.shown.filter { !$0.0.hasSuffix(":0") }.map { try Endpoint($0.0) })
        #expect(
            try find(clients, "169.254.7.1:80", in: Self.captured, pieces: size) == [
                Endpoint("10.77.0.1:45856"): Endpoint("127.0.0.1:8081"),
                Endpoint("10.77.0.1:45852"): Endpoint("10.77.0.1:8082"),
            ])
        #expect(try find([], "169.254.7.1:80", in: Self.captured, pieces: size).isEmpty)
    }

    @Test func `finds nothing for another client, another service, or in what is no table`() throws {
        #expect(try find("10.77.0.1:45857", "169.254.7.1:80", in: Self.captured) == nil)
        #expect(try find("10.77.0.1:45856", "169.254.7.1:81", in: Self.captured) == nil)
        #expect(try find("10.77.0.1:45856", "169.254.7.1:80", in: "TCP 0A4D0001 B320 A9FE0701 0050 \n") == nil)
        for line in ["", "TCP", "TCP x 1 y 2 z 3 STATE 4", "TCP 0A4D0001 GGGG A9FE0701 0050 7F000001 1F91 CLOSE 9"] {
            #expect(ConnectionEntry(line.utf8) == nil)
        }
    }

    @Test func `reads a bounded part of a large table`() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let other = "TCP 0A4D0001 B321 A9FE0701 0050 7F000001 1F91 ESTABLISHED     899\n"
        let wanted = "TCP 0A4D0001 B320 A9FE0701 0050 7F000001 1F91 ESTABLISHED     899\n"
        let (client, service) = (try Endpoint("10.77.0.1:45856"), try Endpoint("169.254.7.1:80"))
        for (others, isFound) in [(0, true), (3_000, true), (5_000, false)] {
            try (String(repeating: other, count: others) + wanted).write(
                toFile: folder, atomically: false, encoding: .utf8)
            let found = ConnectionTable.destination(of: client, at: service, in: FilePath(folder))
            #expect((found != nil) == isFound, "\(others)")
        }
        #expect(ConnectionTable.destination(of: client, at: service, in: "/nowhere") == nil)
    }
}
