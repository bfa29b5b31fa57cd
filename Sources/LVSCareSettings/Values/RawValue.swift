/// Text that somebody wrote as a setting, and where it was written.
package struct RawValue: Hashable, Sendable {
    /// The text as it was written.
    package var text: String
    /// Where.
    package var origin: Origin

    /// A text and where it was written.
    package init(text: String, origin: Origin) {
        self.text = text
        self.origin = origin
    }

    /// Another text from the same place.
    package func with(_ text: some StringProtocol) -> RawValue { RawValue(text: String(text), origin: origin) }
}

/// Where a setting was written.
package enum Origin: Hashable, Sendable, CustomStringConvertible {
    /// On the command line, after this flag.
    case flag(String)
    /// In this environment variable.
    case variable(String)
    /// In a line of a file, where `name` stands.
    case line(Int, file: String, name: String)
    /// In a document, at the value of `name`; line and column count from 1.
    case document(file: String, line: Int, column: Int, name: String)

    /// The name that a message calls the place by.
    package var description: String {
        switch self {
        case .flag(let spelling): spelling
        case .variable(let name): name
        case .line(let number, let file, let name): "\(file) line \(number), \(name)"
        case .document(let file, let line, let column, let name): "\(file):\(line):\(column): \(name)"
        }
    }
}
