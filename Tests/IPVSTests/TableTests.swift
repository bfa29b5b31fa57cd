import Netlink
import NetlinkTestKit
import Testing

@testable import IPVS

@Suite struct TableTests {
    private static let mark = Service.Identity.firewallMark(7, .ipv4)

    /// A table of the web service with one real server, and of the mark, which is deleted after the list was made.
    private static func changingTable() throws -> ScriptedIPVS {
        try ScriptedIPVS { request in
            let isDump = request.header.flags.isSuperset(of: .dump)
            let isAboutServices = request.payload[0] == Command.getService.rawValue
            // A mark has four octets where an endpoint has twenty or more.
            let isAboutWeb = request.payload.contains { $0 == 80 }
            let fixtures: [Fixture] =
                switch (isDump, isAboutServices) {
                case (true, true): [Received.mark4, Received.tcp4]
                case (true, false): isAboutWeb ? [Received.masquerade] : []
                case (false, _): isAboutWeb ? [Received.tcp4] : []
                }
            guard !fixtures.isEmpty || isDump else { return [.status(3)] }
            return fixtures.map {
                .init(type: ScriptedIPVS.familyID, flags: isDump ? .multi : [], payload: $0.bytes)
            } + [isDump ? .done() : .status(0)]
        }
    }

    @Test func `a table lacks what is deleted while it is read`() throws {
        let table = try Self.changingTable().client.table()
        #expect(table.map(\.service.identity) == [ErrorTests.web])
        #expect(table.first?.destinations.map(\.identity) == [endpoint("192.0.2.10:8080")])
    }

    @Test func `a table asks only for the real servers of what is wanted`() throws {
        let ipvs = try Self.changingTable()
        #expect(try ipvs.client.table { _ in false }.isEmpty)
        #expect(ipvs.requests.map { $0.payload[0] } == [Command.getService.rawValue])
    }

    @Test func `an entry is a service with its real servers`() throws {
        let ipvs = try Self.changingTable()
        let entry = try #require(try ipvs.client.tableEntry(ErrorTests.web))
        #expect(entry.service.identity == ErrorTests.web)
        #expect(entry.destinations.map(\.identity) == [endpoint("192.0.2.10:8080")])
        #expect(try ipvs.client.tableEntry(Self.mark) == nil)
    }

    @Test func `a table that may not be read is an error`() throws {
        let ipvs = try ScriptedIPVS { _ in [.status(1)] }
        let error = #expect(throws: IPVSError.self) { try ipvs.client.table() }
        #expect(error?.reason == .notPermitted)
        #expect(throws: IPVSError.self) { try ipvs.client.tableEntry(ErrorTests.web) }
    }
}
