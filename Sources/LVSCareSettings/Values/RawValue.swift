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
    /// In a document, at the value of `name`.
    case document(DocumentPlace, name: String)

    /// The name that a message calls the place by.
    package var description: String {
        switch self {
        case .flag(let spelling): spelling
        case .variable(let name): name
        case .line(let number, let file, let name): "\(file) line \(number), \(name)"
        case .document(let place, let name): "\(place): \(name)"
        }
    }

    /// The same where the place in a document is told apart from the message.
    package var shortDescription: String {
        if case .document(_, let name) = self { name } else { description }
    }
}

/// Where something stands in a document.
package struct DocumentPlace: Hashable, Sendable, CustomStringConvertible {
    /// The path of the document, as it was given.
    package var file: String
    /// Line, counted from 1; 0 for the document as a whole.
    package var line: Int
    /// Column in characters, counted from 1; 0 for the document as a whole.
    package var column: Int
    /// How many characters of that line it has; 0 where that is not known.
    package var length: Int

    /// A place of its parts.
    package init(file: String, line: Int, column: Int, length: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
        self.length = length
    }

    /// The document as a whole.
    package init(file: String) { self.init(file: file, line: 0, column: 0) }

    /// `file:line:column`, or the file alone.
    package var description: String { line == 0 ? file : "\(file):\(line):\(column)" }
}
