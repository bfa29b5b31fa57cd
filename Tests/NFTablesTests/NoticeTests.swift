import CLinux
import Glibc
import Netlink
import Testing

@testable import NFTables

/// Which notices are about a table.
@Suite struct NoticeTests {
    private static let table = Table.Identity(.inet, "lvscare")

    private func subjects(_ hexadecimal: String, of table: Table.Identity) throws -> [Bool] {
        try Message.all(hexadecimal).map { message in
            let header = NetlinkHeader(length: 0, type: message.type, flags: message.flags, sequence: 0, port: 0)
            return try table.isSubject(ofNotice: header, payload: message.payload.span.bytes)
        }
    }

    @Test(arguments: [
        (CapturedNotices.tableAdded, [true, false]), (CapturedNotices.contentAdded, [true, true, true, true]),
        (CapturedNotices.otherFamily, [false, false]), (CapturedNotices.otherName, [false, false]),
        (CapturedNotices.ruleDeleted, [true]), (CapturedNotices.elementDeleted, [true]),
        (CapturedNotices.flushed, [true, true, true, false, false]),
    ])
    func `a message about a table or its parts concerns it`(hexadecimal: String, expected: [Bool]) throws {
        #expect(try subjects(hexadecimal, of: Self.table) == expected)
    }

    @Test func `messages of other subsystems concern no table`() throws {
        var message = try #require(try Message.all(CapturedNotices.tableAdded).first)
        message.type = UInt16(NFNL_SUBSYS_CTNETLINK) << 8
        let header = NetlinkHeader(length: 0, type: message.type, flags: [], sequence: 0, port: 0)
        let isSubject = try Self.table.isSubject(ofNotice: header, payload: message.payload.span.bytes)
        #expect(!isSubject)
    }

    @Test func `the group has the number of the header`() {
        #expect(NetlinkSubscription.rulesetGroup == NFNLGRP_NFTABLES.rawValue)
    }
}
