public import Netlink
public import SystemPackage

/// A lookup or a change of links, addresses or routes that did not succeed.
public struct RouteNetlinkError: Error, Hashable, Sendable {
    /// The operation that failed.
    @nonexhaustive
    public enum Operation: String, Hashable, Sendable {
        /// Open the connection to the kernel.
        case open
        /// Create what must not exist yet.
        case add
        /// Create, or put in the place of what exists.
        case replace
        /// Remove what must exist.
        case delete
        /// Change one property of what exists.
        case set
        /// Ask for one.
        case lookUp = "look up"
        /// Ask for all.
        case list
    }

    /// The operation that failed.
    public var operation: Operation
    /// To what, as the `ip` command names it: `route local 169.254.0.1/32 dev lo table local src 10.0.0.5`.
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

    /// The sentence that the kernel added to its refusal; `nil` when it had none.
    public var kernelMessage: String? {
        if case .refused(_, let extended) = underlying { extended.message } else { nil }
    }
}

extension RouteNetlinkError: CustomStringConvertible {
    /// `cannot add route local 10.9.9.9/32 dev lo table local: File exists`.
    public var description: String { "cannot \(operation.rawValue) \(object): \(underlying)" }
}
