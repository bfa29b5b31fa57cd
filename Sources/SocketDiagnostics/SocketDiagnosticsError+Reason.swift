import Netlink
import SystemPackage

extension SocketDiagnosticsError {
    /// The meaning of the kernel's answer to this operation.
    @nonexhaustive
    public enum Reason: Hashable, Sendable, CaseIterable {
        /// The process has no `CAP_NET_ADMIN` in the user namespace that owns this network namespace (`EPERM`).
        case notPermitted
        /// The socket to destroy is gone, or another has its place (`ENOENT`). A caller has reached its goal.
        case notFound
        /// This kernel cannot do it and cannot load what it lacks.
        ///
        /// `EPROTONOSUPPORT`: no socket diagnostics at all. `ENOENT` for a list: none of TCP (`CONFIG_INET_TCP_DIAG`).
        /// `EOPNOTSUPP`: no socket can be destroyed (`CONFIG_INET_DIAG_DESTROY`, Linux 4.5).
        case notSupported
        /// A value, or the combination of some, that the kernel does not take, or that was not even sent (`EINVAL`).
        case invalid
        /// The kernel, or the socket's buffer, has no memory for it (`ENOMEM`, `ENOBUFS`).
        case outOfMemory
        /// The answer was lost or could not be read: a socket may have been destroyed or not.
        case unanswered
        /// Something else; see ``SocketDiagnosticsError/errno``.
        case other
    }

    /// The meaning of the kernel's answer.
    public var reason: Reason { Reason(operation, underlying) }

    /// The reason is ``Reason/notFound``.
    public var notFound: Bool { reason == .notFound }

    /// The reason is ``Reason/notPermitted``.
    public var notPermitted: Bool { reason == .notPermitted }

    /// The reason is ``Reason/notSupported``.
    public var notSupported: Bool { reason == .notSupported }
}

extension SocketDiagnosticsError.Reason {
    /// The one place where an errno of socket diagnostics gets its meaning, which differs from operation to operation.
    init(_ operation: SocketDiagnosticsError.Operation, _ underlying: NetlinkError) {
        guard let errno = underlying.errno else {
            self = .unanswered
            return
        }
        self =
            switch (errno, operation) {
            case (.notPermitted, _): .notPermitted
            case (.noSuchFileOrDirectory, .destroy): .notFound
            case (.noSuchFileOrDirectory, .list), (.protocolNotSupported, _), (.notSupported, _): .notSupported
            case (.invalidArgument, _): .invalid
            case (.noMemory, _), (.noBufferSpace, _): .outOfMemory
            default: .other
            }
    }
}
