/// The lines of a text as YAML 1.1 counts them: NEL, LS and PS end a line, too.
package enum YAMLText {
    /// What encoding a text may have that ``YAMLTree`` cannot be asked to read: libyaml would read UTF-16, but in it no place
    /// is where its number of characters says.
    package static func isUTF16(_ octets: [UInt8]) -> Bool {
        octets.starts(with: [0xff, 0xfe]) || octets.starts(with: [0xfe, 0xff])
    }

    /// The text of a line, counted from 1, without what ends it; `nil` behind the last.
    package static func line(_ number: Int, of octets: [UInt8]) -> String? {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let text = String(decoding: octets.starts(with: mark) ? octets[mark.count...] : octets[...], as: UTF8.self)
        var line = String.UnicodeScalarView()
        var count = 1
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { last = scalar }
            if scalar == "\n", last == "\r" { continue }
            guard scalar.isYAMLBreak else {
                if count == number { line.append(scalar) }
                continue
            }
            if count == number { return String(line) }
            count += 1
        }
        return count == number ? String(line) : nil
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
