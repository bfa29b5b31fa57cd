public import Netlink

/// A list of rules: called by the kernel where it has a ``Hook``, else by rules that jump to it.
public struct Chain: Hashable, Sendable {
    /// Its name, at most 255 bytes; a keyword of the `nft` command makes trouble there, not in the kernel.
    public var name: String
    /// Where the kernel calls it; `nil` for a regular chain, and for one that is called where this library does not know: type,
    /// hook and policy are in ``otherAttributes`` then.
    public var hook: Hook?
    /// Its rules, in order.
    public var rules: [Rule]
    /// A remark for whoever lists the chain. Kernels before 5.10 do not keep it.
    public var comment: Comment? {
        get { userData.comment }
        set { userData.comment = newValue }
    }
    /// The comment, and what other programs put beside it.
    var userData: UserData
    /// Properties that this library gives no meaning, as they were read.
    public internal(set) var otherAttributes = OpaqueAttributes()

    /// A regular chain without a hook, else a base chain.
    public init(_ name: String, hook: Hook? = nil, comment: Comment? = nil, rules: [Rule] = []) {
        self.name = name
        self.hook = hook
        self.rules = rules
        userData = UserData(comment: comment)
    }
}
