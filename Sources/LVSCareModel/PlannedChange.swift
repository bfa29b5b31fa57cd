/// One change of the kernel's table and the reason for it.
public struct PlannedChange: Hashable, Sendable, CustomStringConvertible {
    /// The change.
    public var change: TableChange
    /// Why.
    public var cause: ChangeCause

    /// Creates a change with its cause.
    public init(_ change: TableChange, cause: ChangeCause) {
        self.change = change
        self.cause = cause
    }

    /// `quiesce 127.0.0.1:8081 (probe failed)`.
    public var description: String { "\(change) (\(cause))" }
}
