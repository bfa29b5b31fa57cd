/// Why the kernel's table is changed.
@nonexhaustive
public enum ChangeCause: Hashable, Sendable, CustomStringConvertible {
    /// The specification asks for it: at set-up, or because it was changed.
    case declared
    /// The real server is healthy again.
    case probeSucceeded
    /// The real server is unhealthy, and this is why its latest failing check failed.
    case probeFailed(ProbeFailure?)
    /// The real server is suspect: it has not answered as soon as it usually does.
    case suspected(Suspicion)
    /// A suspect real server has answered.
    case suspicionCleared
    /// The real server is not, or no longer, declared.
    case undeclared
    /// It stayed at weight 0 while it had connections, and they have ended.
    case drained
    /// It stayed at weight 0 as long as it may, and has so many active connections left; `nil` where nobody can count them.
    case drainTimedOut(connections: UInt32?)
    /// Every declared real server is unhealthy, and this one is kept then.
    case allDown
    /// Too few real servers are healthy, so the sorry server takes the place of all.
    case quorumLost
    /// Enough real servers are healthy again, so they take the place of the sorry server.
    case quorumRegained
    /// Another program changed the table since the last pass, and this is what it left: `weight 5`.
    case repaired(found: String)
    /// Everything is being removed on request.
    case cleanUp
    /// Setting everything up once failed elsewhere, so what was made is taken back.
    case rolledBack

    /// A phrase: `repaired, found weight 5`.
    public var description: String {
        switch self {
        case .declared: "declared"
        case .probeSucceeded: "probe succeeded"
        case .probeFailed: "probe failed"
        case .suspected(let suspicion): "\(suspicion)"
        case .suspicionCleared: "has answered"
        case .undeclared: "not declared"
        case .drained: "drained"
        case .drainTimedOut(nil): "drain timeout"
        case .drainTimedOut(let connections?):
            "drain timeout, \(connections) active connection\(connections == 1 ? "" : "s") left"
        case .allDown: "kept, because every real server fails"
        case .quorumLost: "quorum lost"
        case .quorumRegained: "quorum regained"
        case .repaired(let found): "repaired, found \(found)"
        case .cleanUp: "cleanup"
        case .rolledBack: "rolled back"
        }
    }
}
