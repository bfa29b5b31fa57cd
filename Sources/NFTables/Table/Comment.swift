import Netlink

/// A remark on a table, a chain or a rule, which the kernel keeps and the `nft` command shows. `comment "TEXT"`
///
/// Wire: an entry in the user data: type 0, length and text with a NUL behind it. The kernel does not look into the
/// user data; this is what libnftnl and the `nft` command agreed upon.
public struct Comment: Hashable, Sendable {
    /// Longest text that the `nft` command takes, in bytes of UTF-8.
    public static let maximumLength = 128

    /// The text.
    public let text: String

    /// A comment of its text; `nil` when it is empty, longer than ``maximumLength`` or has a NUL in it.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.maximumLength, !text.utf8.contains(0) else { return nil }
        self.text = text
    }

    /// `NFTNL_UDATA_TABLE_COMMENT`, `NFTNL_UDATA_CHAIN_COMMENT`, `NFTNL_UDATA_RULE_COMMENT`.
    private static let entryType: UInt8 = 0

    /// The comment in an entry of the user data; `nil` for entries of other types, and for one that would not be written as
    /// it is.
    fileprivate init?(entry octets: ArraySlice<UInt8>) {
        guard octets.first == Self.entryType, octets.last == 0 else { return nil }
        self.init(String(decoding: octets.dropFirst(2).dropLast(), as: UTF8.self))
        guard entry == Array(octets) else { return nil }
    }

    /// The entry in the user data.
    fileprivate var entry: [UInt8] { [Self.entryType, UInt8(text.utf8.count + 1)] + text.utf8 + [0] }
}

/// The user data of a table, a chain or a rule: entries of a type, a length and a value, each of one byte but the last.
struct UserData: Hashable, Sendable {
    /// The first comment.
    var comment: Comment?
    /// All else, entries or not, as it was read.
    var others: [UInt8] = []

    init(comment: Comment? = nil) { self.comment = comment }

    init(_ octets: [UInt8]) {
        var rest = octets[...]
        while rest.count >= 2, Int(rest[rest.startIndex + 1]) + 2 <= rest.count {
            let entry = rest.prefix(Int(rest[rest.startIndex + 1]) + 2)
            rest = rest.dropFirst(entry.count)
            if comment == nil, let found = Comment(entry: entry) { comment = found } else { others += entry }
        }
        others += rest
    }

    /// The bytes; none when there is nothing to say.
    var octets: [UInt8] { (comment?.entry ?? []) + others }
}

extension Comment: CustomStringConvertible {
    /// The text.
    public var description: String { text }
}
