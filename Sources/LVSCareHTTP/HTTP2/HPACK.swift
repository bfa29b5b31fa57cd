import CNGHTTP2

/// One header field of HTTP/2, its name in lower case.
package struct HTTP2Field: Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }

    /// Whether a client may take the field (RFC 9113, section 8.2.1): a name in lower case, a value without control
    /// characters.
    var isWellFormed: Bool {
        let token = name.utf8.drop { $0 == UInt8(ascii: ":") }
        return !token.isEmpty && name.utf8.count - token.count < 2
            && token.allSatisfy { $0.isTokenCharacter && !(0x41...0x5a ~= $0) }
            && !value.utf8.contains { $0.isControlCharacter }
    }
}

extension [HTTP2Field] {
    /// The value of the first field with this name.
    package func first(name: String) -> String? { first { $0.name == name }?.value }

    /// The fields as a header block (RFC 7541, section 6.2.2): literals without an index and without Huffman's code,
    /// which every receiver can read, whatever its table.
    var block: [UInt8] {
        var block: [UInt8] = []
        for field in self {
            block.append(0)
            for text in [field.name, field.value] {
                block.append(prefixedLength: text.utf8.count)
                block.append(text)
            }
        }
        return block
    }
}

extension [UInt8] {
    /// An integer with a prefix of seven bits (RFC 7541, section 5.1), the eighth being 0.
    fileprivate mutating func append(prefixedLength length: Int) {
        guard length >= 0x7f else { return append(UInt8(length)) }
        append(0x7f)
        var rest = length - 0x7f
        while rest >= 0x80 {
            append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

/// Reads the header blocks of one connection, each of which may refer to those before (RFC 7541).
final class HPACKDecoder {
    /// Why a block could not be read.
    enum Failure: Error {
        /// Its fields have more octets than are taken.
        case tooLarge
        /// The library's words: `Header compression error`.
        case broken(String)
    }

    /// `nghttp2_hd_inflater *`; `nil` for want of memory.
    private var inflater: OpaquePointer?
    /// Most octets of the names and values of a block, each field counted with 32 more (RFC 9113, section 6.5.2).
    private let most: Int

    init(most: Int) {
        self.most = most
        nghttp2_hd_inflate_new(&inflater)
    }

    deinit { nghttp2_hd_inflate_del(inflater) }

    /// The fields of a whole block.
    func decode(_ block: [UInt8]) throws(Failure) -> [HTTP2Field] {
        guard let inflater else { throw .broken("out of memory") }
        var (fields, size, offset) = ([HTTP2Field](), 0, 0)
        while true {
            var (field, flags) = (nghttp2_nv(), Int32(0))
            let count = block.withUnsafeBufferPointer {
                nghttp2_hd_inflate_hd2(
                    inflater, &field, &flags, $0.baseAddress.map { $0 + offset }, $0.count - offset, 1)
            }
            guard count >= 0 else { throw .broken(String(cString: nghttp2_strerror(Int32(count)))) }
            offset += count
            if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
                size += field.namelen + field.valuelen + 32
                guard size <= most else { throw .tooLarge }
                fields.append(HTTP2Field(Self.text(field.name, field.namelen), Self.text(field.value, field.valuelen)))
            }
            if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 {
                nghttp2_hd_inflate_end_headers(inflater)
                return fields
            }
            // Nothing was taken and nothing came of it: the block ends within a field.
            if count == 0, flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) == 0 {
                throw .broken("a field that is cut off")
            }
        }
    }

    private static func text(_ octets: UnsafeMutablePointer<UInt8>?, _ count: Int) -> String {
        String(decoding: UnsafeBufferPointer(start: octets, count: octets == nil ? 0 : count), as: UTF8.self)
    }
}
