import LVSCareSettings

/// A JSON value (RFC 8259) whose objects keep the order of their members.
///
/// The few lines that this program needs; a library would cost megabytes of file.
enum JSON: Hashable, Sendable {
    case string(String)
    case integer(Int)
    case unsigned(UInt64)
    case boolean(Bool)
    case null
    case array([JSON])
    case object([Member])

    /// A name and its value.
    struct Member: Hashable, Sendable {
        var name: String
        var value: JSON
    }

    /// The object with more members behind its own; anything else as it is.
    func adding(_ more: JSON) -> JSON {
        guard case .object(let ours) = self, case .object(let others) = more else { return self }
        return .object(ours + others)
    }

    /// The text on one line, without blanks.
    var compact: String {
        switch self {
        case .array(let values): "[" + values.map(\.compact).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { Self.literal($0.name) + ":" + $0.value.compact }.joined(separator: ",") + "}"
        default: scalar
        }
    }

    /// The text with a member or element a line, each level two blanks further in, as `jq` prints it.
    var pretty: String { pretty(indent: "") }

    private func pretty(indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .array(let values) where !values.isEmpty:
            let lines = values.map { inner + $0.pretty(indent: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members) where !members.isEmpty:
            let lines = members.map { inner + Self.literal($0.name) + ": " + $0.value.pretty(indent: inner) }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        default: return compact
        }
    }

    private var scalar: String {
        switch self {
        case .string(let text): Self.literal(text)
        case .integer(let number): "\(number)"
        case .unsigned(let number): "\(number)"
        case .boolean(let value): "\(value)"
        case .null, .array, .object: "null"
        }
    }

    private static func literal(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.isControl:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(integerLiteral value: Int) { self = .integer(value) }

    init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(members.map { Member(name: $0.0, value: $0.1) })
    }
}
