extension RawSpan {
    /// Calls `body` with type and value of each netlink attribute (`struct nlattr`, `linux/netlink.h`) in order.
    ///
    /// These bytes are a sequence of attributes, each padded to four bytes; the type is given without the flags
    /// `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER`. Every attribute advances by at least its header, so the loop ends
    /// whatever the bytes are. What `body` throws is passed on with the attribute's type put in front of its path.
    public func forEachAttribute(
        from start: Int = 0, _ body: (UInt16, RawSpan) throws(NetlinkDecodingError) -> Void
    ) throws(NetlinkDecodingError) {
        guard 0...byteCount ~= start else {
            throw NetlinkDecodingError(.truncated(needed: start, found: byteCount))
        }
        var offset = start
        // Fewer bytes than a header can hold only padding.
        while byteCount - offset >= AttributeWriter.headerSize {
            let length = Int(try integer(at: offset, as: UInt16.self))
            let type = try integer(at: offset + 2, as: UInt16.self) & AttributeWriter.typeMask
            guard length >= AttributeWriter.headerSize else {
                throw NetlinkDecodingError(.lengthTooShort(length), path: [type])
            }
            guard length <= byteCount - offset else {
                throw NetlinkDecodingError(
                    .lengthBeyondEnd(claimed: length, available: byteCount - offset), path: [type])
            }
            do throws(NetlinkDecodingError) {
                try body(type, extracting((offset + AttributeWriter.headerSize)..<(offset + length)))
            } catch {
                throw error.inside(type)
            }
            offset += netlinkAligned(length)
        }
    }
}

/// `length` rounded up to the four bytes to which netlink pads messages and attributes (`NLMSG_ALIGN`, `NLA_ALIGN`).
func netlinkAligned(_ length: Int) -> Int { (length + 3) & ~3 }
