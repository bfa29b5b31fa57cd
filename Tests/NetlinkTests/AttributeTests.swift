import Netlink
import Testing

@Suite struct AttributeTests {
    /// `strace -xx genl ctrl get name nlctrl`: generic header and attribute of the request.
    static let getFamily: [UInt8] = [
        0x03, 0x00, 0x00, 0x00, 0x0b, 0x00, 0x02, 0x00, 0x6e, 0x6c, 0x63, 0x74, 0x72, 0x6c, 0x00, 0x00,
    ]

    @Test func `attributes are written as the genl command writes them`() {
        var writer = AttributeWriter()
        writer.header([3, 0, 0, 0])
        writer.string(2, "nlctrl")
        #expect(writer.bytes == Self.getFamily)
    }

    @Test func `attributes are padded and nested`() {
        var writer = AttributeWriter()
        writer.nest(1) { writer in
            writer.integer(2, UInt8(7))
            writer.bigEndian(3, UInt16(0x1234))
            writer.flag(4)
        }
        #expect(
            writer.bytes == [
                24, 0, 1, 0x80,
                5, 0, 2, 0, 7, 0, 0, 0,
                6, 0, 3, 0, 0x12, 0x34, 0, 0,
                4, 0, 4, 0,
            ])
    }

    @Test func `every kind of value is read back`() throws {
        var writer = AttributeWriter()
        writer.integer(1, UInt8(0xfe))
        writer.integer(2, UInt32(0xdead_beef))
        writer.integer(3, UInt64.max - 1)
        writer.bigEndian(4, UInt32(1))
        writer.string(5, "wlc")
        writer.octets(6, [1, 2, 3])
        writer.nest(7) { $0.integer(8, Int32(-5)) }
        var seen: [UInt16] = []
        try writer.bytes.span.bytes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            seen.append(type)
            switch type {
            case 1: #expect(try value.integer(UInt8.self) == 0xfe)
            case 2: #expect(try value.integer(UInt32.self) == 0xdead_beef)
            case 3: #expect(try value.integer(UInt64.self) == .max - 1)
            case 4: #expect(try value.bigEndian(UInt32.self) == 1)
            case 5: #expect(value.cString == "wlc")
            case 6: #expect(value.octets == [1, 2, 3])
            case 7:
                try value.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
                    #expect(type == 8)
                    #expect(try value.integer(Int32.self) == -5)
                }
            default: Issue.record("unexpected attribute \(type)")
            }
        }
        #expect(seen == [1, 2, 3, 4, 5, 6, 7])
    }

    @Test(
        arguments: [
            ([0, 0, 1, 0], NetlinkDecodingError.Kind.lengthTooShort(0)),
            ([3, 0, 1, 0], .lengthTooShort(3)),
            ([9, 0, 1, 0, 0, 0, 0, 0], .lengthBeyondEnd(claimed: 9, available: 8)),
            ([0xff, 0xff, 1, 0], .lengthBeyondEnd(claimed: 65535, available: 4)),
        ] as [([UInt8], NetlinkDecodingError.Kind)])
    func `impossible lengths are refused`(bytes: [UInt8], kind: NetlinkDecodingError.Kind) {
        #expect(throws: NetlinkDecodingError(kind, path: [1])) {
            try bytes.span.bytes.forEachAttribute { (_, _) throws(NetlinkDecodingError) in }
        }
    }

    @Test func `an error names the attribute of a wrong width`() {
        var writer = AttributeWriter()
        writer.nest(9) { $0.integer(3, UInt16(1)) }
        let bytes = writer.bytes
        #expect(throws: NetlinkDecodingError(.wrongWidth(expected: 4, found: 2), path: [9, 3])) {
            try bytes.span.bytes.forEachAttribute { (_, value) throws(NetlinkDecodingError) in
                try value.forEachAttribute { (_, value) throws(NetlinkDecodingError) in
                    _ = try value.integer(UInt32.self)
                }
            }
        }
    }

    @Test func `trailing padding is ignored`() throws {
        var count = 0
        // An attribute whose padding is missing, and one with three stray bytes behind it.
        for bytes in [[5, 0, 1, 0, 7], [8, 0, 1, 0, 1, 2, 3, 4, 0, 0, 0]] as [[UInt8]] {
            try bytes.span.bytes.forEachAttribute { (_, _) throws(NetlinkDecodingError) in count += 1 }
        }
        #expect(count == 2)
    }
}
