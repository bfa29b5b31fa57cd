/// What the value of a setting may be: how it is checked, what messages expect, and what a shell completes.
package enum SettingKind: Sendable {
    /// `true` or `false`; the flag stands alone.
    case boolean
    /// A text that its reader checks; messages expect these words.
    case text(String)
    /// The same; a shell proposes these words, but others are possible.
    case proposed([String], String)
    /// One of these words, in whatever case where so said.
    case choice([String], ignoresCase: Bool)
    /// Seconds, or a duration in Go's form, in this range; 0 is the default.
    case duration(ClosedRange<Duration>)
    /// A whole number in this range; messages expect these words in front of it.
    case number(ClosedRange<Int>, String)
    /// Per cent, a whole number in this range.
    case percentage(ClosedRange<Int>)
    /// A file; messages expect these words.
    case file(String)
    /// A folder; messages expect these words.
    case folder(String)
    /// Texts separated by commas, which may be repeated; messages expect these words.
    case list(String)

    /// What a message says it expects.
    package var expectation: String {
        switch self {
        case .boolean: GoBoolean.expectation
        case .text(let words), .proposed(_, let words), .file(let words), .folder(let words), .list(let words): words
        case .choice(let words, _): Self.alternatives(words.map { $0.isEmpty ? "\"\"" : $0 })
        case .duration:
            "seconds such as 5, or a duration such as 500ms or 1m30s, from \(range ?? ""), or 0 for the default"
        case .number(_, let words): "\(words), \(range ?? "")"
        case .percentage(let range): "\(range.lowerBound) to \(range.upperBound) per cent, for example 10"
        }
    }

    /// The bounds of a value, `10ms to 24h`; `nil` where a value has none.
    package var range: String? {
        switch self {
        case .duration(let range): "\(GoDuration.text(range.lowerBound)) to \(GoDuration.text(range.upperBound))"
        case .number(let range, _): "\(range.lowerBound) to \(range.upperBound)"
        case .percentage(let range): "\(range.lowerBound) to \(range.upperBound)"
        default: nil
        }
    }

    /// The words that a shell proposes.
    package var proposals: [String] {
        switch self {
        case .proposed(let words, _): words
        case .choice(let words, _): words.filter { !$0.isEmpty }
        default: []
        }
    }

    /// Whether the flag may be given several times, and all of its values count.
    package var isList: Bool {
        if case .list = self { true } else { false }
    }

    /// `a`, `a or b`, `a, b or c`.
    package static func alternatives(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}
