import Netlink
import SystemPackage

extension NFTablesError {
    /// The meaning of the kernel's answer to this operation.
    @nonexhaustive
    public enum Reason: Hashable, Sendable, CaseIterable {
        /// The process has no `CAP_NET_ADMIN` in the user namespace that owns this network namespace (`EPERM`).
        case notPermitted
        /// This kernel lacks nf_tables, or a part of it that the table needs, and cannot load it.
        ///
        /// `EPROTONOSUPPORT`: no netfilter at all. `EOPNOTSUPP`, `EAFNOSUPPORT`: no nf_tables, not for this family, or no
        /// chains of this type. `EINVAL` on a lookup of the generation: no nf_tables. `ENOENT` while a table is replaced:
        /// no such expression or chain type, but also a rule that refers to a chain or set that the table does not have.
        case notSupported
        /// A value, or the combination of some, that the kernel does not take, or that was not even sent (`EINVAL`, `ERANGE`,
        /// `EEXIST`, `EBUSY`). Nothing was changed.
        case invalid
        /// The table does not fit into one datagram, because this process may not have a send buffer of that size
        /// (`EMSGSIZE`; `net.core.wmem_max`). Nothing was changed.
        case tooLarge
        /// The kernel, or the socket's buffer, has no memory for it (`ENOMEM`, `ENOBUFS`).
        case outOfMemory
        /// Other programs changed the ruleset during every attempt to read the table.
        case interrupted
        /// The ruleset is not at the generation any more at which the change was decided (`ERESTART`). Nothing was changed.
        case outdated
        /// The answer was lost or could not be read: a change may have taken effect or not.
        case unanswered
        /// Something else; see ``NFTablesError/errno``.
        case other
    }

    /// The meaning of the kernel's answer.
    public var reason: Reason { Reason(operation, underlying) }

    /// The reason is ``Reason/notPermitted``.
    public var notPermitted: Bool { reason == .notPermitted }

    /// The reason is ``Reason/notSupported``.
    public var notSupported: Bool { reason == .notSupported }
}

extension NFTablesError.Reason {
    /// The one place where an errno of nf_tables gets its meaning, which differs from operation to operation.
    init(_ operation: NFTablesError.Operation, _ underlying: NetlinkError) {
        guard let errno = underlying.errno else {
            self = if case .interrupted = underlying { .interrupted } else { .unanswered }
            return
        }
        let wasRefused = if case .refused = underlying { true } else { false }
        self =
            switch (errno, operation) {
            case (.notPermitted, _): .notPermitted
            case (.protocolNotSupported, _), (.notSupported, _), (.addressFamilyNotSupported, _): .notSupported
            case (.restart, _): .outdated
            case (.noSuchFileOrDirectory, .replace): .notSupported
            case (.invalidArgument, .read) where wasRefused: .notSupported
            case (.invalidArgument, _), (.outOfRange, _), (.fileExists, _), (.resourceBusy, _): .invalid
            case (.messageTooLong, _): .tooLarge
            case (.noMemory, _), (.noBufferSpace, _): .outOfMemory
            default: .other
            }
    }
}

extension Errno {
    /// `ERESTART` (`asm-generic/errno.h`), which `SystemPackage` does not name.
    static let restart = Errno(rawValue: 85)
}
