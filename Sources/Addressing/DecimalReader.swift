/// Decimal numbers and the marks between them, read octet by octet from front to back: IPv4 addresses and ports.
///
/// By far the most texts that are read as an address or endpoint are of these, and the general way takes many times as
/// long. What cannot be read here may still be right, or wrong for a reason that somebody wants to know.
struct DecimalReader {
    private let octets: UnsafeBufferPointer<UInt8>
    private var position = 0

    private init(_ octets: UnsafeBufferPointer<UInt8>) { self.octets = octets }

    /// What `body` reads from `text`; `nil` where that does not lie in memory in one piece, too.
    static func read<Value>(_ text: String, _ body: (inout DecimalReader) -> Value) -> Value? {
        text.utf8.withContiguousStorageIfAvailable { octets in
            var reader = DecimalReader(octets)
            return body(&reader)
        }
    }

    /// Whether nothing is left to read.
    var isAtEnd: Bool { position == octets.count }

    /// Reads `mark`, and says whether it was there.
    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard !isAtEnd, octets[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    /// Reads a number without zeros in front; `nil` for none, and for one above `limit`.
    mutating func number(upTo limit: UInt16) -> UInt32? {
        let start = position
        var number: UInt32 = 0
        while !isAtEnd, case let digit = octets[position] &- UInt8(ascii: "0"), digit <= 9 {
            if position > start, number == 0 { return nil }
            number = number * 10 + UInt32(digit)
            guard number <= UInt32(limit) else { return nil }
            position += 1
        }
        return position > start ? number : nil
    }

    /// Reads an IPv4 address in dotted decimal, as `inet_pton(3)` does; `nil` for none.
    mutating func address() -> IPAddress? {
        guard let first = number(upTo: 255), skip("."), let second = number(upTo: 255), skip("."),
            let third = number(upTo: 255), skip("."), let fourth = number(upTo: 255)
        else { return nil }
        return IPAddress(ipv4: first << 24 | second << 16 | third << 8 | fourth)
    }
}
