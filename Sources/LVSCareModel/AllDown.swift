/// The reaction when every declared real server fails.
@nonexhaustive
public enum AllDown: String, Hashable, Sendable, CaseIterable {
    /// All are removed, and clients are refused.
    case remove
    /// Those that were healthy shortly before the last one failed are kept, or put back, and none is removed. Where there is a sorry
    /// server, that gets the connections instead, and this is `remove`.
    case keep
}
