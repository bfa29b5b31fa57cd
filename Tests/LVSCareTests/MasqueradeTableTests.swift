import Addressing
import Director
import LVSCareModel
import NFTables
import Testing

@testable import LVSCare

/// What the table is called and holds; kernel tests show that it works.
@Suite struct MasqueradeTableTests {
    @Test func `every service has a table of its own`() throws {
        let identities =
            try ["10.0.0.1:80", "10.0.0.1:81", "10.0.0.2:80", "[fd00::1]:80"].map {
                MasqueradeTable.identity(of: try Endpoint($0)).description
            } + [MasqueradeTable.identity(of: try Endpoint("10.0.0.1:80"), .udp).description]
        #expect(
            identities == [
                "ip lvscare-10.0.0.1-80", "ip lvscare-10.0.0.1-81", "ip lvscare-10.0.0.2-80", "ip6 lvscare-fd00__1-80",
                "ip lvscare-udp-10.0.0.1-80",
            ])
    }

    @Test(arguments: [0, 14, 31])
    func `only its own bit is set and looked at`(bit: Int) throws {
        let mark: UInt32 = 1 << UInt32(bit)
        let table = MasqueradeTable.table(Masquerading(of: try Endpoint("10.0.0.1:80"), bit: bit, source: nil))
        let masks = table.chains.flatMap(\.rules).flatMap(\.expressions).compactMap { expression in
            if case .bitwise(let bitwise) = expression { bitwise } else { nil }
        }
        #expect(
            masks == [
                Bitwise(mask: ~mark, xor: mark), Bitwise(mask: ~mark, xor: mark), Bitwise(mask: mark, xor: 0),
            ])
    }
}
