/// Text that somebody wrote as a setting, and where it was written.
struct RawValue: Hashable, Sendable {
    /// The text as it was written.
    var text: String
    /// Where.
    var origin: Origin

    /// Another text from the same place.
    func with(_ text: some StringProtocol) -> RawValue { RawValue(text: String(text), origin: origin) }
}

/// Where a setting was written.
enum Origin: Hashable, Sendable, CustomStringConvertible {
    /// On the command line, after this flag.
    case flag(String)
    /// In this environment variable.
    case variable(String)
    /// In a line of a file, where `name` stands.
    case line(Int, file: String, name: String)

    /// The name that a message calls the place by.
    var description: String {
        switch self {
        case .flag(let spelling): spelling
        case .variable(let name): name
        case .line(let number, let file, let name): "\(file) line \(number), \(name)"
        }
    }
}
