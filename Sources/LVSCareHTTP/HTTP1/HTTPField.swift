/// One header field (RFC 9110, section 5).
package struct HTTPField: Hashable {
    /// A token, in whatever case.
    package var name: String
    /// Without line breaks.
    package var value: String

    /// A field of its parts.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Returns whether this is the field `name`, whatever the case.
    package func isNamed(_ name: String) -> Bool { self.name.lowercased() == name.lowercased() }

    /// Returns whether this is one of the fields `names`, whatever the case.
    package func isNamed(among names: [String]) -> Bool { names.contains(where: isNamed) }
}
