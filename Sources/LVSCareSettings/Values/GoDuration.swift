import Addressing

/// A duration as Go writes it: a sequence of decimal numbers, each with a unit, such as `500ms`, `1.5h` or `1m30s`.
///
/// A bare integer is a number of seconds, which Go itself does not take but `--interval` always did.
package enum GoDuration {
    /// What keeps a text from being a duration, as a clause that reads well behind the text.
    package enum Problem: Error, Hashable, CustomStringConvertible {
        case empty
        case negative
        case noNumber(at: String)
        case missingUnit(number: String)
        case unknownUnit(String)
        case tooLong

        package var description: String {
            switch self {
            case .empty: "it is empty"
            case .negative: "a duration cannot be negative"
            case .noNumber(let rest): "there is no number at \(rest.quoted)"
            case .missingUnit(let number):
                "\(number.abbreviated) has no unit, and without one only whole seconds are taken"
            case .unknownUnit(let unit): "\(unit.quoted) is not a unit of time (ns, us, ms, s, m, h)"
            case .tooLong: "it is longer than any clock can count"
            }
        }
    }

    /// Nanoseconds in each unit. Both the micro sign and the Greek letter are in use.
    private static let units: [String: UInt128] = [
        "ns": 1, "us": 1_000, "\u{b5}s": 1_000, "\u{3bc}s": 1_000, "ms": 1_000_000, "s": 1_000_000_000,
        "m": 60_000_000_000, "h": 3_600_000_000_000,
    ]

    /// The duration that `text` says, which is never negative.
    package static func parse(_ text: String) throws(Problem) -> Duration {
        var rest = text[...]
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
        guard !rest.isEmpty else { throw .empty }
        let nanoseconds = try isDigits(rest) ? seconds(rest) : segments(&rest)
        guard !isNegative || nanoseconds == 0 else { throw .negative }
        guard let bounded = Int64(exactly: nanoseconds) else { throw .tooLong }
        return .nanoseconds(bounded)
    }

    private static func seconds(_ digits: Substring) throws(Problem) -> UInt128 {
        guard let seconds = UInt64(digits) else { throw .tooLong }
        return UInt128(seconds) * 1_000_000_000
    }

    private static func segments(_ rest: inout Substring) throws(Problem) -> UInt128 {
        var total: UInt128 = 0
        repeat {
            let start = rest
            let whole = takeDigits(&rest)
            var fraction: Substring = ""
            if rest.hasPrefix(".") {
                rest = rest.dropFirst()
                fraction = takeDigits(&rest)
            }
            let number = start[..<rest.startIndex]
            guard !whole.isEmpty || !fraction.isEmpty else { throw .noNumber(at: String(start)) }
            let name = rest.prefix { $0 != "." && !isDigit($0) }
            rest = rest[name.endIndex...]
            guard !name.isEmpty else { throw .missingUnit(number: String(number)) }
            guard let unit = units[String(name)] else { throw .unknownUnit(String(name)) }
            guard let count = whole.isEmpty ? 0 : UInt64(whole) else { throw .tooLong }
            total += UInt128(count) * unit + fractionOf(unit, fraction)
        } while !rest.isEmpty
        return total
    }

    /// The part of `unit` that the digits behind a decimal point are; digits beyond the eighteenth are below a
    /// nanosecond for every unit and do not count.
    private static func fractionOf(_ unit: UInt128, _ digits: Substring) -> UInt128 {
        var numerator: UInt128 = 0
        var denominator: UInt128 = 1
        for digit in digits.prefix(18) {
            numerator = numerator * 10 + UInt128(digit.wholeNumberValue ?? 0)
            denominator *= 10
        }
        return numerator * unit / denominator
    }

    private static func takeDigits(_ rest: inout Substring) -> Substring {
        let digits = rest.prefix(while: isDigit)
        rest = rest[digits.endIndex...]
        return digits
    }

    private static func isDigits(_ text: Substring) -> Bool { !text.isEmpty && text.allSatisfy(isDigit) }

    private static func isDigit(_ character: Character) -> Bool { "0"..."9" ~= character }
}

extension GoDuration {
    /// `duration` as ``parse(_:)`` reads it, in the largest unit of which it is a whole number: `24h`, `1500ms`.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = UInt128(seconds.magnitude) * 1_000_000_000 + UInt128(attoseconds.magnitude) / 1_000_000_000
        let unit = ["h", "m", "s", "ms", "us"].first { name in
            units[name].map { nanoseconds >= $0 && nanoseconds.isMultiple(of: $0) } == true
        }
        guard let unit, let size = units[unit] else { return "\(nanoseconds)ns" }
        return "\(nanoseconds / size)\(unit)"
    }
}
