/// A protocol above IP, `IPPROTO_…` (`linux/in.h`).
public struct TransportProtocol: RawRepresentable, Hashable, Sendable {
    /// The number in the IP header.
    public var rawValue: UInt8

    /// A protocol of its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `tcp`.
    public static let tcp = TransportProtocol(rawValue: 6)
    /// `udp`.
    public static let udp = TransportProtocol(rawValue: 17)
    /// `icmpv6`.
    public static let icmpv6 = TransportProtocol(rawValue: 58)
}
