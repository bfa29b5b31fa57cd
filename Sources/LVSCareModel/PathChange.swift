/// One thing that was changed on the path to the VIP.
public struct PathChange: Hashable, Sendable, CustomStringConvertible {
    /// A kind of change.
    @nonexhaustive
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

    /// The kind of change.
    public var verb: Verb
    /// To what, as the equivalent shell command names it: `local route 169.254.0.1/32 src 10.0.0.5`.
    public var object: String
    /// The state before; empty when there was none.
    public var found: String
    /// Whether the path was right before and something else has changed it since.
    public var isRepair = false

    /// Creates a change, by default one that found nothing in its place.
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
