import Netlink

/// A remark on a table or a rule, which the kernel keeps and the `nft` command shows. `comment "TEXT"`
///
/// Wire: an entry in the user data: type 0, length and text with a NUL behind it. The kernel does not look into the
/// user data; this is what libnftnl and the `nft` command agreed upon.
public struct Comment: Hashable, Sendable {
    /// Longest text that the `nft` command takes, in bytes of UTF-8.
    public static let maximumLength = 128

    /// What it says.
    public let text: String

    /// A comment of its text; `nil` when it is empty, longer than ``maximumLength`` or has a NUL in it.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.maximumLength, !text.utf8.contains(0) else { return nil }
        self.text = text
    }

    /// `NFTNL_UDATA_TABLE_COMMENT`, `NFTNL_UDATA_RULE_COMMENT`.
    private static let entryType: UInt8 = 0

    /// The comment in the user data `octets`; entries of other types, and what is not well-formed, count for nothing.
    init?(userData octets: [UInt8]) {
        var rest = octets[...]
        while rest.count >= 2, let type = rest.popFirst(), let length = rest.popFirst(), length <= rest.count {
            let value = rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
            if type == Self.entryType {
                self.init(String(decoding: value.prefix { $0 != 0 }, as: UTF8.self))
                return
            }
        }
        return nil
    }

    /// The user data that holds this comment alone.
    var userData: [UInt8] { [Self.entryType, UInt8(text.utf8.count + 1)] + text.utf8 + [0] }
}

extension Comment: CustomStringConvertible {
    /// The text.
    public var description: String { text }
}
