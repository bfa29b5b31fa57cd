internal import Glibc
import LVSCareSystem

/// A change or a lookup that the kernel refused, in words an operator can act on.
public struct KernelFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// A kind of failure that callers tell apart.
    @nonexhaustive
    public enum Kind: Hashable, Sendable {
        /// The kernel has no load balancer and can load none.
        case balancerUnavailable
        /// The process lacks the privilege.
        case notPermitted
        /// The kernel has no scheduler of the wanted name and can load none.
        case unknownScheduler
        /// Another process looks after the same virtual service.
        case alreadyLookedAfter
        /// The VIP is an address that this node would cut off: that of a real server, or of its default gateway.
        case unusableVIP
        /// Anything else.
        case other
    }

    /// A likely cause. It has no words, because what can be done about it depends on how the program was told what to
    /// do.
    @nonexhaustive
    public enum Hint: Hashable, Sendable {
        /// The process lacks `CAP_NET_ADMIN`.
        case needsNetworkAdministrator
        /// The gateway that was named is in no network of this node.
        case gatewayUnattached
        /// The kernel has no dummy links, or their module is not loaded.
        case needsDummyModule
        /// No address of this node can be found by itself.
        case needsSource
        /// IPv6 is switched off on the link: `net.ipv6.conf.LINK.disable_ipv6`.
        case ipv6SwitchedOff
        /// The kernel was started without IPv6: `ipv6.disable=1`.
        case ipv6Missing
        /// The link that was named is somebody else's.
        case needsAnotherLink
        /// Another process looks after the same, and would undo what this one does.
        case otherWouldUndo
        /// Nothing keeps another process from looking after the same.
        case unclaimed
    }

    /// The operation that failed: `create virtual service`, `read routes` …
    public var operation: String
    /// To what: `169.254.0.1:80`, `127.0.0.1:8081 of 169.254.0.1:80` …
    public var object: String
    /// The errno, 0 when the failure has none.
    public var code: Int32
    /// The message of the kernel or the C library.
    public var message: String
    /// The operator's remedy on the node itself; empty when there is nothing particular to say.
    public var remedy: String
    /// The likely cause; `nil` when there is nothing particular to say.
    public var hint: Hint?
    /// The kind of failure.
    public var kind: Kind
    /// Whether it is about something that all services of the node have in common, such as a table of nf_tables, so that each of
    /// them tells the same.
    public var isShared = false

    /// Creates a failure; `code` is an errno, 0 for none.
    public init(
        operation: String, object: String, code: Int32, message: String, remedy: String = "", hint: Hint? = nil,
        kind: Kind = .other
    ) {
        self.operation = operation
        self.object = object
        self.code = code
        self.message = message
        self.remedy = remedy
        self.hint = hint
        self.kind = kind
    }

    /// A failure of a system call, in the words of `strerror(3)`.
    public init(operation: String, object: String, code: Int32) {
        self.init(operation: operation, object: object, code: code, message: ErrorText.of(code))
    }

    /// `cannot create virtual service 169.254.0.1:80: Operation not permitted (errno 1); remedy`.
    public var description: String {
        let subject = object.isEmpty ? "" : " \(object)"
        var text = "cannot \(operation)\(subject): \(message)"
        if code != 0 { text += " (errno \(code))" }
        if !remedy.isEmpty { text += "; \(remedy)" }
        return text
    }
}
