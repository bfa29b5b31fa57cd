/// Attributes of an object that this library gives no meaning, as the kernel sent them.
///
/// A value that was read keeps them, so that they are not lost where it is written again. Empty for all that a program
/// makes by itself. Two are equal when they hold the same attributes, in whatever order these came.
public struct OpaqueAttributes: Hashable, Sendable {
    private struct Attribute: Hashable {
        var type: UInt16
        var octets: [UInt8]
    }

    /// By type; those of the same type in the order in which they came.
    private var attributes: [Attribute] = []

    /// No attributes.
    public init() {}

    /// Whether there are none.
    public var isEmpty: Bool { attributes.isEmpty }

    /// The bytes of the first attribute of this type; `nil` when there is none.
    public subscript(type: UInt16) -> [UInt8]? { attributes.first { $0.type == type }?.octets }

    /// Keeps the attribute `type` with the bytes of `value`; one without bytes says nothing and is left out.
    public mutating func keep(_ type: UInt16, _ value: RawSpan) {
        guard !value.isEmpty else { return }
        let index = attributes.firstIndex { $0.type > type } ?? attributes.endIndex
        attributes.insert(Attribute(type: type, octets: value.octets), at: index)
    }

    /// Keeps the attribute `type` in place of all of its type: where a message has several, the kernel takes the last.
    package mutating func replace(_ type: UInt16, _ value: RawSpan) {
        attributes.removeAll { $0.type == type }
        keep(type, value)
    }

    /// Keeps those of `others`, too.
    public mutating func keep(_ others: OpaqueAttributes) {
        for attribute in others.attributes { keep(attribute.type, attribute.octets.span.bytes) }
    }

    /// Bytes that they take in a message.
    public var encodedLength: Int {
        attributes.reduce(0) { $0 + AttributeWriter.headerSize + netlinkAligned($1.octets.count) }
    }

    /// Writes them, by type.
    public func encode(into writer: inout AttributeWriter) {
        for attribute in attributes { writer.octets(attribute.type, attribute.octets) }
    }
}
