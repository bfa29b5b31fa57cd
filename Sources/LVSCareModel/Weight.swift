/// Share of new connections that a real server gets, relative to the others of its service.
///
/// Unit: none; 0–65535. 0 quiesces: no new connections, existing ones go on.
public struct Weight: RawRepresentable, Hashable, Sendable, Comparable, ExpressibleByIntegerLiteral,
    CustomStringConvertible
{
    /// The number.
    public var rawValue: UInt16

    /// A weight of its number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// A weight of its number.
    public init(integerLiteral value: UInt16) { self.rawValue = value }

    /// No new connections.
    public static let quiescent: Weight = 0
    /// The weight of a healthy real server unless something else is wanted.
    public static let normal: Weight = 1

    /// By number.
    public static func < (left: Weight, right: Weight) -> Bool { left.rawValue < right.rawValue }

    /// The number.
    public var description: String { "\(rawValue)" }
}
