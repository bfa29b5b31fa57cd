import Glibc

extension HTTPFault {
    static var headTooLarge: HTTPFault { HTTPFault(.protocolError, "the answer's head is too large") }

    /// What is wrong with a head, in words for the operator.
    static func notHTTP(_ reason: String) -> HTTPFault {
        HTTPFault(.protocolError, "the answer is not HTTP/1 (\(reason))")
    }

    /// The fault of a server that has sent `line` instead of a status line.
    static func noStatusLine(but line: RawSpan) -> HTTPFault {
        .notHTTP(line.isEmpty ? "no status line" : "no status line, but \(line.quoted)")
    }
}

/// The characters of a message (RFC 9110, section 5.6).
extension UInt8 {
    static var lineFeed: UInt8 { 0x0a }
    static var carriageReturn: UInt8 { 0x0d }
    static var space: UInt8 { 0x20 }

    var isBlank: Bool { self == .space || self == 0x09 }
    var isControlCharacter: Bool { self < 0x20 && self != 0x09 || self == 0x7f }
    /// Whether the value of a field must not have this character; other control characters may stay (RFC 9110, section
    /// 5.5).
    var isDangerous: Bool { self == 0 || self == .carriageReturn || self == .lineFeed }
    fileprivate var isPrintable: Bool { 0x20...0x7e ~= self }

    /// Whether the name of a field may have this character.
    var isTokenCharacter: Bool {
        switch Unicode.Scalar(self) {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case "!", "#", "$", "%", "&", "'", "*", "+", "-", ".", "^", "_", "`", "|", "~": true
        default: false
        }
    }

    var hexadecimalDigit: Int? {
        switch Unicode.Scalar(self) {
        case "0"..."9": Int(self) - 0x30
        case "a"..."f", "A"..."F": Int(self | 0x20) - 0x61 + 10
        default: nil
        }
    }
}

/// The texts of a message, in place.
extension RawSpan {
    /// Octets of a server's text that an error quotes.
    private static var longestQuote: Int { 60 }

    /// The octet at `offset`, which has to be within the span: this load is unsafe only for other types.
    subscript(_ offset: Int) -> UInt8 { unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

    /// Where `octet` is for the first time; `nil` if nowhere.
    func firstOffset(of octet: UInt8) -> Int? {
        withUnsafeBytes { octets in
            guard let start = octets.baseAddress, let found = memchr(start, CInt(octet), octets.count) else {
                return nil
            }
            return start.distance(to: found)
        }
    }

    /// Octets of a line before its end; this is a whole line.
    var lineLength: Int {
        let count = Swift.max(0, byteCount - 1)
        return count > 0 && self[count - 1] == .carriageReturn ? count - 1 : count
    }

    /// Whether this is `text`, which is in lower case, whatever the case here.
    func isEqual(to text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            guard text.count == byteCount else { return false }
            // A carriage return, which this takes for a hyphen, has been refused.
            for offset in text.indices where self[offset] | 0x20 != text[offset] { return false }
            return true
        }
    }

    func starts(with text: StaticString) -> Bool { text.utf8CodeUnitCount <= byteCount && agrees(with: text) }

    /// Whether this starts with `text` or, being shorter, is the start of it.
    private func agrees(with text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            for offset in 0..<Swift.min(byteCount, text.count) where self[offset] != text[offset] { return false }
            return true
        }
    }

    /// The number that this is in digits; `nil` also when it is too large.
    var decimalNumber: Int? {
        guard !isEmpty else { return nil }
        var number = 0
        for offset in byteOffsets {
            let (product, overflows) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflowsThen) = product.addingReportingOverflow(Int(self[offset]) - 0x30)
            guard 0x30...0x39 ~= self[offset], !overflows, !overflowsThen else { return nil }
            number = sum
        }
        return number
    }

    /// `range` without the blanks at both ends.
    func trimming(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, self[start].isBlank { start += 1 }
        while start < end, self[end - 1].isBlank { end -= 1 }
        return start..<end
    }

    /// The elements of a list with commas, without the blanks around them.
    func forEachElement(_ body: (RawSpan) -> Void) {
        var rest = self
        while !rest.isEmpty {
            let count = rest.firstOffset(of: UInt8(ascii: ",")) ?? rest.byteCount
            let element = rest.trimming(0..<count)
            if !element.isEmpty { body(rest.extracting(element)) }
            rest = rest.extracting(droppingFirst: count + 1)
        }
    }

    /// The beginning between quotation marks, printable.
    var quoted: String {
        var text = "\""
        for offset in 0..<Swift.min(byteCount, Self.longestQuote) {
            let character = Unicode.Scalar(self[offset])
            text += character == "'" ? "'" : character.escaped(asASCII: true)
        }
        return text + (byteCount > Self.longestQuote ? "…\"" : "\"")
    }

    /// Whether these octets, of which more may come, can be those of a status line.
    var startsLikeStatusLine: Bool { agrees(with: "HTTP/") }

    /// Throws when these are the octets of something else, as soon as it shows what.
    func checkStartOfStatusLine() throws(HTTPFault) {
        guard !startsLikeStatusLine else { return }
        for offset in 0..<Swift.min(byteCount, Self.longestQuote + 1) where !self[offset].isPrintable {
            let isText = self[offset] == .carriageReturn || self[offset] == .lineFeed
            throw .noStatusLine(but: extracting(first: isText ? offset : 0))
        }
        if byteCount > Self.longestQuote { throw .noStatusLine(but: self) }
    }
}
