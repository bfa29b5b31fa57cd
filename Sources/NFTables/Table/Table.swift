public import Netlink

/// A table with all that it holds: the unit that a program owns in nf_tables. `nft list table FAMILY NAME`
///
/// Equality is that of the configuration: what the kernel adds for itself (handles, use counts, counters) is no part of
/// the value, so a table that was read back equals the one that was applied for as long as nobody changes it. What this
/// library does not know is kept as it was read, as ``Expression/other(name:attributes:)`` or among the attributes of a table,
/// chain, set or rule, and makes a difference, too. Objects and flow tables are seen by name only (``otherParts``).
public struct Table: Hashable, Sendable {
    /// The identity of a table in a network namespace.
    public struct Identity: Hashable, Sendable {
        /// The packets that it sees.
        public var family: Family
        /// Its name, at most 255 bytes.
        public var name: String

        /// Creates an identity; `name` has at most 255 bytes.
        public init(_ family: Family, _ name: String) {
            self.family = family
            self.name = name
        }
    }

    /// Family and name.
    public var identity: Identity
    /// A remark for whoever lists the table. Kernels before 5.10 do not keep it.
    public var comment: Comment? {
        get { userData.comment }
        set { userData.comment = newValue }
    }
    /// The comment, and what other programs put beside it.
    var userData: UserData
    /// Whether none of its chains is called at present. `flags dormant`
    public var isDormant: Bool
    /// What else its flags say, which only its owner can set.
    var otherFlags: UInt32 = 0
    /// Its sets in the order of creation.
    public var sets: [NamedSet]
    /// Its chains in the order of creation, which decides between chains of the same hook and priority.
    public var chains: [Chain]
    /// Parts that this library cannot write: `object NAME`, `flow table NAME`, `anonymous chain NAME`, and `flags 0x2`
    /// for a table that goes with the program that owns it. Such a table cannot be replaced by itself
    /// (``NFTablesClient/replace(_:)``), because these would be lost.
    public internal(set) var otherParts: [String] = []
    /// Properties that this library gives no meaning, as they were read.
    public internal(set) var otherAttributes = OpaqueAttributes()

    /// Creates a table, by default an empty one that is in force.
    public init(
        _ identity: Identity, comment: Comment? = nil, isDormant: Bool = false, sets: [NamedSet] = [],
        chains: [Chain] = []
    ) {
        self.identity = identity
        userData = UserData(comment: comment)
        self.isDormant = isDormant
        self.sets = sets
        self.chains = chains
    }
}

extension Table.Identity: CustomStringConvertible {
    /// `inet lvscare`, as in the `nft` command.
    public var description: String { "\(family) \(name)" }
}
