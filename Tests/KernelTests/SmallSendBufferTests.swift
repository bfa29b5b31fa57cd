import Foundation
import IPVS
import KernelTestKit
import NFTables
import Netlink
import Testing

extension KernelSuites {
    /// Where administrators keep the send buffers of sockets small, `net.core.wmem_default=16384`. The setting is that of the whole
    /// kernel, which has to be the tests' own.
    @Suite(.ownKernel) final class SmallSendBufferTests {
        private let usual: String

        init() throws {
            usual = try Self.setting("-n net.core.wmem_default")
            _ = try Self.setting("-q -w net.core.wmem_default=16384")
        }

        deinit { _ = try? Self.setting("-q -w net.core.wmem_default=\(usual)") }

        private static func setting(_ arguments: String) throws -> String {
            try Shell.lines("nsenter --net=\(firstNetworkNamespace) sysctl \(arguments)").joined()
        }

        @Test func `2,496 commands take effect`() throws {
            let ipvs = try freshIPVS()
            let service = Service.Identity.endpoint(.tcp, endpoint("10.0.0.1:80"))
            let commands =
                [.addService(service, .init(scheduler: .roundRobin))]
                + IPVSBatchTests.servers(2495).map {
                    IPVSCommand.addDestination($0, .init(forwarding: .masquerade, weight: 1), to: service)
                }
            #expect(commands.count == 2496)
            #expect(ipvs.apply(commands).allSatisfy { $0 == nil })
            #expect(try IPVSOracle.saved().count == commands.count)
        }

        /// In the one family that user-mode Linux has.
        @Test func `a table of 30,000 elements takes the place of another`() throws {
            let identity = Table.Identity(.bridge, "lvscare")
            var set = NamedSet("s", of: .ipv4Address)
            for number in UInt32(0)..<30_000 {
                set.elements.insert(
                    NamedSet.Element(octets: [10, 0, UInt8(number >> 8), UInt8(number & 0xff)]))
            }
            let table = Table(identity, sets: [set])
            let client = try NFTablesClient()
            try client.replace(Table(identity))
            try client.replace(table)
            // Before Linux 6.16 a list lacks some elements for a moment behind the change that made them.
            try eventually { try client.table(identity) == table }
            #expect(try client.delete(identity))
        }
    }
}
