public import Netlink
public import SystemPackage

/// A lookup or a change of tables that did not succeed.
public struct NFTablesError: Error, Hashable, Sendable {
    /// The operation that failed.
    @nonexhaustive
    public enum Operation: String, Hashable, Sendable {
        /// Open the connection to the kernel.
        case open
        /// Ask for something.
        case read
        /// Put a table in the place of what there is.
        case replace
        /// Remove a table with all that it holds.
        case delete
        /// Add elements to a set or remove some.
        case change
    }

    /// The operation that failed.
    public var operation: Operation
    /// To what: the part that the kernel refused, `rule 2 of chain postrouting of table inet lvscare`, or the table.
    public var object: String
    /// The message of the kernel or the connection.
    public var underlying: NetlinkError

    /// Creates an error of `operation` on `object`.
    public init(_ operation: Operation, _ object: String, underlying: NetlinkError) {
        self.operation = operation
        self.object = object
        self.underlying = underlying
    }

    /// The errno of the kernel's refusal or of the failed system call, `EINVAL` for what was not sent; `nil` when there is none.
    public var errno: Errno? { underlying.errno }
}

extension NFTablesError: CustomStringConvertible {
    /// `cannot replace rule 2 of chain postrouting of table inet lvscare: Invalid argument`.
    public var description: String { "cannot \(operation.rawValue) \(object): \(underlying)" }
}
