/// A point in time as `goyaml.v2` reads one: `2001-12-14`, `2001-12-14 21:59:43.1`, `2001-12-14T21:59:43.1-05:00`.
struct YAMLTimestamp {
    private var rest: ArraySlice<UInt8>

    /// Whether these octets of UTF-8 are one, and name a day that there is.
    static func matches(_ octets: [UInt8]) -> Bool {
        var reader = YAMLTimestamp(rest: octets[...])
        return reader.readDate() && (reader.rest.isEmpty || reader.readTime()) && reader.rest.isEmpty
    }

    private mutating func readDate() -> Bool {
        guard let year = take(count: 4), skip("-"), let month = takeNumber(), 1...12 ~= month, skip("-"),
            let day = takeNumber()
        else { return false }
        return 1...Self.days(of: month, year: year) ~= day
    }

    private mutating func readTime() -> Bool {
        let hasZone: Bool
        if skip(" ") {
            rest = rest.drop { $0 == UInt8(ascii: " ") }
            hasZone = false
        } else {
            guard skip("T") || skip("t") else { return false }
            hasZone = true
        }
        guard let hour = takeNumber(), hour < 24, skip(":"), let minute = takeNumber(), minute < 60, skip(":"),
            let second = takeNumber(), second < 60
        else { return false }
        let fraction = rest.dropFirst().prefix(9).prefix(while: Self.isDigit)
        if let point = rest.first, point == UInt8(ascii: ".") || point == UInt8(ascii: ","), !fraction.isEmpty {
            rest = rest[fraction.endIndex...]
        }
        return !hasZone || readZone()
    }

    private mutating func readZone() -> Bool {
        if skip("Z") { return true }
        return (skip("+") || skip("-")) && take(count: 2) != nil && skip(":") && take(count: 2) != nil
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// A number of two digits, or of one.
    private mutating func takeNumber() -> Int? { take(count: 2) ?? take(count: 1) }

    private mutating func take(count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(Self.isDigit) else { return nil }
        rest = rest[digits.endIndex...]
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func days(of month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func isDigit(_ octet: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= octet }
}
