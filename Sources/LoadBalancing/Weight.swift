/// Share of new connections that a real server gets, relative to the others of its service.
///
/// Unit: none; 0 to ``highest``, beyond which the kernel refuses it (`ERANGE`). 0 quiesces: no new connections, existing ones go
/// on.
///
/// Wire: `IPVS_DEST_ATTR_WEIGHT`, u32, host order (`linux/ip_vs.h`). `ipvsadm -w WEIGHT`
public struct Weight: RawRepresentable, Hashable, Sendable, Comparable, ExpressibleByIntegerLiteral,
    CustomStringConvertible
{
    /// The number.
    public var rawValue: UInt32

    /// A weight of its number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A weight of its number.
    public init(integerLiteral value: UInt32) { self.rawValue = value }

    /// No new connections.
    public static let quiescent: Weight = 0
    /// The weight of a healthy real server unless something else is wanted.
    public static let normal: Weight = 1

    /// The highest that the kernel takes.
    public static let highest: Weight = 2_147_483_647

    /// By number.
    public static func < (left: Weight, right: Weight) -> Bool { left.rawValue < right.rawValue }

    /// The number.
    public var description: String { "\(rawValue)" }
}
