import CLinux
import Glibc
import Netlink
import SystemPackage
import Testing

/// Sockets that only listen, on this machine; listening to the routing needs no privilege.
@Suite struct NetlinkSubscriptionTests {
    private func option(_ option: Int32, of number: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(number, SOL_NETLINK, option, &value, &length) == 0 ? value : nil
    }

    @Test func `a subscription joins the groups and forgets lost messages`() throws {
        let groups: [UInt32] = [RTNLGRP_LINK.rawValue, RTNLGRP_IPV6_RULE.rawValue]
        let subscription = try NetlinkSubscription(.route, groups: groups)
        #expect(option(NETLINK_NO_ENOBUFS, of: subscription.rawValue) == 1)
        // A bit for each group, the first one for group 1.
        #expect(option(NETLINK_LIST_MEMBERSHIPS, of: subscription.rawValue) == 1 << 0 | 1 << 18)
    }

    @Test func `reading does not wait`() throws {
        let subscription = try NetlinkSubscription(.route, groups: [])
        var byte: UInt8 = 0
        #expect(read(subscription.rawValue, &byte, 1) == -1 && errno == EAGAIN)
    }

    @Test func `a descriptor is closed unless it was given away`() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
        defer { close(ends[0]) }
        var byte: UInt8 = 0
        let given = OwnedDescriptor(adopting: ends[1]).release()
        #expect(read(ends[0], &byte, 1) == -1 && errno == EAGAIN, "still open for writing")
        do { _ = OwnedDescriptor(adopting: given) }
        #expect(read(ends[0], &byte, 1) == 0, "nobody has the other end")
    }

    @Test func `a refusal names its cause`() {
        #expect(throws: NetlinkError.system("socket", .protocolNotSupported)) {
            _ = try NetlinkSubscription(NetlinkProtocol(rawValue: 31), groups: [])
        }
        #expect(throws: NetlinkError.system("setsockopt NETLINK_ADD_MEMBERSHIP", .invalidArgument)) {
            _ = try NetlinkSubscription(.route, groups: [UInt32.max])
        }
    }
}

/// Datagrams taken apart.
@Suite struct MessageTests {
    private func message(_ type: UInt16, _ payload: [UInt8], length: UInt32? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        NetlinkHeader(
            length: length ?? UInt32(NetlinkHeader.size + payload.count), type: type, flags: [], sequence: 0, port: 0
        ).encode(into: &bytes)
        return bytes + payload
    }

    private func messages(_ datagram: [UInt8]) throws(NetlinkDecodingError) -> [String] {
        var found: [String] = []
        try datagram.span.bytes.forEachMessage { (header, payload) throws(NetlinkDecodingError) in
            found.append("\(header.type) \(payload.octets)")
        }
        return found
    }

    @Test func `each message is padded to four`() throws {
        #expect(try messages([]) == [])
        #expect(
            try messages(message(16, [1, 2, 3, 4, 5]) + [0, 0, 0] + message(17, []) + message(18, [6]))
                == ["16 [1, 2, 3, 4, 5]", "17 []", "18 [6]"])
    }

    static let faults: [(UInt32?, Int, NetlinkDecodingError.Kind)] = [
        (15, 0, .lengthTooShort(15)), (0, 0, .lengthTooShort(0)),
        (21, 0, .lengthBeyondEnd(claimed: 21, available: 20)),
        (.max, 0, .lengthBeyondEnd(claimed: Int(UInt32.max), available: 20)),
        (nil, 3, .truncated(needed: 16, found: 3)),
    ]

    @Test(arguments: faults)
    func `no length is believed`(length: UInt32?, extra: Int, kind: NetlinkDecodingError.Kind) {
        let datagram = message(16, [1, 2, 3, 4], length: length) + [UInt8](repeating: 0, count: extra)
        #expect(throws: NetlinkDecodingError(kind)) { try messages(datagram) }
    }
}
