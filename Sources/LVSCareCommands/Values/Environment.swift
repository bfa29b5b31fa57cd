import Glibc

/// The environment variables of a process, or a table in their place.
public struct Environment: Sendable {
    private let lookUp: @Sendable (String) -> String?

    /// The environment of this process.
    public static let process = Environment { name in getenv(name).map { String(cString: $0) } }

    /// An environment of exactly these variables.
    public init(_ variables: [String: String]) { self.init { variables[$0] } }

    private init(_ lookUp: @escaping @Sendable (String) -> String?) { self.lookUp = lookUp }

    /// The text of a variable; `nil` when it is not set or empty, which in a pod's manifest is the same wish.
    subscript(name: String) -> String? { lookUp(name).flatMap { $0.isEmpty ? nil : $0 } }
}
