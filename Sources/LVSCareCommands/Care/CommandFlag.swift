/// The flags of a command, by their long names.
protocol CommandFlag: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// Another spelling of the long name.
    var alias: String? { get }
    /// The short name, where there is one.
    var shortName: Character? { get }
    /// Whether the flag stands alone, or with `=true` or `=false`.
    var isBoolean: Bool { get }
}

extension CommandFlag {
    var alias: String? { nil }

    var shortName: Character? { nil }

    /// The flag as it is written on the command line.
    var spelling: String { "--\(rawValue)" }

    /// A flag that stands alone, turned off.
    var negatedSpelling: String { "--no-\(rawValue)" }
}
