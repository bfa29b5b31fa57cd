/// Octets as `%XX` (RFC 3986, section 2.1).
package enum PercentCoding {
    /// `text` with every octet of its UTF-8 encoded that is not allowed; what is encoded already stays as it is.
    package static func encoded(_ text: String, allowing isAllowed: (UInt8) -> Bool) -> String {
        var encoded = ""
        var rest = Array(text.utf8)[...]
        while let octet = rest.first {
            let taken = escaped(in: rest) == nil ? 1 : 3
            if taken == 3 || isAllowed(octet) {
                encoded.unicodeScalars.append(contentsOf: rest.prefix(taken).map { Unicode.Scalar($0) })
            } else {
                let digits = String(octet, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
            rest = rest.dropFirst(taken)
        }
        return encoded
    }

    /// `text` with every `%XX` as the octet that it stands for; what is not properly encoded stays as it is.
    package static func decoded(_ text: String) -> String {
        var decoded: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.first {
            let hidden = escaped(in: rest)
            decoded.append(hidden ?? octet)
            rest = rest.dropFirst(hidden == nil ? 1 : 3)
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// The octet that the `%XX` at the beginning of `octets` stands for; `nil` where there is none.
    private static func escaped(in octets: ArraySlice<UInt8>) -> UInt8? {
        guard octets.count >= 3, octets.first == UInt8(ascii: "%"),
            let high = Character(Unicode.Scalar(octets[octets.startIndex + 1])).hexDigitValue,
            let low = Character(Unicode.Scalar(octets[octets.startIndex + 2])).hexDigitValue
        else { return nil }
        return UInt8(high << 4 | low)
    }
}
