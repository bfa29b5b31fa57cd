extension RawSpan {
    /// Calls `body` with header and payload of each netlink message in order; these bytes are one datagram.
    ///
    /// No length is believed: one that is less than a header or more than the rest of the bytes is an error, so the loop
    /// ends whatever the bytes are.
    public func forEachMessage(
        _ body: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Void
    ) throws(NetlinkDecodingError) {
        var offset = 0
        while offset < byteCount {
            let header = try NetlinkHeader(self, at: offset)
            let end = offset + Int(header.length)
            try body(header, extracting((offset + NetlinkHeader.size)..<end))
            offset += netlinkAligned(Int(header.length))
        }
    }
}
