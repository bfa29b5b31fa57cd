/// A message on a stream, which has its length in front, sixteen bits in network order (RFC 1035, 4.2.2).
public struct StreamedMessage: Sendable {
    private var octets: [UInt8] = []

    /// Nothing of a message yet.
    public init() {}

    /// Octets of the longest message and its length.
    public static let mostOctets = 2 + Int(UInt16.max)

    /// A message with its length in front. Behind 65,535 octets it is cut.
    public static func framed(_ message: [UInt8]) -> [UInt8] {
        let content = message.prefix(Int(UInt16.max))
        return [UInt8(content.count >> 8), UInt8(truncatingIfNeeded: content.count)] + content
    }

    /// Takes in what came; returns the message as soon as it is whole, and from then on always. What is behind it is
    /// dropped.
    public mutating func receive(_ span: RawSpan) -> [UInt8]? {
        span.withUnsafeBytes { octets.append(contentsOf: $0.prefix(Self.mostOctets - octets.count)) }
        guard octets.count >= 2 else { return nil }
        let length = Int(octets[0]) << 8 | Int(octets[1])
        guard octets.count - 2 >= length else { return nil }
        return Array(octets[2..<2 + length])
    }
}
