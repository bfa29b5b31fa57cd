/// The number of a link, unique in its network namespace and never used again while the namespace lives.
///
/// Wire: `ifi_index`, `ifa_index`, `RTA_OIF` …, 32 bits, host order; valid indices are positive.
public struct LinkIndex: RawRepresentable, Hashable, Sendable {
    /// The number.
    public var rawValue: UInt32

    /// An index of its number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `lo`, the first link of every network namespace.
    public static let loopback = LinkIndex(rawValue: 1)
}

extension LinkIndex: CustomStringConvertible {
    /// `if1`, which the `ip` command takes and prints where it knows no name.
    public var description: String { self == .loopback ? "lo" : "if\(rawValue)" }
}
