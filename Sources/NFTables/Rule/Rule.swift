public import Netlink

/// The steps for packets that come to a place in a chain.
public struct Rule: Hashable, Sendable {
    /// Its steps.
    public var expressions: [Expression]
    /// A remark for whoever lists the rule.
    public var comment: Comment? {
        get { userData.comment }
        set { userData.comment = newValue }
    }
    /// The comment, and what other programs put beside it.
    var userData: UserData
    /// Properties that this library gives no meaning, as they were read.
    public internal(set) var otherAttributes = OpaqueAttributes()

    /// A rule of single steps.
    public init(expressions: [Expression], comment: Comment? = nil) {
        self.expressions = expressions
        userData = UserData(comment: comment)
    }

    /// A rule of statements, each of which is a group of steps.
    ///
    ///     Rule(.mark(0x1, mask: 0x1), .counter, .masquerade(.fullyRandom))
    public init(_ statements: [Expression]..., comment: Comment? = nil) {
        self.init(expressions: statements.flatMap { $0 }, comment: comment)
    }
}
