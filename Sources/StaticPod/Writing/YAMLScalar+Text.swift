import YAML

extension YAMLScalar {
    /// The scalar from column `column` on; what follows on further lines is indented by `indent`.
    ///
    /// Long lines are folded at blanks behind column 80, as `goyaml.v2` does it.
    func written(column: Int, indent: Int) -> String {
        var line = LineWriter(column: column, indent: indent)
        switch style {
        case .plain: line.writePlain(scalars)
        case .singleQuoted: line.writeSingleQuoted(scalars)
        case .doubleQuoted: line.writeDoubleQuoted(scalars)
        case .literal: line.writeLiteral(scalars)
        }
        return String(line.text)
    }

    /// The scalar in double quotes on one line, which JSON takes, too, unless there are characters beyond U+FFFF or
    /// control characters in it.
    var inDoubleQuotes: String {
        var line = LineWriter(column: .min, indent: 0)
        line.writeDoubleQuoted(scalars)
        return String(line.text)
    }

    /// The scalar in single quotes on one line; `nil` when it cannot be written so.
    var inSingleQuotes: String? {
        guard scalars.allSatisfy({ $0.isYAMLPrintable && !$0.isYAMLBreak }) else { return nil }
        var line = LineWriter(column: .min, indent: 0)
        line.writeSingleQuoted(scalars)
        return String(line.text)
    }
}

/// Writes one scalar and counts columns.
private struct LineWriter {
    var text = String.UnicodeScalarView()
    private var column: Int
    private let indent: Int

    init(column: Int, indent: Int) {
        self.column = column
        self.indent = indent
    }

    /// Behind this column a line ends at the next blank.
    private static let width = 80

    private mutating func put(_ scalar: Unicode.Scalar) {
        text.append(scalar)
        column += 1
    }

    private mutating func put(_ string: String) { for scalar in string.unicodeScalars { put(scalar) } }

    private mutating func putBreak(_ scalar: Unicode.Scalar = "\n") {
        text.append(scalar)
        column = 0
    }

    private mutating func putIndent() { while column < indent { put(" ") } }

    private mutating func fold() {
        putBreak()
        putIndent()
    }

    mutating func writePlain(_ scalars: [Unicode.Scalar]) {
        for (index, scalar) in scalars.enumerated() {
            // The string does not end with a blank, or it would not be plain.
            if scalar == " ", column > Self.width, isLoneBlank(index, of: scalars) { fold() } else { put(scalar) }
        }
    }

    mutating func writeSingleQuoted(_ scalars: [Unicode.Scalar]) {
        put("'")
        var isBehindBreak = false
        for (index, scalar) in scalars.enumerated() {
            if scalar.isYAMLBreak {
                putBreak(scalar)
                isBehindBreak = true
                continue
            }
            if isBehindBreak { putIndent() }
            isBehindBreak = false
            if scalar == " ", column > Self.width, isInner(index, of: scalars), isLoneBlank(index, of: scalars) {
                fold()
            } else {
                put(scalar)
                if scalar == "'" { put("'") }
            }
        }
        put("'")
    }

    mutating func writeDoubleQuoted(_ scalars: [Unicode.Scalar]) {
        put("\"")
        // `goyaml.v2` takes every character for a byte order mark when the first is one.
        let escapesAll = scalars.first == "\u{feff}"
        for (index, scalar) in scalars.enumerated() {
            if escapesAll {
                put(scalar.yamlEscape)
            } else if scalar == " ", column > Self.width, isInner(index, of: scalars), scalars[index - 1] != " " {
                fold()
                // Blanks at the beginning of a line would not count.
                if scalars[index + 1] == " " { put("\\") }
            } else if scalar == "\"" || scalar == "\\" || scalar.isYAMLBreak || !scalar.isYAMLPrintable {
                put(scalar.yamlEscape)
            } else {
                put(scalar)
            }
        }
        put("\"")
    }

    mutating func writeLiteral(_ scalars: [Unicode.Scalar]) {
        put("|")
        if let first = scalars.first, first == " " || first.isYAMLBreak { put("2") }
        if scalars.last?.isYAMLBreak != true {
            put("-")
        } else if scalars.dropLast().last?.isYAMLBreak ?? true {
            put("+")
        }
        putBreak()
        for scalar in scalars {
            if scalar.isYAMLBreak {
                putBreak(scalar)
            } else {
                if column == 0 { putIndent() }
                put(scalar)
            }
        }
    }

    /// Where a line may end: at a blank that is the only one between two words.
    private func isLoneBlank(_ index: Int, of scalars: [Unicode.Scalar]) -> Bool {
        (index == 0 || scalars[index - 1] != " ") && (index + 1 == scalars.count || scalars[index + 1] != " ")
    }

    private func isInner(_ index: Int, of scalars: [Unicode.Scalar]) -> Bool {
        index > 0 && index + 1 < scalars.count
    }
}

extension Unicode.Scalar {
    /// The character in the form that double quotes want.
    fileprivate var yamlEscape: String {
        switch self {
        case "\0": "\\0"
        case "\u{7}": "\\a"
        case "\u{8}": "\\b"
        case "\t": "\\t"
        case "\n": "\\n"
        case "\u{b}": "\\v"
        case "\u{c}": "\\f"
        case "\r": "\\r"
        case "\u{1b}": "\\e"
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\u{85}": "\\N"
        case "\u{a0}": "\\_"
        case "\u{2028}": "\\L"
        case "\u{2029}": "\\P"
        default:
            switch value {
            case ...0xff: "\\x" + hexadecimal(2)
            case ...0xffff: "\\u" + hexadecimal(4)
            default: "\\U" + hexadecimal(8)
            }
        }
    }

    private func hexadecimal(_ count: Int) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: count - digits.count) + digits
    }
}
