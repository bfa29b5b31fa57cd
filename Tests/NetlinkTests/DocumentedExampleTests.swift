import Netlink
import Testing

/// The code that `Netlink.docc` quotes.
@Suite struct NetlinkExampleTests {
    @Test func `a generic family is found by name and asked`() throws {
        let netlink = try NetlinkConnection(.generic)
        let family = try netlink.family(named: "nlctrl")
        // CTRL_CMD_GETFAMILY is 3; CTRL_ATTR_FAMILY_ID (1) and CTRL_ATTR_FAMILY_NAME (2) are in linux/genetlink.h.
        let request = family.request(3) { $0.string(2, "nlctrl") }
        let id = try netlink.reply(to: request) { (_, payload) throws(NetlinkDecodingError) in
            var id: UInt16?
            let start = GenericNetlinkFamily.headerSize
            try payload.forEachAttribute(from: start) { (type, value) throws(NetlinkDecodingError) in
                if type == 1 { id = try value.integer() }
            }
            return id
        }

        #expect(id == family.id)
    }
}
