public import Netlink

/// One netlink message that was seen on a socket.
public struct CapturedMessage {
    /// The head, which says how long the message is.
    public var header: NetlinkHeader
    /// The octets behind it.
    public var payload: [UInt8]

    /// A text that is not hexadecimal.
    public struct NotHexadecimal: Error {}

    /// The messages of one or more datagrams in hexadecimal, as `strace -e read=3 -e write=3` shows them.
    ///
    /// Throws ``NotHexadecimal``, and what is wrong with a head.
    public static func all(_ hexadecimal: String) throws -> [CapturedMessage] {
        let digits = hexadecimal.filter { !$0.isWhitespace }
        let bytes = try stride(from: 0, to: digits.count, by: 2).map { offset in
            let start = digits.index(digits.startIndex, offsetBy: offset)
            guard let end = digits.index(start, offsetBy: 2, limitedBy: digits.endIndex),
                let octet = UInt8(digits[start..<end], radix: 16)
            else { throw NotHexadecimal() }
            return octet
        }
        var messages: [CapturedMessage] = []
        var offset = 0
        while offset < bytes.count {
            let header = try NetlinkHeader(bytes.span.bytes, at: offset)
            let end = offset + Int(header.length)
            messages.append(
                CapturedMessage(header: header, payload: Array(bytes[offset + NetlinkHeader.size..<end])))
            offset = (end + 3) & ~3
        }
        return messages
    }
}
