import Testing

/// Bytes that somebody else made, and the command that made them do it.
struct Fixture: Sendable, CustomTestStringConvertible {
    let command: String
    let bytes: [UInt8]

    init(_ command: String, _ hex: String) {
        self.command = command
        let digits = hex.filter(\.isHexDigit)
        var bytes: [UInt8] = []
        var rest = digits[...]
        while let octet = UInt8(rest.prefix(2), radix: 16) {
            bytes.append(octet)
            rest = rest.dropFirst(2)
        }
        precondition(rest.isEmpty && bytes.count * 2 == digits.count, "not hexadecimal: \(command)")
        self.bytes = bytes
    }

    var testDescription: String { command }
}
