/// What a text has to be before it is read.
package enum YAMLText {
    /// Whether it is in an encoding that ``YAMLTree`` cannot be asked to read: libyaml would read UTF-16, but in it no place
    /// is where its number of characters says.
    package static func isUTF16(_ octets: [UInt8]) -> Bool {
        octets.starts(with: [0xff, 0xfe]) || octets.starts(with: [0xfe, 0xff])
    }
}

/// The lines of a text as YAML 1.1 counts them: NEL, LS and PS end a line, too.
package struct YAMLLines: Sendable {
    private var scalars: [Unicode.Scalar] = []
    /// Without what ends them.
    private var ranges: [Range<Int>] = []

    /// The lines of `octets` in UTF-8, without a byte order mark.
    package init(_ octets: [UInt8]) {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let text = String(decoding: octets.starts(with: mark) ? octets[mark.count...] : octets[...], as: UTF8.self)
        scalars = Array(text.unicodeScalars)
        var start = 0
        for (index, scalar) in scalars.enumerated() where scalar.isYAMLBreak {
            if scalar == "\n", index > 0, scalars[index - 1] == "\r" {
                start = index + 1
                continue
            }
            ranges.append(start..<index)
            start = index + 1
        }
        ranges.append(start..<scalars.count)
    }

    /// The place of the character behind the last of them.
    package var end: YAMLPlace { YAMLPlace(line: ranges.count, column: (ranges.last?.count ?? 0) + 1) }

    /// A line, counted from 1; `nil` where there is none.
    package subscript(number: Int) -> ArraySlice<Unicode.Scalar>? {
        ranges.indices.contains(number - 1) ? scalars[ranges[number - 1]] : nil
    }
}

extension Unicode.Scalar {
    /// Ends a line in YAML 1.1.
    package var isYAMLBreak: Bool {
        switch self {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }
}
