/// What `goyaml.v2` reads a plain scalar as.
enum ScalarResolution {
    /// Whether the text, written plain, would be read as something else than this text.
    static func isOtherThanText(_ text: String) -> Bool {
        if words.contains(text) { return true }
        let octets = Array(text.utf8)
        guard let first = octets.first else { return true }
        switch first {
        case UInt8(ascii: "."):
            let underscores = octets.indices.filter { octets[$0] == underscore }
            // Here they may only stand between digits.
            return isFloat(octets.filter { $0 != underscore }[...])
                && underscores.allSatisfy { index in
                    index + 1 < octets.count && isDigit(octets[index - 1]) && isDigit(octets[index + 1])
                }
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            if isSexagesimal(octets) || YAMLTimestamp.matches(octets) { return true }
            // Where underscores stand does not matter.
            let number = octets.filter { $0 != underscore }[...]
            return isInteger(number) || isFloat(number)
        default: return false
        }
    }

    /// Truth values, nothing, and numbers that have names.
    private static let words: Set<String> = [
        "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
        "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
        "", "~", "null", "Null", "NULL", ".nan", ".NaN", ".NAN",
        ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
    ]

    /// An integer that fits 64 bits, as Go's `strconv` reads it, or a binary one with a sign in its midst.
    private static func isInteger(_ octets: ArraySlice<UInt8>) -> Bool {
        let isNegative = octets.first == UInt8(ascii: "-")
        let isSigned = isNegative || octets.first == UInt8(ascii: "+")
        let unsigned = octets.dropFirst(isSigned ? 1 : 0)
        if let magnitude = magnitude(unsigned) {
            let limit: UInt64 = isNegative ? 1 << 63 : isSigned ? 1 << 63 - 1 : .max
            return magnitude <= limit
        }
        guard !isSigned || isNegative, unsigned.starts(with: "0b".utf8) else { return false }
        return Int64(text(unsigned.dropFirst(2)), radix: 2) != nil
            && !(isNegative && unsigned.dropFirst(2).first.map(isSign) == true)
    }

    /// The number without its sign, with the prefix of its base; a leading zero alone means base 8.
    private static func magnitude(_ octets: ArraySlice<UInt8>) -> UInt64? {
        guard let first = octets.first, isDigit(first) else { return nil }
        guard first == UInt8(ascii: "0"), octets.count > 1 else { return UInt64(text(octets), radix: 10) }
        let base =
            switch octets[octets.startIndex + 1] {
            case UInt8(ascii: "x"), UInt8(ascii: "X"): 16
            case UInt8(ascii: "o"), UInt8(ascii: "O"): 8
            case UInt8(ascii: "b"), UInt8(ascii: "B"): 2
            default: 0
            }
        let digits = octets.dropFirst(base == 0 ? 1 : 2)
        guard let sign = digits.first, !isSign(sign) else { return nil }
        return UInt64(text(digits), radix: base == 0 ? 8 : base)
    }

    /// A decimal number, perhaps with a fraction and an exponent, that is not beyond all numbers.
    private static func isFloat(_ octets: ArraySlice<UInt8>) -> Bool {
        var rest = octets
        if let sign = rest.first, isSign(sign) { rest = rest.dropFirst() }
        let whole = takeDigits(&rest)
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = takeDigits(&rest)
        }
        guard whole + fraction > 0 else { return false }
        if let e = rest.first, e | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if let sign = rest.first, isSign(sign) { rest = rest.dropFirst() }
            guard takeDigits(&rest) > 0 else { return false }
        }
        guard rest.isEmpty else { return false }
        return Double(text(octets))?.isFinite ?? false
    }

    /// `190:20:30.15`, which YAML 1.1 reads to base 60 and `goyaml.v2` does not, but quotes for others.
    private static func isSexagesimal(_ octets: [UInt8]) -> Bool {
        var rest = octets[...]
        if let sign = rest.first, isSign(sign) { rest = rest.dropFirst() }
        guard let digit = rest.first, isDigit(digit) else { return false }
        rest = rest.drop(while: isDigitOrUnderscore)
        guard rest.first == UInt8(ascii: ":") else { return false }
        while rest.first == UInt8(ascii: ":") {
            rest = rest.dropFirst()
            let digits = rest.prefix(while: isDigit)
            guard digits.count == 1 || digits.count == 2 && digits[digits.startIndex] < UInt8(ascii: "6") else {
                return false
            }
            rest = rest[digits.endIndex...]
        }
        if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst().drop(while: isDigitOrUnderscore) }
        return rest.isEmpty
    }

    private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
        let digits = rest.prefix(while: isDigit)
        rest = rest[digits.endIndex...]
        return digits.count
    }

    private static let underscore = UInt8(ascii: "_")

    private static func text(_ octets: ArraySlice<UInt8>) -> String { String(decoding: octets, as: UTF8.self) }

    private static func isDigit(_ octet: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= octet }

    private static func isDigitOrUnderscore(_ octet: UInt8) -> Bool { isDigit(octet) || octet == underscore }

    private static func isSign(_ octet: UInt8) -> Bool { octet == UInt8(ascii: "+") || octet == UInt8(ascii: "-") }
}
