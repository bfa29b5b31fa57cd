/// Bytes that are not a well-formed netlink message.
public struct NetlinkDecodingError: Error, Hashable, Sendable {
    /// A kind of fault.
    @nonexhaustive
    public enum Kind: Hashable, Sendable {
        /// Fewer bytes than the fixed header in front of the attributes has.
        case truncated(needed: Int, found: Int)
        /// An attribute or message claims fewer bytes than its own header.
        case lengthTooShort(Int)
        /// An attribute or message claims more bytes than there are.
        case lengthBeyondEnd(claimed: Int, available: Int)
        /// A value of another width than its type has.
        case wrongWidth(expected: Int, found: Int)
        /// An attribute that every such message has is not there.
        case missingAttribute(UInt16)
        /// A value outside the range of its type.
        case invalidValue(String)
    }

    /// The kind of fault.
    public var kind: Kind
    /// Types of the attributes around the fault, outermost first; empty when the fault is in the message itself.
    public var path: [UInt16]

    /// Creates an error, by default one in the message itself.
    public init(_ kind: Kind, path: [UInt16] = []) {
        self.kind = kind
        self.path = path
    }

    /// The same error, seen from outside the attribute `type`.
    func inside(_ type: UInt16) -> NetlinkDecodingError { NetlinkDecodingError(kind, path: [type] + path) }
}

extension NetlinkDecodingError: CustomStringConvertible {
    /// The fault and its place, as a clause.
    public var description: String {
        let what =
            switch kind {
            case .truncated(let needed, let found): "\(found) bytes where a header of \(needed) was expected"
            case .lengthTooShort(let length): "a length of \(length), less than its own header"
            case .lengthBeyondEnd(let claimed, let available):
                "a length of \(claimed) where \(available) bytes are left"
            case .wrongWidth(let expected, let found): "\(found) bytes where \(expected) were expected"
            case .missingAttribute(let type): "attribute \(type) is missing"
            case .invalidValue(let text): text
            }
        return path.isEmpty ? what : "attribute \(path.map(String.init).joined(separator: "/")): \(what)"
    }
}
