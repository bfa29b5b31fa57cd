/// Octets that are read from the front; integers are in network order.
extension ArraySlice<UInt8> {
    /// The integer that begins `offset` octets behind the front; `nil` when it does not lie within.
    package func integer<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type = Value.self) -> Value? {
        let width = Value.bitWidth / 8
        guard offset >= 0, offset <= count - width else { return nil }
        return self[(startIndex + offset)...].prefix(width).reduce(0) {
            Value(truncatingIfNeeded: UInt64($0) << 8) | Value($1)
        }
    }

    /// Takes an integer from the front; `nil` when there are not enough octets.
    package mutating func readInteger<Value: FixedWidthInteger>(as type: Value.Type = Value.self) -> Value? {
        guard let value = integer(at: 0, as: type) else { return nil }
        removeFirst(Value.bitWidth / 8)
        return value
    }

    /// Takes so many octets from the front; `nil` when there are not that many.
    package mutating func readSlice(length: Int) -> ArraySlice<UInt8>? {
        guard length >= 0, length <= count else { return nil }
        defer { removeFirst(length) }
        return prefix(length)
    }
}

/// Octets that are written one behind the other; integers are in network order.
extension [UInt8] {
    package mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    package mutating func append(integer value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// The octets of `span`.
    package init(_ span: RawSpan) { self = span.withUnsafeBytes { Array($0) } }
}
