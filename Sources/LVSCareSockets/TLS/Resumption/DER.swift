/// The distinguished encoding of ASN.1 (X.690): tag, length, content; as far as tags of one octet and 64 KiB reach.
enum DER {
    /// A SEQUENCE without its elements of `tag`; `nil` when it is not one, or broken.
    static func sequence(_ encoding: [UInt8], leavingOut tag: UInt8) -> [UInt8]? {
        var whole = encoding[...]
        guard let sequence = nextElement(&whole), sequence.tag == 0x30, whole.isEmpty else { return nil }
        var (rest, content) = (sequence.content, [UInt8]())
        while !rest.isEmpty {
            let before = rest
            guard let element = nextElement(&rest) else { return nil }
            if element.tag != tag { content += before[..<rest.startIndex] }
        }
        return [0x30] + length(content.count) + content
    }

    /// Takes the first element of `octets`; `nil` when it is broken.
    private static func nextElement(_ octets: inout ArraySlice<UInt8>) -> (tag: UInt8, content: ArraySlice<UInt8>)? {
        // Tags of more than one octet have these five bits set.
        guard let tag = octets.popFirst(), tag & 0x1f != 0x1f, var length = octets.popFirst().map(Int.init) else {
            return nil
        }
        if length > 0x7f {
            let octetCount = length & 0x7f
            guard 1...2 ~= octetCount, octets.count >= octetCount else { return nil }
            length = octets.prefix(octetCount).reduce(0) { $0 << 8 | Int($1) }
            octets.removeFirst(octetCount)
        }
        guard octets.count >= length else { return nil }
        defer { octets.removeFirst(length) }
        return (tag, octets.prefix(length))
    }

    /// The octets for a length of at most 64 KiB.
    private static func length(_ count: Int) -> [UInt8] {
        switch count {
        case ...0x7f: [UInt8(count)]
        case ...0xff: [0x81, UInt8(count)]
        default: [0x82, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
        }
    }
}
