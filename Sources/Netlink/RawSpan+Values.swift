/// The only unaligned loads of the project: values out of received bytes, every bound checked.
extension RawSpan {
    /// The integer at `offset` in host byte order.
    ///
    /// Throws `.truncated` when it does not lie within the bytes.
    @inlinable
    public func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as type: Value.Type = Value.self
    ) throws(NetlinkDecodingError) -> Value {
        let width = MemoryLayout<Value>.size
        guard offset >= 0, offset <= byteCount - width else {
            let (end, overflow) = offset.addingReportingOverflow(width)
            throw NetlinkDecodingError(.truncated(needed: overflow ? .max : end, found: byteCount))
        }
        return unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self)
    }

    /// All bytes as one integer in host byte order.
    ///
    /// Throws `.wrongWidth` unless there are exactly as many bytes as the type has.
    @inlinable
    public func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(NetlinkDecodingError) -> Value {
        guard byteCount == MemoryLayout<Value>.size else {
            throw NetlinkDecodingError(.wrongWidth(expected: MemoryLayout<Value>.size, found: byteCount))
        }
        return try integer(at: 0)
    }

    /// All bytes as one integer in network byte order.
    ///
    /// Throws `.wrongWidth` unless there are exactly as many bytes as the type has.
    @inlinable
    public func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(NetlinkDecodingError) -> Value {
        Value(bigEndian: try integer(Value.self))
    }

    /// The bytes up to the first NUL, or all of them, as UTF-8 (repaired where it is not).
    public var cString: String {
        let octets = self.octets
        return String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// A copy of the bytes.
    public var octets: [UInt8] {
        withUnsafeBytes { [UInt8]($0) }
    }
}
