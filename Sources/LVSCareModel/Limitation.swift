/// Something that this node lacks although the virtual service works, so that some clients fare worse than they could.
public struct Limitation: Hashable, Sendable, CustomStringConvertible {
    /// The missing part and the reason: `net.ipv4.vs.conntrack=1 (found 0; cannot set it: Read-only file system)`.
    public var missing: String
    /// The clients that notice, and how.
    public var consequence: String
    /// The operator's remedy.
    public var remedy: String

    /// Creates a limitation.
    public init(missing: String, consequence: String, remedy: String) {
        self.missing = missing
        self.consequence = consequence
        self.remedy = remedy
    }

    /// `MISSING is missing: CONSEQUENCE; REMEDY`.
    public var description: String { "\(missing) is missing: \(consequence); \(remedy)" }
}
