public import Netlink
public import SystemPackage

/// A look at sockets, or the end of one, that did not succeed.
public struct SocketDiagnosticsError: Error, Hashable, Sendable {
    /// The operation that failed.
    @nonexhaustive
    public enum Operation: String, Hashable, Sendable {
        /// Open the connection to the kernel.
        case open
        /// Ask for all.
        case list
        /// End a socket that somebody else has.
        case destroy
    }

    /// The operation that failed.
    public var operation: Operation
    /// To what: `TCP sockets to 169.254.0.1:80`, `TCP socket ESTAB 10.0.0.5:40000 169.254.0.1:80`.
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

extension SocketDiagnosticsError: CustomStringConvertible {
    /// `cannot destroy TCP socket ESTAB 10.0.0.5:40000 169.254.0.1:80: Operation not supported`.
    public var description: String { "cannot \(operation.rawValue) \(object): \(underlying)" }
}
