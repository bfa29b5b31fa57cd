import Addressing
import Netlink
import NetlinkTestKit
import Testing

@testable import RouteNetlink

/// Notices as the kernel sent them.
@Suite struct RouteNoticeTests {
    private func notices(_ hexadecimal: String) throws -> [RouteNotice] {
        try CapturedMessage.all(hexadecimal).compactMap { try $0.decoded(RouteNotice.init(header:payload:)) }
    }

    @Test func `notices of links are read`() throws {
        let down = try notices(CapturedNotices.linkDown)
        guard case .link(let link, isRemoved: false)? = down.first else {
            Issue.record("\(down)")
            return
        }
        #expect((link.name, link.kind, link.isUp) == ("d0", "dummy", false))
        let deleted = try notices(CapturedNotices.linkDeleted)
        guard case .link(let link, isRemoved: true)? = deleted.first else {
            Issue.record("\(deleted)")
            return
        }
        #expect((link.name, link.index) == ("d0", LinkIndex(rawValue: 2)))
    }

    @Test func `an address brings its routes`() throws {
        let added = try notices(CapturedNotices.addressAdded)
        #expect(added.count == 4)
        guard case .address(let address, isRemoved: false)? = added.first else {
            Issue.record("\(added)")
            return
        }
        #expect(address.description == "10.1.2.3/24 dev if2")
        let routes = added.dropFirst().map { notice in
            if case .route(let route, isRemoved: false) = notice { "\(route)" } else { "\(notice)" }
        }
        #expect(
            routes == [
                "local 10.1.2.3/32 dev if2 table local proto kernel src 10.1.2.3",
                "10.1.2.0/24 dev if2 proto kernel src 10.1.2.3",
                "broadcast 10.1.2.255/32 dev if2 table local proto kernel src 10.1.2.3",
            ])
    }

    @Test(arguments: [
        (CapturedNotices.vipDeleted, "local 10.9.9.9/32 dev lo table local proto 76 src 10.1.2.3"),
        (CapturedNotices.vip6Deleted, "local fd99::9/128 dev lo table local"),
    ])
    func `notices of deleted routes are read`(hexadecimal: String, expected: String) throws {
        let notices = try notices(hexadecimal)
        guard case .route(let route, isRemoved: true)? = notices.first else {
            Issue.record("\(notices)")
            return
        }
        #expect("\(route)" == expected)
    }

    @Test func `notices of rules are read`() throws {
        #expect(try notices(CapturedNotices.ruleAdded) == [.rule])
    }

    @Test func `other messages are no notices`() throws {
        var message = try #require(try CapturedMessage.all(CapturedNotices.ruleAdded).first)
        message.header.type = 28  // RTM_NEWNEIGH
        #expect(try message.decoded(RouteNotice.init(header:payload:)) == nil)
    }
}
