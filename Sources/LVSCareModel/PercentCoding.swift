/// Octets as `%XX`, RFC 3986, section 2.1.
package enum PercentCoding {
    /// `text` with every octet encoded that `isAllowed` does not allow; a percent sign that begins an encoded octet always
    /// stays. The digits of what is encoded here are upper case.
    package static func encode(_ text: String, allowing isAllowed: (UInt8) -> Bool) -> String {
        var encoded: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.first {
            if isAllowed(octet) || octet == percent && decodedOctet(at: rest) != nil {
                encoded.append(octet)
            } else {
                encoded += [percent, digit(octet >> 4), digit(octet & 0xf)]
            }
            rest = rest.dropFirst()
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Undoes the coding; what is not properly encoded stays as it is. Octets that are no UTF-8 become U+FFFD.
    package static func decode(_ text: String) -> String {
        var decoded: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.first {
            let value = decodedOctet(at: rest)
            decoded.append(value ?? octet)
            rest = rest.dropFirst(value == nil ? 1 : 3)
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static let percent = UInt8(ascii: "%")

    /// The octet that the first three of `octets` stand for; `nil` when they stand for themselves.
    private static func decodedOctet(at octets: ArraySlice<UInt8>) -> UInt8? {
        guard octets.count >= 3, octets.first == percent, let high = value(octets[octets.startIndex + 1]),
            let low = value(octets[octets.startIndex + 2])
        else { return nil }
        return high << 4 | low
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        Character(Unicode.Scalar(digit)).hexDigitValue.map { UInt8($0) }
    }

    private static func digit(_ value: UInt8) -> UInt8 { Array("0123456789ABCDEF".utf8)[Int(value)] }
}
