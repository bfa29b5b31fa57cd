/// What keeps a file from being a manifest that can be used.
public struct ManifestProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the file is instead.
    public enum Kind: Hashable, Sendable {
        /// What is left of a manifest that was cut short: perhaps nothing.
        case damaged
        /// Something else, which is not ours to replace.
        case foreign
        /// Such a pod, whose image is written in a way that cannot be changed by itself.
        case unusual
    }

    /// Of which kind it is.
    public var kind: Kind
    /// Where in the file, counted from 1; `nil` when it is the file as a whole.
    public var line: Int?
    /// What is wrong, as a clause.
    public var description: String

    init(_ kind: Kind, line: Int? = nil, _ description: String) {
        self.kind = kind
        self.line = line
        self.description = description
    }
}
