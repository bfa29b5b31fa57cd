import Glibc

/// A moment of universal time, in milliseconds.
struct Timestamp: Hashable, Sendable, CustomStringConvertible {
    /// Seconds since 1970.
    var seconds: Int
    /// Milliseconds since that second, 0–999.
    var milliseconds: Int

    /// This moment by the system's clock.
    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }

    /// `2026-11-23T04:53:00.123Z` (RFC 3339).
    var description: String {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        let time = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
        return Self.joined(date, "-") + "T" + Self.joined(time, ":") + "." + Self.padded(milliseconds, to: 3) + "Z"
    }

    private static func joined(_ numbers: [Int], _ separator: String) -> String {
        numbers.map { padded($0, to: 2) }.joined(separator: separator)
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
