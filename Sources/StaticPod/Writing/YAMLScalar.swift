import YAML

/// A string as a YAML 1.1 scalar, in the style that `goyaml.v2` chooses for it.
struct YAMLScalar {
    /// The characters of the string.
    let scalars: [Unicode.Scalar]
    /// How it is written between other block elements.
    let style: YAMLStyle
    /// Whether it can also be written plain between commas and brackets.
    let isPlainInFlow: Bool

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        let shape = Shape(scalars)
        let isOther = ScalarResolution.isOtherThanText(text)
        if scalars.contains("\n") {
            style = shape.allowsBlock ? .literal : .doubleQuoted
        } else if isOther {
            style = .doubleQuoted
        } else if shape.allowsPlain {
            style = .plain
        } else {
            style = shape.allowsSingleQuotes ? .singleQuoted : .doubleQuoted
        }
        isPlainInFlow = style == .plain && shape.allowsPlainInFlow
    }

    /// Whether what was written ends at the beginning of a line.
    var endsItsLine: Bool { style == .literal && scalars.last?.isYAMLBreak == true }
}

/// What the characters of a string rule out.
private struct Shape {
    var allowsPlain = true
    var allowsPlainInFlow = true
    var allowsSingleQuotes = true
    var allowsBlock = true

    init(_ scalars: [Unicode.Scalar]) {
        guard let first = scalars.first, let last = scalars.last else {
            (allowsPlainInFlow, allowsBlock) = (false, false)
            return
        }
        for index in scalars.indices { look(at: index, of: scalars) }
        if scalars.starts(with: "---".unicodeScalars) || scalars.starts(with: "...".unicodeScalars) { forbidPlain() }
        if first == " " || last == " " || first.isYAMLBreak || last.isYAMLBreak { forbidPlain() }
        if last == " " { allowsBlock = false }
    }

    private mutating func look(at index: Int, of scalars: [Unicode.Scalar]) {
        let scalar = scalars[index]
        let isFirst = index == 0
        let isBeforeBlank = index + 1 == scalars.count || scalars[index + 1].isYAMLBlank
        switch scalar {
        case "#" where isFirst || scalars[index - 1].isYAMLBlank: forbidPlain()
        case "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`":
            if isFirst { forbidPlain() }
        case ",", "[", "]", "{", "}":
            if isFirst { forbidPlain() }
            allowsPlainInFlow = false
        case "?":
            if isFirst && isBeforeBlank { forbidPlain() }
            allowsPlainInFlow = false
        case ":":
            if isBeforeBlank { forbidPlain() }
            allowsPlainInFlow = false
        case "-":
            if isFirst && isBeforeBlank { forbidPlain() }
        case " ":
            if !isFirst && scalars[index - 1].isYAMLBreak {
                forbidPlain()
                allowsSingleQuotes = false
            }
        default: break
        }
        if scalar.isYAMLBreak {
            forbidPlain()
            if !isFirst && scalars[index - 1] == " " { forbidAllButDoubleQuotes() }
        }
        if !scalar.isYAMLPrintable { forbidAllButDoubleQuotes() }
    }

    private mutating func forbidPlain() { (allowsPlain, allowsPlainInFlow) = (false, false) }

    private mutating func forbidAllButDoubleQuotes() {
        forbidPlain()
        (allowsSingleQuotes, allowsBlock) = (false, false)
    }
}

extension Unicode.Scalar {
    /// Keeps a character in front of it or behind it apart from the rest.
    var isYAMLBlank: Bool { self == " " || self == "\t" || self == "\0" || isYAMLBreak }

    /// Stands as it is. `goyaml.v2` does not count characters beyond U+FFFF.
    var isYAMLPrintable: Bool {
        switch value {
        case 0x0a, 0x20...0x7e, 0xa0...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd: true
        default: false
        }
    }
}
