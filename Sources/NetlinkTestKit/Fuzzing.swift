package import Director
import Glibc
import LVSCareModel
public import Netlink

extension SplitMix64 {
    /// A number below `limit`, which is positive; cheaper than `Int.random(in:using:)` and as good as it has to be here.
    package mutating func number(below limit: Int) -> Int { Int(next() % UInt64(limit)) }
}

/// Makes inputs for a decoder out of well-formed ones: damaged, cut, spliced, or nothing but numbers.
public struct Fuzzer {
    /// Seeds whose inputs a test tries, a case each, so that processors share the work.
    public static let seeds: [UInt64] = [1, 2]

    /// Inputs of one decoder, of all seeds together: `LVSCARE_FUZZ_INPUTS`, or the usual number.
    public static let inputs = getenv("LVSCARE_FUZZ_INPUTS").flatMap { Int(String(cString: $0)) } ?? 50_000

    /// Bytes that lie at the edges of lengths, types and numbers.
    private static let edges: [UInt8] = [0, 1, 2, 3, 4, 5, 7, 8, 0x0f, 0x10, 0x7f, 0x80, 0xfe, 0xff]

    private let originals: [[UInt8]]
    private var random: SplitMix64

    /// A source of inputs made of `originals`, of which there is at least one.
    public init(_ originals: [[UInt8]], seed: UInt64) {
        self.originals = originals.isEmpty ? [[]] : originals
        random = SplitMix64(seed: seed)
    }

    /// The next input.
    public mutating func next() -> [UInt8] {
        if random.number(below: 16) == 0 { return numbers() }
        var bytes = originals[random.number(below: originals.count)]
        for _ in 0...random.number(below: 4) { damage(&bytes) }
        return bytes
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes = numbers() }
        let index = random.number(below: bytes.count)
        switch random.number(below: 16) {
        case 0...4: bytes[index] = Self.edges[random.number(below: Self.edges.count)]
        case 5...6: bytes[index] = UInt8(random.number(below: 256))
        case 7...8: bytes[index] ^= 1 << UInt8(random.number(below: 8))
        // A length, or what stands where one might: any that fits, and some that do not.
        case 9...10:
            let start = index & ~3
            guard start + 2 <= bytes.count else { return }
            let length = random.number(below: bytes.count - start + 6)
            bytes[start] = UInt8(truncatingIfNeeded: length)
            bytes[start + 1] = UInt8(truncatingIfNeeded: length >> 8)
        case 11: bytes.insert(UInt8(random.number(below: 9)), at: index)
        case 12: bytes.remove(at: index)
        case 13: bytes.removeLast(random.number(below: bytes.count))
        // The end of one behind the beginning of another.
        case 14:
            let other = originals[random.number(below: originals.count)]
            bytes.replaceSubrange(index..., with: other.dropFirst(index))
        default:
            let end = min(bytes.count, index + random.number(below: 64))
            bytes.insert(contentsOf: bytes[index..<end], at: index)
        }
    }

    /// Up to 200 bytes, half of the time small ones, which are plausible lengths and types.
    private mutating func numbers() -> [UInt8] {
        let limit = random.number(below: 2) == 0 ? 17 : 256
        return (0..<random.number(below: 200)).map { _ in UInt8(random.number(below: limit)) }
    }
}

/// What became of the inputs of a decoder.
public struct FuzzOutcome: Sendable {
    /// How many were a value.
    public var values = 0
    /// How many were malformed.
    public var errors = 0

    /// Hands the share that `seed` has of ``Fuzzer/inputs`` to `decode`, which must not trap and must come to an end.
    public init(
        of originals: [[UInt8]], seed: UInt64, _ decode: (RawSpan) throws(NetlinkDecodingError) -> Void
    ) {
        var fuzzer = Fuzzer(originals, seed: seed)
        for _ in 0..<Fuzzer.inputs / Fuzzer.seeds.count {
            let input = fuzzer.next()
            do throws(NetlinkDecodingError) {
                try decode(input.span.bytes)
                values += 1
            } catch { errors += 1 }
        }
    }

    /// Whether both came about; damage that always or never does harm tests nothing.
    public var isTelling: Bool { values > 100 && errors > 100 }
}
