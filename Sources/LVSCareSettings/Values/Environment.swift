import Glibc

/// The environment variables of a process, or a table in their place.
package struct Environment: Sendable {
    private let lookUp: @Sendable (String) -> String?
    private let find: @Sendable (String) -> [String]

    /// The environment of this process.
    package static let process = Environment(find: namesOfProcess) { name in getenv(name).map { String(cString: $0) } }

    /// An environment of exactly these variables.
    package init(_ variables: [String: String]) {
        self.init { prefix in
            variables.keys.filter { $0.hasPrefix(prefix) }
        } lookUp: {
            variables[$0]
        }
    }

    private init(
        find: @escaping @Sendable (String) -> [String], lookUp: @escaping @Sendable (String) -> String?
    ) {
        self.find = find
        self.lookUp = lookUp
    }

    /// The names of the variables that begin with `prefix` and have a text, in alphabetical order.
    package func names(beginningWith prefix: String) -> [String] { find(prefix).filter { self[$0] != nil }.sorted() }

    /// Texts are made only of what was looked for: there may be many others.
    private static func namesOfProcess(beginningWith prefix: String) -> [String] {
        var names: [String] = []
        guard var place = Optional(environ) else { return names }
        while let entry = place.pointee {
            if strncmp(entry, prefix, prefix.utf8.count) == 0 {
                names.append(String(String(cString: entry).prefix { $0 != "=" }))
            }
            place += 1
        }
        return names
    }

    /// The text of a variable; `nil` when it is not set or empty, which in a pod's manifest is the same wish.
    package subscript(name: String) -> String? { lookUp(name).flatMap { $0.isEmpty ? nil : $0 } }
}
