/// A length of time in whole seconds, the unit of every time that IPVS takes and tells.
///
///     let timeout: Seconds = 300
public struct Seconds: RawRepresentable, Hashable, Sendable {
    /// The number of seconds.
    public var rawValue: UInt32

    /// A length of time of its number of seconds.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The same time as the standard library has it.
    public var duration: Duration { .seconds(Int64(rawValue)) }
}

extension Seconds: ExpressibleByIntegerLiteral {
    /// A length of time from a literal number of seconds.
    public init(integerLiteral value: UInt32) { self.init(rawValue: value) }
}

extension Seconds: Comparable {
    /// The shorter one first.
    public static func < (left: Seconds, right: Seconds) -> Bool { left.rawValue < right.rawValue }
}

extension Seconds: CustomStringConvertible {
    /// The number with its unit: `300 s`.
    public var description: String { "\(rawValue) s" }
}
