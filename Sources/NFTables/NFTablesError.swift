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

    /// The errno of the kernel's refusal or of the failed system call; `nil` when there is none.
    public var errno: Errno? { underlying.errno }
}

extension NFTablesError {
    /// `EPERM`: the process has no `CAP_NET_ADMIN` in the user namespace that owns this network namespace.
    public var notPermitted: Bool { errno == .notPermitted }

    /// This kernel lacks nf_tables, or a part of it that the table needs, and cannot load it.
    ///
    /// `EPROTONOSUPPORT`: no netfilter at all. `EOPNOTSUPP`, `EAFNOSUPPORT`: no nf_tables, not for this family, or no
    /// chains of this type. `EINVAL` on a look-up of the generation: no nf_tables. `ENOENT` while a table is replaced:
    /// no such expression or chain type, but also a rule that refers to a chain or set that the table does not have.
    public var notSupported: Bool {
        switch errno {
        case .protocolNotSupported?, .notSupported?, .addressFamilyNotSupported?: true
        case .noSuchFileOrDirectory?: operation == .replace
        case .invalidArgument?: operation == .read
        default: false
        }
    }
}

extension NFTablesError: CustomStringConvertible {
    /// `cannot replace rule 2 of chain postrouting of table inet lvscare: Invalid argument`.
    public var description: String { "cannot \(operation.rawValue) \(object): \(underlying)" }
}
