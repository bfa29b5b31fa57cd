public import Netlink
public import SystemPackage

/// A look-up or a change of tables that did not succeed.
public struct NFTablesError: Error, Hashable, Sendable {
    /// What was being done.
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

    /// What was being done.
    public var operation: Operation
    /// To what: the part that the kernel refused, `rule 2 of chain postrouting of table inet lvscare`, or the table.
    public var object: String
    /// What the kernel or the connection said.
    public var underlying: NetlinkError

    /// An error of its parts.
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
