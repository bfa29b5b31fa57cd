/// What keeps a text from being the one document that was expected.
package struct YAMLProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Of which kind it is.
    package enum Kind: Hashable, Sendable {
        /// libyaml cannot read it.
        case syntax
        /// There is no document.
        case empty
        /// Another document begins.
        case secondDocument
        /// It is deeper, or has more nodes, than any file of its kind.
        case excessive
    }

    /// Of which kind it is.
    package var kind: Kind
    /// Where in the text; `nil` when it is the text as a whole.
    package var place: YAMLPlace?
    /// Octets in front of what is no character of YAML; `nil` where that is not the problem.
    package var offset: Int?
    /// What is wrong, as a clause.
    package var description: String

    package init(_ kind: Kind, at place: YAMLPlace? = nil, offset: Int? = nil, _ description: String) {
        self.kind = kind
        self.place = place
        self.offset = offset
        self.description = description
    }
}

/// Where something stands in a text, in characters (Unicode scalars), without a byte order mark.
package struct YAMLPlace: Hashable, Sendable {
    /// Its first line, counted from 1.
    package var line: Int
    /// Its first column, counted from 1.
    package var column: Int
    /// Its length on that line; 0 where that is not known.
    package var length: Int

    package init(line: Int, column: Int, length: Int = 0) {
        self.line = line
        self.column = column
        self.length = length
    }
}

/// How a scalar is written.
package enum YAMLStyle: Hashable, Sendable {
    case plain, singleQuoted, doubleQuoted, literal
}
