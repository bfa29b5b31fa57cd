/// The rules of the kernel for the name of a link.
package enum LinkName {
    /// Octets that a name may have: `IFNAMSIZ` (`linux/if.h`) without its NUL.
    package static let longest = 15

    /// Why the kernel would make no link of exactly this name, as a clause; `nil` where it would.
    ///
    /// `dev_valid_name` takes no blanks, among which it counts the octet 0xa0, no `/` and no `:`; `dev_alloc_name` takes
    /// `%d` for a pattern, of which it makes a new name each time; and no name may be that of a folder which
    /// `/proc/sys/net/ipv4/conf` has besides those of the links.
    package static func problem(_ name: String) -> String? {
        guard 1...longest ~= name.utf8.count else { return "it has \(name.utf8.count) bytes" }
        if name.utf8.contains(UInt8(ascii: "%")) { return "the kernel takes \"%\" for a pattern of names" }
        let isBlank: (UInt8) -> Bool = { $0 <= 0x20 || $0 == 0x7f || $0 == 0xa0 }
        guard ![".", "..", "all", "default"].contains(name), !name.utf8.contains(where: isBlank),
            !name.unicodeScalars.contains(where: { $0 == "/" || $0 == ":" || $0.properties.isWhitespace })
        else { return "the kernel takes no such name" }
        return nil
    }
}
