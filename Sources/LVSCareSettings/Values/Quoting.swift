import Addressing

extension StringProtocol {
    /// The text in double quotes, escaped so that it stays on one line, and cut when it is long.
    package var quoted: String { abbreviated.quotedInFull }

    /// The text in double quotes, escaped so that it stays on one line.
    package var quotedInFull: String { "\"\(escaped(alsoEscaping: "\"\\"))\"" }

    /// The text with control characters escaped, so that it stays on one line and cannot steer a terminal.
    package var escapedForOneLine: String { escaped(alsoEscaping: "") }

    private func escaped(alsoEscaping others: String) -> String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where others.unicodeScalars.contains(scalar):
                result += "\\"
                result.unicodeScalars.append(scalar)
            case _ where scalar.isControl:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    /// A control character, or one that breaks or reverses a line: C0, DEL, C1, line and paragraph separators and the
    /// bidirectional overrides.
    package var isControl: Bool {
        switch value {
        case 0x00...0x1f, 0x7f...0x9f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
