package import LVSCareSettings
import YAML

/// Something in a configuration file that cannot be used, or that is probably not meant.
package struct ConfigurationMistake: Hashable, Sendable, CustomStringConvertible {
    /// Where it is.
    package var place: DocumentPlace
    /// What is wrong and what is expected: one sentence on one line, without a full stop.
    package var sentence: String
    /// The word that was probably meant.
    package var meant: String?
    /// The line in which it is; `nil` where it is not in one.
    package var excerpt: ConfigurationExcerpt?

    /// `file:line:column: sentence`.
    package var description: String { "\(place)".escapedForOneLine + ": \(sentence)" }
}

/// The part of a line around a place.
package struct ConfigurationExcerpt: Hashable, Sendable {
    /// Its text without control characters, cut with `…` where it is long.
    package var text: String
    /// Characters in front of the place.
    package var offset: Int
    /// Characters of the place; at least 1.
    package var length: Int

    /// Characters that are shown at most.
    static let width = 100
    /// Characters in front of the place that are shown where the line is longer.
    private static let context = 40

    /// The excerpt around `place`; `nil` where it is in no line of `lines`.
    init?(_ place: DocumentPlace, of lines: YAMLLines) {
        guard let line = lines[place.line] else { return nil }
        let column = min(max(place.column - 1, 0), line.count)
        let start = line.count > Self.width ? max(0, column - Self.context) : 0
        let shown = line.dropFirst(start).prefix(Self.width)
        var text = String.UnicodeScalarView()
        if start > 0 { text.append("…") }
        for scalar in shown { text.append(scalar.isControl ? scalar == "\t" ? " " : "\u{fffd}" : scalar) }
        if start + shown.count < line.count { text.append("…") }
        self.text = String(text)
        offset = column - start + (start > 0 ? 1 : 0)
        length = max(1, min(place.length, start + shown.count - column))
    }
}
