/// Where the steps of a rule keep values: 64 bytes, in registers of sixteen that are made of registers of four.
///
/// `NFT_REG_1` to `NFT_REG_4` have sixteen bytes each, `NFT_REG32_00` to `NFT_REG32_15` are the same 64 bytes in pieces
/// of four. The kernel calls a place by its wide name where it has one, and so does this type.
public struct Register: Hashable, Sendable {
    /// The number on the wire, u32.
    public let rawValue: UInt32

    /// `NFT_REG32_00`.
    private static let firstWord: UInt32 = 8

    /// A register of its number; that of the narrow register at the start of a wide one gives the wide one.
    public init(rawValue: UInt32) {
        let word = Int64(rawValue) - Int64(Self.firstWord)
        self.rawValue = (0..<16).contains(word) && word % 4 == 0 ? UInt32(word / 4) + 1 : rawValue
    }

    /// `NFT_REG_VERDICT`: what becomes of the packet.
    public static let verdict = Register(rawValue: 0)
    /// `NFT_REG_1`: where every value of a rule starts that has one value at a time.
    public static let first = Register(rawValue: 1)

    /// The register that starts `word` times four bytes behind the first one, 0 to 15.
    public static func word(_ word: Int) -> Register {
        Register(rawValue: firstWord + UInt32(truncatingIfNeeded: word & 15))
    }
}
