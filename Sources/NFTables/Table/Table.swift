/// A table with all that it holds: the unit that a program owns in nf_tables. `nft list table FAMILY NAME`
///
/// Equality is that of the configuration: what the kernel adds for itself (handles, use counts, counters) is no part of
/// the value, so a table that was read back equals the one that was applied for as long as nobody changes it. What this
/// library does not know shows as ``Expression/other(name:attributes:)`` or in a set's flags, and makes a difference, too.
/// Maps, objects and flow tables of the same table are not seen.
public struct Table: Hashable, Sendable {
    /// What tells a table from all others of a network namespace.
    public struct Identity: Hashable, Sendable {
        /// The packets that it sees.
        public var family: Family
        /// Its name, at most 255 bytes.
        public var name: String

        /// An identity of its parts.
        public init(_ family: Family, _ name: String) {
            self.family = family
            self.name = name
        }
    }

    /// Family and name.
    public var identity: Identity
    /// A remark for whoever lists the table. Kernels before 5.10 do not keep it.
    public var comment: Comment?
    /// Whether none of its chains is called at present. `flags dormant`
    public var isDormant: Bool
    /// Its sets in the order of creation.
    public var sets: [NamedSet]
    /// Its chains in the order of creation, which decides between chains of the same hook and priority.
    public var chains: [Chain]

    /// A table of its parts.
    public init(
        _ identity: Identity, comment: Comment? = nil, isDormant: Bool = false, sets: [NamedSet] = [],
        chains: [Chain] = []
    ) {
        self.identity = identity
        self.comment = comment
        self.isDormant = isDormant
        self.sets = sets
        self.chains = chains
    }
}

extension Table.Identity: CustomStringConvertible {
    /// `inet lvscare`, as in the `nft` command.
    public var description: String { "\(family) \(name)" }
}
