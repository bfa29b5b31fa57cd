internal import Glibc

/// A change or a look-up that the kernel refused, in words an operator can act on.
public struct KernelFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What callers tell apart.
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

    /// What was being done: `create virtual service`, `read routes` …
    public var operation: String
    /// To what: `169.254.0.1:80`, `127.0.0.1:8081 of 169.254.0.1:80` …
    public var object: String
    /// The errno, 0 when the failure has none.
    public var code: Int32
    /// What the kernel or the C library says about it.
    public var message: String
    /// What the operator can do about it; empty when there is nothing particular to say.
    public var remedy: String
    /// What callers tell apart.
    public var kind: Kind

    /// A failure of its parts.
    public init(
        operation: String, object: String, code: Int32, message: String, remedy: String = "", kind: Kind = .other
    ) {
        self.operation = operation
        self.object = object
        self.code = code
        self.message = message
        self.remedy = remedy
        self.kind = kind
    }

    /// A failure of a system call, in the words of `strerror(3)`.
    public init(operation: String, object: String, code: Int32) {
        self.init(operation: operation, object: object, code: code, message: String(cString: strerror(code)))
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
