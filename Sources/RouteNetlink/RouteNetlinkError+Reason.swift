import Netlink
import SystemPackage

extension RouteNetlinkError {
    /// The meaning of the kernel's answer to this operation.
    @nonexhaustive
    public enum Reason: Hashable, Sendable, CaseIterable {
        /// The process has no `CAP_NET_ADMIN` in the user namespace that owns this network namespace (`EPERM`).
        case notPermitted
        /// An object to add is there already, perhaps configured in another way (`EEXIST`).
        case alreadyExists
        /// An object to change or delete, or the link that it belongs to, is not there: `ESRCH` for a route, `ENODEV`
        /// for a link, `EADDRNOTAVAIL` for an address that should be deleted. A caller that deletes it has reached its
        /// goal.
        case notFound
        /// No route leads there, or one that says so; also a gateway that is on no link (`ENETUNREACH`, `EHOSTUNREACH`).
        case networkUnreachable
        /// A lookup found a ``RouteType/prohibit`` (`EACCES`), ``RouteType/blackhole`` (`EINVAL`) or, in the last table of IPv6,
        /// ``RouteType/throw`` (`EAGAIN`) route.
        case refusedByRoute
        /// IPv6 is switched off on the link, `net.ipv6.conf.LINK.disable_ipv6` (`EACCES` when something is added).
        case ipv6SwitchedOff
        /// This kernel lacks the kind of link, or IPv6 (`EOPNOTSUPP`, `EAFNOSUPPORT`).
        case notSupported
        /// A value, or the combination of some, that the kernel does not take, or that was not even sent (`EINVAL`, `ERANGE`).
        case invalid
        /// The kernel, or the socket's buffer, has no memory for it (`ENOMEM`, `ENOBUFS`).
        case outOfMemory
        /// The answer was lost or could not be read: a change may have taken effect or not.
        case unanswered
        /// Something else; see ``RouteNetlinkError/errno``.
        case other
    }

    /// The meaning of the kernel's answer.
    public var reason: Reason { Reason(operation, underlying) }

    /// The reason is ``Reason/alreadyExists``.
    public var alreadyExists: Bool { reason == .alreadyExists }

    /// The reason is ``Reason/notFound``.
    public var notFound: Bool { reason == .notFound }

    /// The reason is ``Reason/notPermitted``.
    public var notPermitted: Bool { reason == .notPermitted }

    /// The reason is ``Reason/networkUnreachable``.
    public var networkUnreachable: Bool { reason == .networkUnreachable }

    /// The reason is ``Reason/notSupported``.
    public var notSupported: Bool { reason == .notSupported }

    /// A lookup found that no packet can be sent there: ``Reason/networkUnreachable``, ``Reason/refusedByRoute``, or
    /// ``Reason/notSupported``, as by a kernel without IPv6.
    public var leadsNowhere: Bool {
        guard operation == .lookUp, case .refused = underlying else { return false }
        return [.networkUnreachable, .refusedByRoute, .notSupported].contains(reason)
    }
}

extension RouteNetlinkError.Reason {
    /// The one place where an errno of the routing tables gets its meaning, which differs from operation to operation.
    init(_ operation: RouteNetlinkError.Operation, _ underlying: NetlinkError) {
        guard let errno = underlying.errno else {
            self = .unanswered
            return
        }
        let wasRefused = if case .refused = underlying { true } else { false }
        self =
            switch (errno, operation) {
            case (.notPermitted, _): .notPermitted
            case (.fileExists, _): .alreadyExists
            // ESRCH, ENODEV
            case (.noSuchProcess, _), (.operationNotSupportedByDevice, _), (.addressNotAvailable, .delete): .notFound
            case (.networkUnreachable, _), (.noRouteToHost, _): .networkUnreachable
            case (.permissionDenied, .lookUp), (.resourceTemporarilyUnavailable, .lookUp): .refusedByRoute
            case (.invalidArgument, .lookUp) where wasRefused: .refusedByRoute
            case (.permissionDenied, .add): .ipv6SwitchedOff
            case (.notSupported, _), (.addressFamilyNotSupported, _): .notSupported
            case (.invalidArgument, _), (.outOfRange, _): .invalid
            case (.noMemory, _), (.noBufferSpace, _): .outOfMemory
            default: .other
            }
    }
}
