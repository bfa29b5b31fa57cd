/// The kernel's load-balancing table, as far as one virtual service is concerned.
///
/// Implemented by the Linux adapter in `LVSCare` and by `InMemoryServiceTable` in `DirectorTestKit`.
public protocol ServiceTable: AnyObject {
    /// What the kernel has for `service`; `nil` when it has no such service.
    func observe(_ service: VirtualService) throws(KernelFailure) -> ObservedService?

    /// Makes the changes in order, as few system calls as possible, and says for each why it failed, `nil` for success.
    ///
    /// A change that finds its goal already reached (adding what exists, deleting what is gone) has succeeded, even if
    /// what exists differs in weight or scheduler: the next observation shows that. So `EEXIST` is never a failure,
    /// `ENOENT` and `ESRCH` are none for removals; for all else they are failures with that code.
    /// `ServiceTableContract` in `DirectorTestKit` holds these rules as cases.
    func apply(_ changes: [TableChange], to service: VirtualService) -> [KernelFailure?]
}

/// Everything that makes packets for the VIP reach the load balancer, except the table itself.
public protocol VIPPath: AnyObject {
    /// Compares what is wanted with what is there, puts right what differs, and says what it changed; nothing when
    /// everything was right.
    func reconcile() -> PathReport

    /// Removes what `reconcile` made and says what it removed; nothing when nothing was there.
    func remove() -> PathReport
}

/// What was changed on the path to the VIP, and what could not be.
public struct PathReport: Hashable, Sendable {
    /// The changes that were made, in order.
    public var changes: [PathChange]
    /// What the kernel refused.
    public var failures: [KernelFailure]

    /// A report of its parts; the default is that of a path that was right.
    public init(changes: [PathChange] = [], failures: [KernelFailure] = []) {
        self.changes = changes
        self.failures = failures
    }

    /// Adds what one `part` of the path changed, or why it failed.
    public mutating func collect(_ part: () throws(KernelFailure) -> [PathChange]) {
        do throws(KernelFailure) { changes += try part() } catch { failures.append(error) }
    }
}

/// One thing that was changed on the path to the VIP.
public struct PathChange: Hashable, Sendable, CustomStringConvertible {
    /// What happened to it.
    public enum Verb: String, Hashable, Sendable {
        /// It was missing.
        case added
        /// It was there in another form.
        case replaced
        /// It is no longer wanted.
        case removed
        /// A kernel setting had another value.
        case set
    }

    /// What happened.
    public var verb: Verb
    /// To what, as the equivalent shell command names it: `local route 169.254.0.1/32 src 10.0.0.5`.
    public var object: String
    /// What was found before; empty when nothing was.
    public var found: String

    /// A change of its parts.
    public init(_ verb: Verb, _ object: String, found: String = "") {
        self.verb = verb
        self.object = object
        self.found = found
    }

    /// `added local route 169.254.0.1/32 src 10.0.0.5`.
    public var description: String {
        found.isEmpty ? "\(verb.rawValue) \(object)" : "\(verb.rawValue) \(object) (found \(found))"
    }
}
